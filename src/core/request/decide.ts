import { and, eq, sql } from 'drizzle-orm';
import { decisions, principals, requests, roles } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import { loadHolder } from '../access/holder.ts';
import { activeMember, type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { coveringRole, writeGrant } from '../grant/give.ts';
import { countAdministrators, fetchPrincipal, needToNameAdministrators } from '../member/principal.ts';
import { redraw } from '../message.ts';
import type { Role } from '../role/find.ts';
import { mayDecide, samePerson } from './deciders.ts';
import { findRequest, type Request, requestName, requestState, unknownRequest } from './find.ts';
import { tellRequester } from './tell-requester.ts';

export interface Decided {
  id: string;
  name: string;
  requester: string;
  role: string;
  project: string | null;
  until: Date | null;
}

interface Input {
  organizationId: string;
  request: string;
  reason?: string | undefined;
  /** The content hash on the card that the button stood on; typed commands have none. */
  seen?: string | undefined;
}

/** Approves, and applies in the same transaction: everything is checked against the database of this moment. */
export const approveRequest = async (ctx: Context, input: Input): Promise<Decided> =>
  change(ctx, input.organizationId, async (c) => {
    const { request, role, requester } = await openToMe(c, input);
    if (requester.state !== 'active') {
      throw new DomainError(
        'wrong-state',
        `${requestName(request)} was not approved: ${requester.email} is deactivated.`,
        {
          todo: 'Reactivate them first, or deny the request.',
        },
      );
    }
    if (!role || role.version !== request.roleVersion) throw changed(request);
    needToNameAdministrators(c, role);
    await settle(c, request, 'approved', input.reason ?? '');
    const until = await apply(c, request, role, requester);
    await c.db
      .update(requests)
      .set({ accessEndsAt: until })
      .where(and(eq(requests.organizationId, c.organization.id), eq(requests.id, request.id)));
    await tellRequester(c, request);
    return decided(request, requester, until);
  });

/** Denies, with a reason for the requester. */
export const denyRequest = async (ctx: Context, input: Input): Promise<Decided> =>
  change(ctx, input.organizationId, async (c) => {
    const { request, requester } = await openToMe(c, input);
    if (!input.reason?.trim()) {
      throw new DomainError('invalid', `${requestName(request)} was not denied: a denial needs a reason.`, {
        todo: 'Say why; the requester reads it.',
        field: 'reason',
      });
    }
    await settle(c, request, 'denied', input.reason);
    await tellRequester(c, request);
    return decided(request, requester, null);
  });

const decided = (request: Request, requester: Holder, until: Date | null): Decided => ({
  id: request.id,
  name: requestName(request),
  requester: requester.email,
  role: request.roleName,
  project: request.projectName,
  until,
});

const changed = (request: Request): DomainError =>
  new DomainError(
    'changed',
    `${requestName(request)} was not decided: it has changed since that card was drawn.`,
    {
      todo: 'Read the current card and decide again.',
      facts: { request: requestName(request) },
    },
  );

/** The request, if the actor may decide on it now. The refusals are ordered so that a stranger learns nothing. */
const openToMe = async (
  c: Change,
  input: Input,
): Promise<{ request: Request; role: Role | undefined; requester: Holder }> => {
  const request = await findRequest(c, input.request);
  const asOperator = c.operator && request.toOperators;
  const me = asOperator ? c.me : activeMember(c);
  const deciderId = c.ctx.actor.kind === 'account' ? c.ctx.actor.userId : undefined;
  if (!deciderId) throw unknownRequest(c, input.request);
  const [role] = request.roleId
    ? await c.db
        .select()
        .from(roles)
        .where(and(eq(roles.organizationId, c.organization.id), eq(roles.id, request.roleId)))
    : [];
  const requester = await loadHolder(c.db, c.organization.id, request.requesterId);
  if (!requester) throw unknownRequest(c, input.request);
  if (await samePerson(c, deciderId, request.requesterId)) {
    throw new DomainError(
      'own-request',
      `You can't decide ${requestName(request)}: it is your own request.`,
      {
        todo: 'Somebody else who may decide has it in front of them.',
      },
    );
  }
  const state = requestState(request, c.now);
  const may = asOperator || (me && role && mayDecide(c, me, role, request.projectId ?? undefined));
  if (state !== 'pending' && (may || me)) throw await alreadySettled(c, request, state);
  if (!may) {
    throw new DomainError(
      'forbidden',
      `You can't decide ${requestName(request)}: you may not give ${request.roleName} there.`,
      {
        todo: 'Leave it to those who may; nothing changed.',
        facts: { request: requestName(request) },
      },
    );
  }
  if (input.seen !== undefined && input.seen !== request.contentHash) throw changed(request);
  return { request, role, requester };
};

const alreadySettled = async (c: Change, request: Request, state: string): Promise<DomainError> => {
  const [by] = await c.db
    .select({
      decision: decisions.decision,
      email: sql<string>`(select email from users u where u.id = ${decisions.userId})`,
    })
    .from(decisions)
    .where(and(eq(decisions.organizationId, c.organization.id), eq(decisions.requestId, request.id)));
  return new DomainError(
    'wrong-state',
    by && (state === 'approved' || state === 'denied')
      ? `${by.email} ${by.decision} ${requestName(request)} already. Your click changed nothing.`
      : `${requestName(request)} is ${state}. Your click changed nothing.`,
    { facts: { request: requestName(request), state } },
  );
};

const settle = async (
  c: Change,
  request: Request,
  decision: 'approved' | 'denied',
  reason: string,
): Promise<void> => {
  const settled = await c.db
    .update(requests)
    .set({ state: decision, settledAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(requests.organizationId, c.organization.id),
        eq(requests.id, request.id),
        eq(requests.state, 'pending'),
        eq(requests.contentHash, request.contentHash),
        sql`${requests.expiresAt} > clock_timestamp()`,
      ),
    )
    .returning({ id: requests.id });
  if (settled.length === 0) throw changed(request);
  const userId = c.ctx.actor.kind === 'account' ? (c.ctx.actor.userId ?? '') : '';
  await c.db
    .insert(decisions)
    .values({ organizationId: c.organization.id, requestId: request.id, userId, decision, reason });
  c.audit({
    action: decision === 'approved' ? 'request.approved' : 'request.denied',
    target: requestName(request),
    reason,
    facts: { role: request.roleName, project: request.projectName },
  });
  c.enqueue(...(await redraw(c.db, request.id)));
};

/** Gives what was asked for; the clock starts now, or at the start that was asked for. Never shortens what is held. */
const apply = async (c: Change, request: Request, role: Role, requester: Holder): Promise<Date | null> => {
  const from = request.startsAt && request.startsAt > c.now ? request.startsAt : null;
  const start = from ?? c.now;
  const asked = request.seconds === null ? null : new Date(start.getTime() + request.seconds * 1000);
  const held = requester.roles.find(
    (mine) =>
      mine.through !== 'default-role' &&
      mine.roleId === role.id &&
      mine.projectId === (request.projectId ?? undefined),
  );
  const lasting = held !== undefined && held.until === undefined;
  const until = lasting ? null : held?.until && asked && held.until > asked ? held.until : asked;
  if (request.projectId) {
    const project = { id: request.projectId, name: request.projectName ?? '' };
    await writeGrant(
      c,
      requester,
      project,
      role,
      { from: held ? null : from, until },
      {
        reason: request.reason,
        requestId: request.id,
        by: c.me?.id,
      },
    );
    return until;
  }
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
  };
  await c.db
    .update(principals)
    .set(after)
    .where(and(eq(principals.organizationId, c.organization.id), eq(principals.id, requester.id)));
  await countAdministrators(c, before, { ...before, ...after });
  c.audit({
    action: 'member.role-changed',
    target: requester.email,
    facts: { after: role.name, until: until?.toISOString() ?? null, request: requestName(request) },
  });
  return until;
};
