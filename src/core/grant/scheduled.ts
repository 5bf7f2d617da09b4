import { and, eq, isNotNull, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { rowsOf } from '../../db/client.ts';
import { grants, members, principals, projects, requests, roles } from '../../db/schema/index.ts';
import { evaluate, type Holder } from '../access/evaluate.ts';
import { loadHolders } from '../access/holder.ts';
import { isOperatorOnly } from '../access/patterns.ts';
import { type Change, missingFor } from '../change.ts';
import { loadPolicies, type Policies } from '../organization/policy.ts';
import { approvalsNeeded, matterOf, mayDecide, personOfUser } from '../request/deciders.ts';
import { type Request, requestName } from '../request/find.ts';
import type { Role } from '../role/find.ts';
import { isOperator } from '../user/is-operator.ts';

/** A grant that has yet to open, with what stands in its way as far as can be said now. */
export interface Scheduled {
  principalId: string;
  projectId: string;
  roleId: string;
  email: string | null;
  project: string;
  role: string;
  until: Date | null;
  request: { name: string; requesterId: string } | null;
  /** Who approved it, or gave it without a request. */
  givers: string[];
  due: boolean;
  barred: boolean;
  /** Why it would not be given any more, as the end of a sentence; undefined: nothing is in the way. */
  obstacle: string | undefined;
}

interface Row {
  grant: typeof grants.$inferSelect;
  role: Role;
  project: string;
  state: string;
  email: string | null;
  request: Request | null;
  givers: string[];
  due: boolean;
}

/**
 * The organization's grants whose start lies ahead, or has passed without the job that opens them. A start that was
 * approved is no promise: the holder must still be active, the role still mean what the card said, and whoever
 * approved it (or gave it) still be able to, as another person, at the moment of the start.
 */
export const scheduledGrants = async (c: Change): Promise<Scheduled[]> => {
  const rows = await yetToOpen(c);
  if (rows.length === 0) return [];
  const ids = [...new Set(rows.flatMap((row) => row.givers))];
  const { holders } = await loadHolders(c.db, c.organization.id, { ids });
  const known = {
    holders,
    operators: await operatorsAmong(c, ids),
    policies: await loadPolicies(c.db, c.organization.id),
  };
  const found: Scheduled[] = [];
  for (const row of rows) {
    const { grant, request } = row;
    found.push({
      principalId: grant.principalId,
      projectId: grant.projectId,
      roleId: grant.roleId,
      email: row.email,
      project: row.project,
      role: row.role.name,
      until: grant.expiresAt,
      request: request && { name: requestName(request), requesterId: request.requesterId },
      givers: row.givers,
      due: row.due,
      barred: grant.barred,
      obstacle: await (row.due ? obstacleAtStart : obstacleTo)(c, row, known),
    });
  }
  return found;
};

const yetToOpen = async (c: Change): Promise<Row[]> => {
  const approvers = sql`array(select d.user_id from decisions d where d.organization_id = ${grants.organizationId}
    and d.request_id = ${requests.id} and d.decision = 'approved' and d.content_hash = ${requests.contentHash})`;
  const of = (table: typeof roles | typeof projects | typeof principals | typeof requests, id: PgColumn) =>
    and(eq(table.organizationId, grants.organizationId), eq(table.id, id));
  return c.db
    .select({
      grant: grants,
      role: roles,
      project: projects.name,
      state: principals.state,
      email: members.email,
      request: requests,
      givers: sql<
        string[]
      >`case when ${requests.id} is null then array_remove(array[${grants.grantedBy}], null)
        else ${approvers} end`,
      due: sql<boolean>`${grants.startsAt} <= clock_timestamp()`,
    })
    .from(grants)
    .innerJoin(roles, of(roles, grants.roleId))
    .innerJoin(projects, of(projects, grants.projectId))
    .innerJoin(principals, of(principals, grants.principalId))
    .leftJoin(
      members,
      and(eq(members.organizationId, grants.organizationId), eq(members.userId, grants.principalId)),
    )
    .leftJoin(requests, of(requests, grants.requestId))
    .where(and(eq(grants.organizationId, c.organization.id), isNotNull(grants.opensVersion)))
    .orderBy(grants.startsAt, grants.principalId);
};

const operatorsAmong = async (c: Change, ids: readonly string[]): Promise<Set<string>> => {
  const rows = rowsOf<{ id: string }>(
    await c.db.execute(sql`
      select u.id from users u where u.id = any(${sql.param([...ids])}::uuid[])
        and ${isOperator(c.ctx.installation)}`),
  );
  return new Set(rows.map((row) => row.id));
};

/** What a holder will still have at a moment, as far as their own times say so. */
const lastingUntil = (holder: Holder, at: Date): Holder => ({
  ...holder,
  roles: holder.roles.filter((held) => held.until === undefined || held.until > at),
});

interface Known {
  holders: readonly Holder[];
  operators: ReadonlySet<string>;
  policies: Policies;
}

const obstacleTo = async (c: Change, row: Row, known: Known): Promise<string | undefined> => {
  const { grant, role } = row;
  if (row.state !== 'active') return `${row.email ?? 'its holder'} is ${row.state}`;
  if (role.version !== grant.opensVersion) return `the role ${role.name} has changed since it was given`;
  if (await isSamePerson(c, row)) return SAME_PERSON;
  return whoMayNot(row, known, (id) => mayStill(c, row, known, id));
};

/** Once the start has come: what was so at that moment, and what is no change of an organization. */
const obstacleAtStart = async (c: Change, row: Row, known: Known): Promise<string | undefined> => {
  if (row.grant.barred)
    return (await obstacleTo(c, row, known)) ?? 'at its start it would not have been given';
  if (await isSamePerson(c, row)) return SAME_PERSON;
  const isKnown = (id: string): boolean =>
    known.operators.has(id) || known.holders.some((holder) => holder.id === id);
  return whoMayNot(row, known, isKnown);
};

const SAME_PERSON = 'whoever approved it turned out to be the same person as who gets it';

const isSamePerson = async (c: Change, { request, givers }: Row): Promise<boolean> => {
  if (!request) return false;
  const asking = new Set([
    ...(await personOfUser(c, request.requesterId)),
    ...(await personOfUser(c, request.beneficiaryId)),
  ]);
  return givers.some((id) => asking.has(id));
};

/** One operator is enough where operators were asked; else as many as the policy wants of those who approved. */
const whoMayNot = (
  { request, role, givers }: Row,
  { holders, operators, policies }: Known,
  may: (id: string) => boolean,
): string | undefined => {
  const able = givers.filter(may);
  if (request?.toOperators && able.some((id) => operators.has(id))) return undefined;
  const needed = request
    ? Math.min(givers.length, approvalsNeeded(matterOf(request, role, policies)))
    : givers.length;
  if (able.length >= needed) return undefined;
  const unable = holders.find((holder) => givers.includes(holder.id) && !able.includes(holder.id));
  return `${unable?.email ?? 'whoever approved it'} may not give it any more`;
};

/** Whether somebody who approved or gave it could do so at its start. */
const mayStill = (
  c: Change,
  { grant, role, request }: Row,
  { holders, operators, policies }: Known,
  id: string,
): boolean => {
  const { model } = c.organization;
  const holder = holders.find((one) => one.id === id);
  const then = holder && lastingUntil(holder, grant.startsAt ?? c.now);
  if (request?.toOperators && operators.has(id)) return true;
  if (request) return then !== undefined && mayDecide(c, then, matterOf(request, role, policies));
  if (operators.has(id) && role.permissions.some((one) => isOperatorOnly(model, one))) return true;
  return (
    then?.state === 'active' &&
    evaluate(model, then, { permission: 'grants:write', projectId: grant.projectId }).length > 0 &&
    missingFor({ ...c, operator: false }, role.permissions, grant.projectId, then).length === 0
  );
};
