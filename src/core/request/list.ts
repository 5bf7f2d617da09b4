import { and, desc, eq, sql } from 'drizzle-orm';
import { requests, roles } from '../../db/schema/index.ts';
import { activeMember, look, type Standing } from '../change.ts';
import type { Context } from '../context.ts';
import type { Organization } from '../organization/organization.ts';
import { loadPolicies } from '../organization/policy.ts';
import { matterOf, mayDecide, personOfUser } from './deciders.ts';
import { partiesOf, type Request, type RequestState, requestName, requestState } from './find.ts';

export interface ListedRequest {
  name: string;
  requester: string;
  role: string;
  /** What a change would do. */
  change: string | null;
  project: string | null;
  state: RequestState;
  createdAt: Date;
  expiresAt: Date;
  accessEndsAt: Date | null;
}

const MOST = 20;

const email = sql<string>`(select m.email from members m where m.organization_id = ${requests.organizationId}
  and m.user_id = ${requests.requesterId})`;

const listed = (request: Request, requester: string, now: Date): ListedRequest => ({
  name: requestName(request),
  requester,
  role: request.roleName,
  change: request.change?.title ?? null,
  project: request.projectName,
  state: requestState(request, now),
  createdAt: request.createdAt,
  expiresAt: request.expiresAt,
  accessEndsAt: request.accessEndsAt,
});

/** The actor's own requests, newest first, and the open ones that wait for the actor's decision. */
export const listRequests = async (
  ctx: Context,
  organization: Organization,
): Promise<{ mine: ListedRequest[]; waiting: ListedRequest[] }> =>
  look(ctx, organization, async (s) => {
    const me = activeMember(s);
    const mine = await s.db
      .select({ request: requests, email })
      .from(requests)
      .where(and(eq(requests.organizationId, organization.id), eq(requests.requesterId, me.id)))
      .orderBy(desc(requests.number))
      .limit(MOST);
    return {
      mine: mine.map((row) => listed(row.request, row.email, s.now)),
      waiting: await waitingFor(s),
    };
  });

const waitingFor = async (s: Standing): Promise<ListedRequest[]> => {
  const me = activeMember(s);
  const policies = await loadPolicies(s.db, s.organization.id);
  const person = await personOfUser(s, me.id);
  const open = await s.db
    .select({ request: requests, role: roles, email })
    .from(requests)
    .leftJoin(roles, and(eq(roles.organizationId, requests.organizationId), eq(roles.id, requests.roleId)))
    .where(
      and(
        eq(requests.organizationId, s.organization.id),
        eq(requests.state, 'pending'),
        sql`${requests.expiresAt} > clock_timestamp()`,
      ),
    )
    .orderBy(requests.number)
    .limit(200);
  return open
    .filter(
      ({ request, role }) =>
        !partiesOf(request).some((party) => person.has(party)) &&
        mayDecide(s, me, matterOf(request, role ?? undefined, policies)),
    )
    .slice(0, MOST)
    .map((row) => listed(row.request, row.email, s.now));
};

/** Open requests of every organization that only operators can decide. @throws nothing: others get none */
export const listOperatorRequests = async (
  ctx: Context,
): Promise<(ListedRequest & { organization: string })[]> => {
  if (ctx.actor.kind !== 'account' || !ctx.actor.operator) return [];
  const rows = await ctx.db
    .select({
      request: requests,
      email,
      slug: sql<string>`(select o.slug from organizations o where o.id = ${requests.organizationId})`,
    })
    .from(requests)
    .where(
      and(
        eq(requests.toOperators, true),
        eq(requests.state, 'pending'),
        sql`${requests.expiresAt} > clock_timestamp()`,
      ),
    )
    .orderBy(requests.createdAt)
    .limit(MOST);
  return rows.map((row) => ({ ...listed(row.request, row.email, new Date(0)), organization: row.slug }));
};
