import { and, eq, inArray, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { roles } from '../../db/schema/index.ts';
import { evaluate, type Holder } from '../access/evaluate.ts';
import { loadHolders } from '../access/holder.ts';
import type { AccessModel } from '../access/model.ts';
import { patternsFor } from '../access/patterns.ts';
import { missingFor } from '../change.ts';
import { roleHolders } from '../member/role-holders.ts';
import { personOfUser } from '../request/deciders.ts';
import type { Place, ReviewItem } from './item.ts';

type About = Pick<ReviewItem, 'userId' | 'projectId' | 'roleId'>;

/** Tells who may answer for what in one organization, by the rights of this moment. */
export interface Answering {
  /** Everybody who might be asked about something. */
  holders: readonly Holder[];
  /** Whoever may take that access away by the ordinary commands; nobody for themselves, compared as persons. */
  may(holder: Holder, item: About): Promise<boolean>;
}

/** Where somebody's rights reach, to find the questions that may be theirs. */
export interface Reach {
  /** Organization roles. */
  roles: boolean;
  /** Every project, or those of `projectIds`. */
  everywhere: boolean;
  projectIds: readonly string[];
}

export const reachOf = (model: AccessModel, holder: Holder): Reach => {
  const mayIn = (projectId?: string): boolean =>
    evaluate(model, holder, { permission: 'grants:write', projectId }).length > 0;
  const projectIds = new Set(holder.roles.flatMap(({ projectId }) => projectId ?? []));
  return {
    roles: evaluate(model, holder, { permission: 'members:write' }).length > 0,
    everywhere: mayIn(),
    projectIds: [...projectIds].filter(mayIn),
  };
};

/** Members with a role anywhere that lets them take access away. */
const candidates = async (s: Place): Promise<Holder[]> => {
  const { model, id: organizationId } = s.organization;
  const patterns = [...patternsFor(model, 'grants:write'), ...patternsFor(model, 'members:write')];
  const taking = rowsOf<{ id: string }>(
    await s.db.execute(sql`
      select id from roles where organization_id = ${organizationId} and permissions && ${sql.param(patterns)}::text[]`),
  ).map(({ id }) => id);
  const rows = rowsOf<{ id: string }>(
    await s.db.execute(sql`
      select p.id from (
        ${roleHolders(organizationId, taking)}
        union
        select g.principal_id from grants g
          where g.organization_id = ${organizationId} and g.role_id = any(${sql.param(taking)}::uuid[])) holder
      join principals p on p.organization_id = ${organizationId} and p.id = holder.id
        and p.kind = 'member' and p.state = 'active'
      order by p.created_at`),
  );
  if (rows.length === 0) return [];
  return (await loadHolders(s.db, organizationId, { ids: rows.map(({ id }) => id) })).holders;
};

export const answering = async (s: Place, only?: Holder): Promise<Answering> => {
  const persons = new Map<string, Promise<Set<string>>>();
  const personOf = (userId: string): Promise<Set<string>> => {
    const known = persons.get(userId) ?? personOfUser(s, userId);
    persons.set(userId, known);
    return known;
  };
  const organizationRoles = new Map(
    (
      await s.db
        .select()
        .from(roles)
        .where(and(eq(roles.organizationId, s.organization.id), inArray(roles.scope, ['organization'])))
    ).map((role) => [role.id, role]),
  );
  const mayTake = (holder: Holder, { projectId, roleId }: About): boolean => {
    const { model } = s.organization;
    if (projectId !== null) {
      return evaluate(model, holder, { permission: 'grants:write', projectId }).length > 0;
    }
    const role = organizationRoles.get(roleId);
    if (!role || evaluate(model, holder, { permission: 'members:write' }).length === 0) return false;
    const asMember = { ...s, operator: false, me: undefined };
    return missingFor(asMember, role.permissions, undefined, holder).length === 0;
  };
  return {
    holders: only ? [only] : await candidates(s),
    may: async (holder, item) =>
      holder.state === 'active' && mayTake(holder, item) && !(await personOf(holder.id)).has(item.userId),
  };
};
