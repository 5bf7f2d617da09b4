import { and, asc, eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { roles } from '../../db/schema/index.ts';
import type { Standing } from '../change.ts';
import { DomainError } from '../errors.ts';
import { nearestFew } from '../nearest.ts';

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
  const all = await listRolesOf(s.db, s.organization.id);
  const names = all.filter((known) => known.scope === scope).map((known) => known.name);
  const { project: word } = s.organization.model.words;
  if (all.some((known) => known.name === wanted)) throw ofOtherScope(scope, wanted, { word, names });
  const where = scope === 'organization' ? 'organization role' : `${word} role`;
  const near = nearestFew(wanted, names);
  throw new DomainError(
    'not-found',
    `There is no ${where} \`${name.slice(0, 60)}\` in ${s.organization.name}.`,
    {
      todo: `${near.length > 0 ? `Closest: ${near.join(', ')}. ` : ''}The roles are ${names.join(', ')}.`,
      field: 'role',
      near,
    },
  );
};

const ofOtherScope = (
  wanted: Scope,
  role: string,
  { word, names }: { word: string; names: readonly string[] },
): DomainError =>
  wanted === 'organization'
    ? new DomainError('not-found', `Not done: \`${role}\` is a ${word} role, which is held in one ${word}.`, {
        todo: `Name the ${word} as well, or give it there with \`/org access grant\`. The organization roles are ${names.join(', ')}.`,
        field: 'role',
      })
    : new DomainError(
        'not-found',
        `Not done: \`${role}\` is an organization role, which holds in every ${word}.`,
        {
          todo: `Name it without a ${word}, or give it with \`/org member role\`. The ${word} roles are ${names.join(', ')}.`,
          field: 'role',
        },
      );
