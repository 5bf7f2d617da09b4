import { and, desc, eq, sql } from 'drizzle-orm';
import { requests } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import { loadHolders } from '../access/holder.ts';
import { activeMember, look } from '../change.ts';
import type { Context } from '../context.ts';
import type { Organization } from '../organization/organization.ts';
import { mayDecide, type Place, personOfUser } from './deciders.ts';
import { partiesOf, type Request, type RequestState, requestName, requestState } from './find.ts';
import { type OpenRequest, openRequests } from './open-requests.ts';

export interface ListedRequest {
  name: string;
  requester: string;
  kind: string;
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

/** Written out: a column of the one table that is selected from loses its table's name, and would be `members`' own. */
const email = sql<string>`(select m.email from members m where m.organization_id = requests.organization_id
  and m.user_id = requests.requester_id)`;

const listed = (request: Request, requester: string, now: Date): ListedRequest => ({
  name: requestName(request),
  requester,
  kind: request.kind,
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
      waiting: await waitingFor(s, me),
    };
  });

/** What waits for this person's decision, first what is over first. */
export const waitingFor = async (s: Place & { now: Date }, me: Holder): Promise<ListedRequest[]> => {
  const person = await personOfUser(s, me.id);
  const waiting = (await openRequests(s)).filter(
    ({ request, matter }) =>
      !partiesOf(request).some((party) => person.has(party)) && mayDecide(s, me, matter),
  );
  return listedOpen(s, waiting.slice(0, MOST));
};

/** Everything that waits for a decision, or what waits for the operators. */
export const waitingIn = async (
  s: Place & { now: Date },
  which: 'all' | 'operators',
): Promise<ListedRequest[]> => {
  const open = (await openRequests(s)).filter(({ request }) => which === 'all' || request.toOperators);
  return listedOpen(s, open.slice(0, MOST));
};

const listedOpen = async (
  s: Place & { now: Date },
  open: readonly OpenRequest[],
): Promise<ListedRequest[]> => {
  const ids = [...new Set(open.map(({ request }) => request.requesterId))];
  const { holders } = await loadHolders(s.db, s.organization.id, { ids });
  const emails = new Map(holders.map((holder) => [holder.id, holder.email]));
  return open.map(({ request }) => listed(request, emails.get(request.requesterId) ?? '', s.now));
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
