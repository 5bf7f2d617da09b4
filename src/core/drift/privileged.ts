import { isOperatorOnly } from '../access/patterns.ts';
import type { Scope } from './rule.ts';

/** The ids of the roles whose giving wants a second look: administrators, `high-risk-roles`, what operators alone give. */
export const privilegedRoles = (
  { organization, roles, settings }: Scope,
  scope: 'organization' | 'project',
): string[] =>
  roles
    .filter(
      (role) =>
        role.scope === scope &&
        (role.administers ||
          settings['high-risk-roles']?.includes(role.name) ||
          role.permissions.some((permission) => isOperatorOnly(organization.model, permission))),
    )
    .map((role) => role.id);
