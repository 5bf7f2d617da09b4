import { and, eq } from 'drizzle-orm';
import { roles } from '../../db/schema/index.ts';
import type { Standing } from '../change.ts';
import { DomainError } from '../errors.ts';
import { findRole, type Role, type Scope } from './find.ts';

/** A role that may be edited and deleted. Its scope need only be named where two share the name. */
export const findCustomRole = async (
  s: Standing,
  name: string,
  scope: Scope | undefined,
  verb: string,
): Promise<Role> => {
  const wanted = name.trim().toLowerCase();
  const named = await s.db
    .select()
    .from(roles)
    .where(
      and(
        eq(roles.organizationId, s.organization.id),
        eq(roles.name, wanted),
        scope && eq(roles.scope, scope),
      ),
    );
  const [role, another] = named;
  if (!role) return findRole(s, scope ?? 'project', name);
  if (another) {
    throw new DomainError(
      'ambiguous',
      `Nothing was ${verb}: there are two roles ${wanted}, one for the organization and one for one ${s.organization.model.words.project}.`,
      { todo: 'Say which with `scope:organization` or `scope:project`.', field: 'scope' },
    );
  }
  if (role.builtIn) {
    throw new DomainError(
      'forbidden',
      `Nothing was ${verb}: ${role.name} is built in, the same for everybody.`,
      {
        todo: 'Create a role of your own with `/org role create`.',
      },
    );
  }
  return role;
};

/** @throws DomainError `forbidden` where the organization's rules know no custom roles of this scope */
export const needCustomRoles = (s: Standing, scope: Scope): void => {
  const { policies, words } = s.organization.model;
  if (policies.customRoles.includes(scope)) return;
  const [other] = policies.customRoles;
  throw new DomainError(
    'forbidden',
    other
      ? `No role was created: in ${s.organization.name} own roles are for ${other === 'project' ? `one ${words.project}` : 'the whole organization'} alone.`
      : `No role was created: ${s.organization.name} has its built-in roles alone.`,
    { todo: 'See them with `/org role list`.' },
  );
};
