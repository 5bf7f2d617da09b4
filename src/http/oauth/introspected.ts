import type { Authenticated } from '../../core/token/authenticate.ts';

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);

/** A token as RFC 7662 describes it; nothing but `active` where it is not (section 2.2). */
export const introspected = (found: Authenticated | undefined): Record<string, unknown> =>
  found
    ? {
        active: true,
        sub: found.principal.id,
        username: found.principal.email || found.name,
        token_type: 'Bearer',
        org: found.organization.slug,
        ...(found.expiresAt ? { exp: seconds(found.expiresAt) } : {}),
        iat: seconds(found.createdAt),
      }
    : { active: false };
