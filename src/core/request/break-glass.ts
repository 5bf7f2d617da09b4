import { and, eq, isNull } from 'drizzle-orm';
import { requests } from '../../db/schema/index.ts';
import { rolesAt } from '../access/evaluate.ts';
import { isOperatorOnly } from '../access/patterns.ts';
import { activeMember, type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { coveringRole } from '../grant/give.ts';
import { namedByOperators } from '../member/principal.ts';
import { findProject } from '../project/find.ts';
import { findRole, type Role } from '../role/find.ts';
import { announceTaken } from './announce.ts';
import { applyRequest } from './apply.ts';
import { matterOf } from './deciders.ts';
import { requestName, requestState } from './find.ts';
import { needBreakGlass, notTheirs } from './need-break-glass.ts';
import { LONGEST_REASON, needNotHeld } from './open.ts';
import { writeRequest } from './write.ts';

export interface Taken {
  name: string;
  role: string;
  project: string | null;
  until: Date;
}

/**
 * A named member takes a named role at once, for the time that the policy says, without anybody's approval: everybody
 * who could have approved hears of it, and one of them reviews it afterwards.
 */
export const breakGlass = async (
  ctx: Context,
  input: { organizationId: string; role: string; project?: string | undefined; reason: string },
): Promise<Taken> =>
  change(ctx, input.organizationId, async (c) => {
    const me = activeMember(c);
    const { policies, entries } = await needBreakGlass(c);
    const entry = entries.find(({ role }) => role === input.role.trim().toLowerCase());
    if (!entry) throw notTheirs(input.role, entries);
    const reason = needReason(input.reason);
    const project = input.project ? await findProject(c, input.project, { refusedAlike: true }) : undefined;
    const role = await findRole(c, project ? 'project' : 'organization', entry.role);
    needNotOfOperators(c, role);
    await needNotTaken(c, me.id, role, project?.id);
    needNotHeld(c, role, project);
    const until = new Date(c.now.getTime() + entry.seconds * 1000);
    const row = await writeRequest(c, {
      kind: 'break-glass',
      beneficiaryId: me.id,
      role,
      project,
      seconds: entry.seconds,
      reason,
      life: entry.seconds,
      state: 'approved',
      accessEndsAt: until,
      settledAt: c.now,
    });
    await applyRequest(c, row, role, me);
    await announceTaken(c, row, matterOf(row, role, policies));
    c.audit({
      action: 'break-glass.taken',
      target: requestName(row),
      reason,
      facts: { role: role.name, project: project?.name ?? null, until: until.toISOString() },
    });
    return { name: requestName(row), role: role.name, project: project?.name ?? null, until };
  });

const needReason = (typed: string): string => {
  const reason = typed.trim();
  if (reason !== '' && reason.length <= LONGEST_REASON) return reason;
  throw new DomainError(
    'invalid',
    reason === '' ? 'Nothing was taken: it needs a reason.' : 'Nothing was taken: the reason is too long.',
    { todo: `Say why you can't wait, in at most ${LONGEST_REASON} characters.`, field: 'reason' },
  );
};

const needNotOfOperators = (c: Change, role: Role): void => {
  const theirs = role.permissions.filter((permission) => isOperatorOnly(c.organization.model, permission));
  if (theirs.length === 0 && !(role.scope === 'organization' && namedByOperators(c, role.name))) return;
  throw new DomainError('not-given', `Nothing was taken: operators alone give ${role.name}.`, {
    todo: 'Ask for it with `/access request new`.',
  });
};

const needNotTaken = async (
  c: Change,
  userId: string,
  role: Role,
  projectId: string | undefined,
): Promise<void> => {
  const taken = await c.db
    .select()
    .from(requests)
    .where(
      and(
        eq(requests.organizationId, c.organization.id),
        eq(requests.requesterId, userId),
        eq(requests.kind, 'break-glass'),
        eq(requests.state, 'approved'),
        eq(requests.roleId, role.id),
        projectId === undefined ? isNull(requests.projectId) : eq(requests.projectId, projectId),
      ),
    );
  const live = taken.find((request) => requestState(request, c.now) === 'approved');
  const todo = 'See what you have with `/access`.';
  if (live) {
    throw new DomainError('wrong-state', `Nothing was taken: you have it already, as ${requestName(live)}.`, {
      todo,
    });
  }
  const held = c.me && rolesAt(c.me, projectId).some((mine) => mine.roleId === role.id);
  const wider = c.me && coveringRole(c.organization.model, c.me, projectId, role);
  if (held || wider) {
    throw new DomainError(
      'wrong-state',
      held
        ? `Nothing was taken: you are ${role.name} there already.`
        : `Nothing was taken: you are ${wider}, which gives all of ${role.name} there.`,
      { todo },
    );
  }
};
