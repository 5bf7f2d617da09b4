import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { defineRule } from '../rule.ts';
import { administrators } from './administrators.ts';

/**
 * One administrator without an end is all there is: nobody could decide their requests, or stand in for them. Whoever is
 * named to mend it is no `privileged-unapproved`: nobody else could have approved it.
 */
export const singleAdmin = defineRule({
  id: 'single-admin',
  severity: 'medium',
  title: 'A single administrator',
  why: 'When they are ill or gone nobody else can act, and nobody can decide what they ask for. Make somebody else an administrator too: done as the fix, it needs no approval of anybody else.',
  facts: z.object({ admin: z.string(), role: z.string() }),
  find: (scope) => sql`
    select 'organization' as subject, jsonb_build_object('admin', names[1],
      'role', ${scope.roles.find((role) => role.administers)?.name ?? ''}::text) as facts
    from (${administrators(scope)}) counted where admins = 1`,
  says: ({ admin }, { email }) => `${email(admin)} is the only administrator`,
  asks: 'no-administrator',
  fix: ({ role }, user) => [{ command: 'org member role', args: { user, role } }],
});
