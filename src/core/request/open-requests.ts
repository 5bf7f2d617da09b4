import { and, eq, isNull, or, sql } from 'drizzle-orm';
import { requests, roles } from '../../db/schema/index.ts';
import { loadPolicies } from '../organization/policy.ts';
import { type Matter, matterOf, type Place } from './deciders.ts';
import type { Request } from './find.ts';

export interface OpenRequest {
  request: Request;
  matter: Matter;
}

/** Most open requests of one organization that are looked at in one go. */
const MOST = 200;

/** A decision is wanted, or a look at what was taken without one. */
export const waits = or(
  and(eq(requests.state, 'pending'), sql`${requests.expiresAt} > clock_timestamp()`),
  and(eq(requests.kind, 'break-glass'), isNull(requests.reviewedAt)),
);

/** What waits for a decision in the organization, first what is over first. */
export const openRequests = async (s: Place): Promise<OpenRequest[]> => {
  const rows = await s.db
    .select({ request: requests, role: roles })
    .from(requests)
    .leftJoin(roles, and(eq(roles.organizationId, requests.organizationId), eq(roles.id, requests.roleId)))
    .where(and(eq(requests.organizationId, s.organization.id), waits))
    .orderBy(requests.expiresAt, requests.number)
    .limit(MOST);
  if (rows.length === 0) return [];
  const policies = await loadPolicies(s.db, s.organization.id);
  return rows.map(({ request, role }) => ({
    request,
    matter: matterOf(request, role ?? undefined, policies),
  }));
};
