import type { AccessModel } from './model.ts';
import { isKnown, patternsFor } from './patterns.ts';

/** A role that somebody holds at this moment, and how they came to it. */
export interface HeldRole {
  through: 'organization-role' | 'grant' | 'default-role';
  roleId: string;
  role: string;
  permissions: readonly string[];
  administers: boolean;
  projectId?: string;
  project?: string;
  until?: Date;
  requestId?: string;
  grantedBy?: string;
}

/** One principal with all that it holds at the moment of loading; what has not begun or has ended is not in it. */
export interface Holder {
  id: string;
  kind: 'member' | 'service-account' | 'token';
  email: string;
  /** What a service account or an organization token goes by; a member goes by the address. */
  name?: string;
  state: 'active' | 'deactivated' | 'removed';
  roles: readonly HeldRole[];
}

export interface Question {
  permission: string;
  /** Without a project the organization role alone answers. */
  projectId?: string | undefined;
  /** Whether the holder owns the resource in question. */
  own?: boolean;
}

/** The roles that count at a scope (rules 1 and 2); none for whoever is not active (rule 3). */
export const rolesAt = (holder: Holder, projectId?: string): HeldRole[] =>
  holder.state !== 'active'
    ? []
    : holder.roles.filter(
        (held) =>
          held.through === 'organization-role' ||
          (projectId !== undefined &&
            held.projectId === projectId &&
            (held.through !== 'default-role' || holder.kind === 'member')),
      );

export const permissionsAt = (holder: Holder, projectId?: string): string[] => [
  ...new Set(rolesAt(holder, projectId).flatMap((held) => held.permissions)),
];

/** The roles that allow it; none means that it is denied. The union decides, nothing subtracts (rule 1). */
export const evaluate = (model: AccessModel, holder: Holder, question: Question): HeldRole[] => {
  if (!isKnown(model, question.permission)) return [];
  const patterns = patternsFor(model, question.permission, question.own);
  return rolesAt(holder, question.projectId).filter((held) =>
    held.permissions.some((permission) => patterns.includes(permission)),
  );
};
