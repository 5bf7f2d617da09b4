import { and, eq } from 'drizzle-orm';
import { principals } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import type { Change } from '../change.ts';
import { DomainError } from '../errors.ts';
import { coveringRole, writeGrant } from '../grant/give.ts';
import { needOneSpan, spanOf } from '../grant/one-span.ts';
import { needToOpen } from '../grant/open.ts';
import { warnAt } from '../grant/warn-at.ts';
import { needOffboarding, needStepsDone } from '../member/offboarding.ts';
import { countAdministrators, fetchPrincipal } from '../member/principal.ts';
import { finishRemoval } from '../member/remove.ts';
import { setRole } from '../member/set-role.ts';
import { directMessages } from '../message.ts';
import type { Role } from '../role/find.ts';
import { endReplaced } from './end.ts';
import { type Request, requestName } from './find.ts';

/** Does what an approved request asks for. @returns when the access ends by itself, or null */
export const applyRequest = async (
  c: Change,
  request: Request,
  role: Role | undefined,
  beneficiary: Holder,
): Promise<Date | null> => {
  switch (request.kind) {
    case 'removal':
      needStepsDone(await needOffboarding(c, beneficiary));
      await finishRemoval(c, beneficiary);
      return null;
    case 'administrator':
      await setRole(c, beneficiary, role, null);
      return null;
    case 'change':
      // Carried out as a command, after this change and in the same transaction.
      return null;
    default:
      if (!role) throw new Error(`${requestName(request)} names no role`);
      return give(c, request, role, beneficiary);
  }
};

/** Who asked hears what became of it; whoever somebody else asked for hears what they have now. */
const tellGiven = async (
  c: Change,
  request: Request,
  beneficiary: Holder,
  from: Date | null,
  until: Date | null,
): Promise<void> => {
  const data = {
    by: c.me?.email,
    project: request.projectName,
    role: request.roleName,
    from: from?.toISOString(),
    until: until?.toISOString(),
  };
  c.say(
    ...(await directMessages(c.db, c.organization.id, [beneficiary.id], { notice: 'grant-given', data })),
  );
};

/** Gives what was asked for; the clock starts now, or at the start that was asked for. Never shortens what is held. */
const give = async (c: Change, request: Request, role: Role, requester: Holder): Promise<Date | null> => {
  const span = spanOf(request, c.now);
  const from = span.from > c.now ? span.from : null;
  const asked = span.until;
  const held = requester.roles.find(
    (mine) =>
      mine.through !== 'default-role' &&
      mine.roleId === role.id &&
      mine.projectId === (request.projectId ?? undefined),
  );
  if (held && held.until === undefined) return null;
  const until = held?.until && asked && held.until > asked ? held.until : asked;
  if (!request.projectId) {
    await giveOrganizationRole(c, request, role, requester, until);
    return until;
  }
  const project = { id: request.projectId, name: request.projectName ?? '' };
  const key = { principalId: requester.id, projectId: project.id, roleId: role.id };
  // What is taken in an emergency comes first, whatever was to begin later.
  if (request.kind !== 'break-glass') {
    await needOneSpan(c, key, span, `${requestName(request)} was not approved`);
  }
  const times = { from: held ? null : from, until };
  const why = { reason: request.reason, requestId: request.id, by: c.me?.id };
  await writeGrant(c, requester, project, role, times, why);
  if (times.from) await needToOpen(c, key);
  if (requester.id !== request.requesterId) await tellGiven(c, request, requester, from, until);
  return until;
};

const giveOrganizationRole = async (
  c: Change,
  request: Request,
  role: Role,
  requester: Holder,
  until: Date | null,
): Promise<void> => {
  const wider = coveringRole(c.organization.model, requester, undefined, role);
  if (wider) {
    throw new DomainError(
      'wrong-state',
      `${requestName(request)} was not approved: ${requester.email} is ${wider} by now, which gives more.`,
      {
        todo: 'Deny the request, or leave it to expire.',
      },
    );
  }
  const before = await fetchPrincipal(c, requester.id);
  const after = {
    roleId: role.id,
    roleUntil: until,
    roleAfterId: until === null ? null : before.roleUntil === null ? before.roleId : before.roleAfterId,
    roleWarnAt: warnAt(c.now, until),
  };
  await c.db
    .update(principals)
    .set(after)
    .where(and(eq(principals.organizationId, c.organization.id), eq(principals.id, requester.id)));
  await countAdministrators(c, before, { ...before, ...after });
  await endReplaced(c, requester.id, request.id);
  c.audit({
    action: 'member.role-changed',
    target: requester.email,
    facts: { after: role.name, until: until?.toISOString() ?? null, request: requestName(request) },
  });
};
