import { and, eq, sql } from 'drizzle-orm';
import { decisions, requests, roles } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import { loadHolder } from '../access/holder.ts';
import { activeMember, type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { needToNameAdministrators } from '../member/principal.ts';
import { redraw } from '../message.ts';
import type { Role } from '../role/find.ts';
import { applyRequest } from './apply.ts';
import { mayDecide, samePerson } from './deciders.ts';
import { findRequest, type Request, requestName, requestState, unknownRequest } from './find.ts';
import { tellRequester } from './tell-requester.ts';

export interface Decided {
  id: string;
  name: string;
  kind: string;
  /** Who gets it. */
  requester: string;
  role: string;
  project: string | null;
  until: Date | null;
  /** A time was asked for, and the access is held without an end already. */
  lastsAlready: boolean;
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
    const { request, role, beneficiary } = await openToMe(c, input);
    if (beneficiary.state !== 'active' && request.kind !== 'removal') {
      throw new DomainError(
        'wrong-state',
        `${requestName(request)} was not approved: ${beneficiary.email} is ${beneficiary.state}.`,
        { todo: 'Reactivate them first, or deny the request.' },
      );
    }
    if (request.roleVersion !== (role?.version ?? 0)) throw changed(request);
    if (role) needToNameAdministrators(c, role);
    await settle(c, request, 'approved', input.reason ?? '');
    const until = await applyRequest(c, request, role, beneficiary);
    await c.db
      .update(requests)
      .set({ accessEndsAt: until })
      .where(and(eq(requests.organizationId, c.organization.id), eq(requests.id, request.id)));
    await tellRequester(c, request);
    return decided(request, beneficiary, until);
  });

/** Denies, with a reason for the requester. */
export const denyRequest = async (ctx: Context, input: Input): Promise<Decided> =>
  change(ctx, input.organizationId, async (c) => {
    const { request, beneficiary } = await openToMe(c, input);
    if (!input.reason?.trim()) {
      throw new DomainError('invalid', `${requestName(request)} was not denied: a denial needs a reason.`, {
        todo: 'Say why; the requester reads it.',
        field: 'reason',
      });
    }
    await settle(c, request, 'denied', input.reason);
    await tellRequester(c, request);
    return { ...decided(request, beneficiary, null), lastsAlready: false };
  });

const decided = (request: Request, beneficiary: Holder, until: Date | null): Decided => ({
  id: request.id,
  name: requestName(request),
  kind: request.kind,
  requester: beneficiary.email,
  role: request.roleName,
  project: request.projectName,
  until,
  lastsAlready: request.state === 'pending' && until === null && request.seconds !== null,
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
): Promise<{ request: Request; role: Role | undefined; beneficiary: Holder }> => {
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
  const beneficiary = await loadHolder(c.db, c.organization.id, request.beneficiaryId);
  if (!beneficiary) throw unknownRequest(c, input.request);
  if (
    (await samePerson(c, deciderId, request.requesterId)) ||
    (await samePerson(c, deciderId, request.beneficiaryId))
  ) {
    throw new DomainError(
      'own-request',
      `You can't decide ${requestName(request)}: it is your own request.`,
      {
        todo: 'Somebody else who may decide has it in front of them.',
      },
    );
  }
  const state = requestState(request, c.now);
  const may =
    asOperator ||
    (request.kind === 'access' && me && role && mayDecide(c, me, role, request.projectId ?? undefined));
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
  return { request, role, beneficiary };
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
