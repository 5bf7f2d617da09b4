import { evaluate } from '../access/evaluate.ts';
import type { Authenticated } from './authenticate.ts';

/**
 * Whether a token may ask about others, and for decisions: it holds `decisions:read`, in the organization or in any
 * project of it, because service accounts and organization tokens hold roles in projects alone.
 */
export const mayAsk = ({
  organization,
  principal,
}: Pick<Authenticated, 'organization' | 'principal'>): boolean =>
  [undefined, ...new Set(principal.roles.flatMap((held) => held.projectId ?? []))].some(
    (projectId) =>
      evaluate(organization.model, principal, { permission: 'decisions:read', projectId }).length > 0,
  );
