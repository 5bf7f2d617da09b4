import { type SQL, sql } from 'drizzle-orm';

/**
 * The ids of whoever holds one of these organization roles, or will once a role of theirs ends. The roles come as
 * values: only then does Postgres know that few people hold them, and looks those up.
 */
export const roleHolders = (organizationId: string, roleIds: readonly string[]): SQL => {
  const these = sql`any(${sql.param([...roleIds])}::uuid[])`;
  return sql`
    select h.id from principals h where h.organization_id = ${organizationId} and h.role_id = ${these}
    union
    select h.id from principals h
      where h.organization_id = ${organizationId} and h.role_until is not null and h.role_after_id = ${these}`;
};
