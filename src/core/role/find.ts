import { and, asc, eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { roles } from '../../db/schema/index.ts';
import type { Standing } from '../change.ts';
import { DomainError } from '../errors.ts';
import { nearest } from '../nearest.ts';

export type Role = typeof roles.$inferSelect;
export type Scope = 'organization' | 'project';

export const listRolesOf = async (db: Db, organizationId: string): Promise<Role[]> =>
  db
    .select()
    .from(roles)
    .where(eq(roles.organizationId, organizationId))
    .orderBy(asc(roles.scope), asc(roles.name));

/** @throws DomainError `not-found`, which names the roles there are */
export const findRole = async (s: Standing, scope: Scope, name: string): Promise<Role> => {
  const wanted = name.trim().toLowerCase();
  const [role] = await s.db
    .select()
    .from(roles)
    .where(and(eq(roles.organizationId, s.organization.id), eq(roles.scope, scope), eq(roles.name, wanted)));
  if (role) return role;
  const there = (await listRolesOf(s.db, s.organization.id)).filter((known) => known.scope === scope);
  const names = there.map((known) => known.name);
  const near = nearest(wanted, names);
  const where = scope === 'organization' ? 'organization role' : `${s.organization.model.words.project} role`;
  throw new DomainError(
    'not-found',
    `There is no ${where} \`${name.slice(0, 60)}\` in ${s.organization.name}.`,
    {
      todo: `${near ? `Closest: ${near}. ` : ''}The roles are ${names.join(', ')}.`,
      field: 'role',
      facts: near ? { near } : {},
    },
  );
};
