import { and, eq, isNull, sql } from 'drizzle-orm';
import { decisions, grants, requests } from '../../db/schema/index.ts';
import { isOperatorOnly } from '../access/patterns.ts';
import { activeMember, type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { endGrants } from '../grant/revoke.ts';
import { newId } from '../id.ts';
import { namedByOperators } from '../member/principal.ts';
import { directMessages, redraw } from '../message.ts';
import { showBreakGlass } from '../organization/break-glass.ts';
import { loadPolicies } from '../organization/policy.ts';
import { findProject } from '../project/find.ts';
import { findRole, type Role } from '../role/find.ts';
import { announceTaken } from './announce.ts';
import { applyRequest } from './apply.ts';
import { matterOf, mayDecide, personOfUser } from './deciders.ts';
import { contentHash, findRequest, type Request, requestName, requestState, unknownRequest } from './find.ts';
import { LONGEST_REASON, needNotHeld } from './open.ts';
import { roleOf } from './open-to-me.ts';
import { fallBack } from './return.ts';

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
    const { actor } = ctx;
    if (actor.kind !== 'account') throw new Error('Only a chat account breaks the glass');
    const policies = await loadPolicies(c.db, c.organization.id);
    const entries = policies.organization['break-glass'];
    const entry = entries?.find(
      ({ role, people }) => role === input.role.trim().toLowerCase() && people.includes(me.email),
    );
    if (!entry) {
      throw new DomainError(
        'forbidden',
        entries === null
          ? `Nothing was taken: in ${c.organization.name} nobody takes access without approval.`
          : `Nothing was taken: ${input.role.slice(0, 60)} is not yours to take. The policy says: ${showBreakGlass(entries)}.`,
        { todo: 'Ask for it with `/access request new`.' },
      );
    }
    const reason = needReason(input.reason);
    const project = input.project ? await findProject(c, input.project, { evenHidden: true }) : undefined;
    const role = await findRole(c, project ? 'project' : 'organization', entry.role);
    needNotOfOperators(c, role);
    await needNotTaken(c, me.id, role, project?.id);
    await needNotHeld(c, me.id, role, project);
    const until = new Date(c.now.getTime() + entry.seconds * 1000);
    const content = {
      requesterId: me.id,
      beneficiaryId: me.id,
      roleId: role.id,
      roleVersion: role.version,
      projectId: project?.id ?? null,
      startsAt: null,
      seconds: entry.seconds,
      reason,
    };
    c.count('requests', 1);
    const [row] = await c.db
      .insert(requests)
      .values({
        ...content,
        organizationId: c.organization.id,
        id: newId(),
        number: c.counters.requests,
        kind: 'break-glass',
        state: 'approved',
        roleName: role.name,
        projectName: project?.name ?? null,
        roleScope: role.scope,
        contentHash: contentHash(content),
        askedOn: actor.platform,
        askedIn: actor.workspaceId,
        expiresAt: until,
        accessEndsAt: until,
        settledAt: c.now,
      })
      .returning();
    if (!row) throw new Error('What was taken was not written');
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
  const held = c.me?.roles.some(
    (mine) => mine.roleId === role.id && mine.projectId === projectId && mine.through !== 'default-role',
  );
  if (!live && !held) return;
  throw new DomainError(
    'wrong-state',
    live
      ? `Nothing was taken: you have it already, as ${requestName(live)}.`
      : `Nothing was taken: you are ${role.name} there already.`,
    {
      todo: 'See what you have with `/access`.',
    },
  );
};

/** What became of a look at what was taken. */
export interface ReviewedBreakGlass {
  request: Request;
  taker: string;
  /** Not justified, and it still gave something: that has ended. */
  ended: boolean;
}

/**
 * Somebody else who could have approved it says whether it was justified. What was not, and still lasts, ends at once.
 * @returns undefined for any other request
 */
export const reviewBreakGlass = async (
  c: Change,
  input: { request: string; reason?: string | undefined },
  verdict: 'justified' | 'not-justified',
): Promise<ReviewedBreakGlass | undefined> => {
  const request = await findRequest(c, input.request);
  if (request.kind !== 'break-glass') return undefined;
  const asOperator = c.operator && request.toOperators;
  const me = asOperator ? c.me : activeMember(c);
  const userId = c.ctx.actor.kind === 'account' ? c.ctx.actor.userId : undefined;
  if (userId === undefined) throw unknownRequest(c, input.request);
  if ((await personOfUser(c, userId)).has(request.requesterId)) {
    throw new DomainError('own-request', `You can't review ${requestName(request)}: you took it yourself.`, {
      todo: 'Somebody else who could have approved it has it in front of them.',
    });
  }
  const matter = matterOf(request, await roleOf(c, request), await loadPolicies(c.db, c.organization.id));
  if (!asOperator && !(me && mayDecide(c, me, matter))) {
    throw new DomainError(
      'forbidden',
      `You can't review ${requestName(request)}: you may not give ${request.roleName} there.`,
      {
        todo: 'Leave it to those who may; nothing changed.',
      },
    );
  }
  const reason = input.reason?.trim() ?? '';
  const reviewed = await c.db
    .update(requests)
    .set({ reviewedAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(requests.organizationId, c.organization.id),
        eq(requests.id, request.id),
        isNull(requests.reviewedAt),
      ),
    )
    .returning({ id: requests.id });
  if (reviewed.length === 0) {
    throw new DomainError(
      'wrong-state',
      `${requestName(request)} was reviewed already. Your click changed nothing.`,
      {
        facts: { request: requestName(request) },
      },
    );
  }
  if (verdict === 'not-justified' && reason === '') {
    throw new DomainError(
      'invalid',
      `${requestName(request)} was not reviewed: say why it was not justified.`,
      {
        todo: 'Write a sentence; who took it reads it.',
        field: 'reason',
      },
    );
  }
  await c.db.insert(decisions).values({
    organizationId: c.organization.id,
    requestId: request.id,
    userId,
    decision: verdict,
    reason,
    contentHash: request.contentHash,
  });
  const ended = verdict === 'not-justified' && requestState(request, c.now) === 'approved';
  if (ended) await takeBack(c, request);
  c.audit({
    action: 'break-glass.reviewed',
    target: requestName(request),
    reason,
    facts: { justified: verdict === 'justified', ended },
  });
  c.enqueue(...(await redraw(c.db, request.id)));
  c.say(
    ...(await directMessages(
      c.db,
      c.organization.id,
      [request.requesterId],
      {
        notice: 'break-glass-reviewed',
        data: {
          request: requestName(request),
          by: c.me?.email,
          justified: verdict === 'justified',
          reason,
          ended,
        },
      },
      { platform: request.askedOn, workspaceId: request.askedIn },
    )),
  );
  return { request, taker: request.requesterId, ended };
};

const takeBack = async (c: Change, request: Request): Promise<void> => {
  await c.db
    .update(requests)
    .set({ state: 'ended', accessEndsAt: c.now })
    .where(
      and(
        eq(requests.organizationId, c.organization.id),
        eq(requests.id, request.id),
        eq(requests.state, 'approved'),
      ),
    );
  if (request.projectId) await endGrants(c, eq(grants.requestId, request.id));
  else if (request.roleId) await fallBack(c, request.requesterId, request.roleId);
};
