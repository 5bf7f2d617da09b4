import { and, eq, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { organizations, requests, roles, type StoredChange } from '../../db/schema/index.ts';
import { missingToGive } from '../access/cover.ts';
import { type Holder, permissionsAt } from '../access/evaluate.ts';
import { loadHolders } from '../access/holder.ts';
import { modelOf } from '../access/models/index.ts';
import { isOperatorOnly } from '../access/patterns.ts';
import { activeMember, look } from '../change.ts';
import type { Context } from '../context.ts';
import type { Organization } from '../organization/organization.ts';
import { loadPolicies } from '../organization/policy.ts';
import { isHighRisk } from '../step-up/high-risk.ts';
import { type TokensOfMember, tokensOfMember } from '../token/of-member.ts';
import { type Approvals, approvalsOf, newcomerInvitedBy } from './approvals.ts';
import { matterOf, mayDecide, type Place, personOfUser } from './deciders.ts';
import {
  findRequest,
  partiesOf,
  type Request,
  type RequestState,
  requestName,
  requestState,
  unknownRequest,
} from './find.ts';

export interface ShownDecision {
  by: string;
  decision: 'approved' | 'denied' | 'justified' | 'not-justified';
  reason: string;
  at: Date;
  /** The passkey that it was confirmed with, and whether that was new. */
  passkey: { name: string; fresh: boolean } | null;
  /** Who invited this approver less than a day before, if they are the requester, or approve as well. */
  invitedBy: string | null;
}

/** Everything that a request's card shows, from the committed state of this moment. */
export interface ShownRequest {
  id: string;
  name: string;
  state: RequestState;
  organization: Organization;
  requester: {
    id: string;
    email: string;
    /** The newest first: a card mentions the one that belongs where it is read. */
    accounts: { platform: string; workspaceId: string; externalId: string }[];
  };
  kind: string;
  /** Who gets it, where that is not the requester. */
  beneficiary: string | null;
  role: string;
  project: string | null;
  from: Date | null;
  seconds: number | null;
  reason: string;
  createdAt: Date;
  expiresAt: Date;
  accessEndsAt: Date | null;
  settledAt: Date | null;
  toOperators: boolean;
  /** When it went to the operators, where it was not theirs from the start. */
  escalatedAt: Date | null;
  contentHash: string;
  /** The role has been edited since it was asked for, so that nobody approves it before its requester asks anew. */
  roleEdited: boolean;
  /** What approving adds, what is held already, and what only operators may give. */
  gains: string[];
  /** All of it is held now, but not for as long as is asked for. */
  extends: boolean;
  alreadyHeld: string[];
  operatorOnly: string[];
  /** What the organization role gives now, and the one in its place does not. */
  loses: string[];
  /** It does not come back with the end of what is asked for. */
  losesForGood: boolean;
  /** Tokens of whoever gets it: personal ones can do what they can, all others stay as they are. */
  tokens: TokensOfMember;
  decisions: ShownDecision[];
  /** When what was taken without approval was looked at. */
  reviewedAt: Date | null;
  /** The command that waits for a second person. */
  change: StoredChange | null;
  /** What the approvals of a pending request come to. */
  approvals: Approvals;
  /** Approving it has to be confirmed with a passkey. */
  needsPasskey: boolean;
}

/** For drawing cards: no rights are checked, the caller decides who sees the result. */
export const drawnRequest = async (
  db: Db,
  organizationId: string,
  requestId: string,
): Promise<ShownRequest | undefined> => {
  const [row] = await db
    .select({ request: requests, organization: organizations, role: roles })
    .from(requests)
    .innerJoin(organizations, eq(organizations.id, requests.organizationId))
    .leftJoin(roles, and(eq(roles.organizationId, requests.organizationId), eq(roles.id, requests.roleId)))
    .where(and(eq(requests.organizationId, organizationId), eq(requests.id, requestId)));
  if (!row) return undefined;
  const { request } = row;
  const model = modelOf(row.organization.model);
  const { holders, now } = await loadHolders(db, organizationId, {
    ids: [request.requesterId, request.beneficiaryId],
  });
  const requester = holders.find((holder) => holder.id === request.requesterId);
  const beneficiary = holders.find((holder) => holder.id === request.beneficiaryId);
  const start = request.startsAt && request.startsAt > now ? request.startsAt : now;
  const end = request.seconds === null ? null : new Date(start.getTime() + request.seconds * 1000);
  const whole = beneficiary && { ...beneficiary, state: 'active' as const };
  // What ends before the access that is asked for does is gained anew, not held already.
  const lasting = whole && {
    ...whole,
    roles: whole.roles.filter((held) => held.until === undefined || (end !== null && held.until >= end)),
  };
  const project = request.projectId ?? undefined;
  const held = lasting ? permissionsAt(lasting, project) : [];
  const heldNow = whole ? permissionsAt(whole, project) : [];
  const asked = row.role?.permissions ?? [];
  const giver = { operator: false, administers: false };
  const extended =
    asked.length > 0 && missingToGive(model, { ...giver, permissions: heldNow }, asked).length === 0;
  const gains = missingToGive(model, { operator: false, administers: false, permissions: held }, asked);
  const decisions = rowsOf<{
    by: string;
    decision: ShownDecision['decision'];
    reason: string;
    at: string | Date;
    passkey: string | null;
    fresh: boolean | null;
    invitedBy: string | null;
  }>(
    await db.execute(sql`
      select u.email as by, d.decision, d.reason, d.at, d.passkey,
        d.at < d.passkey_added_at + interval '24 hours' as fresh, ${newcomerInvitedBy} as "invitedBy"
      from decisions d join users u on u.id = d.user_id
      where d.organization_id = ${organizationId} and d.request_id = ${requestId}
        and d.content_hash = ${request.contentHash} order by d.at`),
  );
  const accounts = rowsOf<{ platform: string; workspace_id: string; external_id: string }>(
    await db.execute(sql`
      select platform, workspace_id, external_id from accounts
      where user_id = ${request.requesterId} and unlinked_at is null
      order by linked_at desc`),
  );
  const place = { db, organization: { ...row.organization, model } };
  const matter = matterOf(request, row.role ?? undefined, await loadPolicies(db, organizationId));
  return {
    ...termsOf(request),
    roleEdited: row.role !== null && row.role.version !== request.roleVersion,
    approvals: await approvalsOf(place, request, matter),
    state: requestState(request, now),
    beneficiary: request.beneficiaryId === request.requesterId ? null : (beneficiary?.email ?? null),
    organization: place.organization,
    requester: {
      id: request.requesterId,
      email: requester?.email ?? '',
      accounts: accounts.map((account) => ({
        platform: account.platform,
        workspaceId: account.workspace_id,
        externalId: account.external_id,
      })),
    },
    extends: extended && gains.length > 0,
    gains: gains.filter((permission) => !isOperatorOnly(model, permission)),
    alreadyHeld: asked.filter((permission) => !gains.includes(permission)),
    operatorOnly: gains.filter((permission) => isOperatorOnly(model, permission)),
    decisions: decisions.map(({ passkey, fresh, ...decision }) => ({
      ...decision,
      at: new Date(decision.at),
      passkey: passkey === null ? null : { name: passkey, fresh: fresh === true },
    })),
    ...(await replacedBy(place, request, whole, row.role?.permissions, end)),
    tokens: await tokensOfMember(place, request.beneficiaryId),
    needsPasskey: isHighRisk(matter.policy, request),
  };
};

/**
 * What the organization role gives, or the one that it falls back to meanwhile, and the one in its place does not. One
 * that is held for a time comes back only if it lasts no longer anyway.
 */
const replacedBy = async (
  { db, organization }: Place,
  request: Request,
  holder: Holder | undefined,
  asked: readonly string[] | undefined,
  end: Date | null,
): Promise<Pick<ShownRequest, 'loses' | 'losesForGood'>> => {
  const replaces = request.roleScope === 'organization' && !['change', 'removal'].includes(request.kind);
  if (!replaces || (asked === undefined && request.kind !== 'administrator')) {
    return { loses: [], losesForGood: false };
  }
  const [current] = (holder?.roles ?? []).filter((held) => held.through === 'organization-role');
  const falls = current?.until !== undefined && (end === null || current.until < end);
  const [fallback] = falls
    ? rowsOf<{ permissions: string[] }>(
        await db.execute(sql`
          select r.permissions from principals p
          join roles r on r.organization_id = p.organization_id and r.id = p.role_after_id
          where p.organization_id = ${organization.id} and p.id = ${request.beneficiaryId}`),
      )
    : [];
  const held = [...new Set([...(current?.permissions ?? []), ...(fallback?.permissions ?? [])])];
  const giver = { operator: false, administers: false, permissions: asked ?? [] };
  return {
    loses: missingToGive(organization.model, giver, held),
    losesForGood: end === null || (current?.until !== undefined && !falls),
  };
};

const termsOf = (request: Request) => ({
  id: request.id,
  name: requestName(request),
  kind: request.kind,
  role: request.roleName,
  project: request.projectName,
  from: request.startsAt,
  seconds: request.seconds,
  reason: request.reason,
  createdAt: request.createdAt,
  expiresAt: request.expiresAt,
  accessEndsAt: request.accessEndsAt,
  settledAt: request.settledAt,
  toOperators: request.toOperators,
  escalatedAt: request.escalatedAt,
  contentHash: request.contentHash,
  change: request.change,
  reviewedAt: request.reviewedAt,
});

/** A request, for its requester and for who may decide on it; for anybody else it does not exist. */
export const showRequest = async (
  ctx: Context,
  organization: Organization,
  name: string,
): Promise<{ request: ShownRequest; mine: boolean; mayDecide: boolean }> =>
  look(ctx, organization, async (s) => {
    const found = await findRequest(s, name);
    const me = s.operator && found.toOperators ? s.me : activeMember(s);
    const shown = await drawnRequest(s.db, organization.id, found.id);
    const [role] = found.roleId
      ? await s.db
          .select()
          .from(roles)
          .where(and(eq(roles.organizationId, organization.id), eq(roles.id, found.roleId)))
      : [];
    const userId = ctx.actor.kind === 'account' ? ctx.actor.userId : undefined;
    const mine = userId === found.requesterId;
    const rights =
      (s.operator && found.toOperators) ||
      (me !== undefined &&
        mayDecide(s, me, matterOf(found, role, await loadPolicies(s.db, organization.id))));
    if (!shown || (!mine && !rights)) throw unknownRequest(s, name);
    const person = userId === undefined ? undefined : await personOfUser(s, userId);
    const party = partiesOf(found).some((each) => person?.has(each));
    return { request: shown, mine, mayDecide: rights && !party };
  });
