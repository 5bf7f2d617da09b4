import { and, desc, eq, sql } from 'drizzle-orm';
import { decisions, roles } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import { loadHolder } from '../access/holder.ts';
import { activeMember, type Standing } from '../change.ts';
import { DomainError } from '../errors.ts';
import { loadPolicies } from '../organization/policy.ts';
import type { Role } from '../role/find.ts';
import type { Proof } from '../step-up/spend.ts';
import { type Matter, matterOf, mayDecide, personOfUser } from './deciders.ts';
import { findRequest, type Request, requestName, requestState, unknownRequest } from './find.ts';

export interface DecisionInput {
  organizationId: string;
  request: string;
  reason?: string | undefined;
  /** The content hash on the card that the button stood on; typed commands have none. */
  seen?: string | undefined;
  /** What it was confirmed with on our page, where that was needed. */
  proof?: Proof | undefined;
}

/** A request in front of somebody who may decide on it now. */
export interface OpenToMe {
  request: Request;
  role: Role | undefined;
  beneficiary: Holder;
  matter: Matter;
  /** The user who decides, and every user who is the same person. */
  deciderId: string;
  person: ReadonlySet<string>;
  asOperator: boolean;
}

export const changed = (request: Request): DomainError =>
  new DomainError(
    'changed',
    `${requestName(request)} was not decided: it has changed since that card was drawn.`,
    {
      todo: 'Read the current card and decide again.',
      facts: { request: requestName(request) },
    },
  );

export const roleOf = async (c: Pick<Standing, 'db' | 'organization'>, request: Request) => {
  if (!request.roleId) return undefined;
  const [role] = await c.db
    .select()
    .from(roles)
    .where(and(eq(roles.organizationId, c.organization.id), eq(roles.id, request.roleId)));
  return role;
};

/** The request, if the actor may decide on it now. The refusals are ordered so that a stranger learns nothing. */
export const openToMe = async (
  c: Standing,
  input: Pick<DecisionInput, 'request' | 'seen'>,
): Promise<OpenToMe> => {
  const request = await findRequest(c, input.request);
  const asOperator = c.operator && request.toOperators;
  const me = asOperator ? c.me : activeMember(c);
  const deciderId = c.ctx.actor.kind === 'account' ? c.ctx.actor.userId : undefined;
  if (!deciderId) throw unknownRequest(c, input.request);
  const role = await roleOf(c, request);
  const beneficiary = await loadHolder(c.db, c.organization.id, request.beneficiaryId);
  if (!beneficiary) throw unknownRequest(c, input.request);
  const person = await personOfUser(c, deciderId);
  if (person.has(request.requesterId) || person.has(request.beneficiaryId)) {
    throw new DomainError(
      'own-request',
      `You can't decide ${requestName(request)}: it is your own request.`,
      {
        todo: 'Somebody else who may decide has it in front of them.',
      },
    );
  }
  const state = requestState(request, c.now);
  const matter = matterOf(request, role, await loadPolicies(c.db, c.organization.id));
  const may = asOperator || (me !== undefined && mayDecide(c, me, matter));
  if (state !== 'pending' && (may || me)) throw await alreadySettled(c, request, state);
  if (!may) throw mayNot(request, matter);
  if (input.seen !== undefined && input.seen !== request.contentHash) throw changed(request);
  return { request, role, beneficiary, matter, deciderId, person, asOperator };
};

const mayNot = (request: Request, { policy, kind }: Matter): DomainError => {
  const named = policy.approvers ? ` Here ${policy.approvers.join(', ')} decide.` : '';
  return new DomainError(
    'forbidden',
    kind === 'change'
      ? `You can't decide ${requestName(request)}: you may not do that yourself.${named}`
      : `You can't decide ${requestName(request)}: you may not give ${request.roleName} there.${named}`,
    {
      todo: 'Leave it to those who may; nothing changed.',
      facts: { request: requestName(request) },
    },
  );
};

const alreadySettled = async (c: Standing, request: Request, state: string): Promise<DomainError> => {
  const [by] = await c.db
    .select({
      decision: decisions.decision,
      email: sql<string>`(select email from users u where u.id = ${decisions.userId})`,
    })
    .from(decisions)
    .where(and(eq(decisions.organizationId, c.organization.id), eq(decisions.requestId, request.id)))
    .orderBy(desc(decisions.at))
    .limit(1);
  return new DomainError(
    'wrong-state',
    by && (state === 'approved' || state === 'denied')
      ? `${by.email} ${by.decision} ${requestName(request)} already. Your click changed nothing.`
      : `${requestName(request)} is ${state}. Your click changed nothing.`,
    { facts: { request: requestName(request), state } },
  );
};
