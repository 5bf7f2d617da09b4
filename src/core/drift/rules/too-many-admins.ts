import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { defineRule } from '../rule.ts';
import { administrators } from './administrators.ts';

/** More active administrators without an end than `most-admins`. */
export const tooManyAdmins = defineRule({
  id: 'too-many-admins',
  severity: 'medium',
  title: 'Too many administrators',
  why: 'Each of them may do everything, and each of their accounts is a way in. Give those who do not need it a narrower role.',
  facts: z.object({ admins: z.number(), names: z.array(z.string()), most: z.number(), instead: z.string() }),
  find: (scope) => {
    const most = scope.settings['most-admins'];
    const instead = scope.organization.model.policies.invitation.defaultRole ?? 'none';
    return sql`
      select 'organization' as subject,
        jsonb_build_object('admins', admins, 'names', names, 'most', ${most}::int,
          'instead', ${instead}::text) as facts
      from (${administrators(scope)}) counted where admins > ${most}`;
  },
  says: ({ admins, names, most }, { email }) =>
    `${admins} administrators, more than ${most}: ${names.map(email).join(', ')}${admins > names.length ? `, and ${admins - names.length} more` : ''}`,
  asks: 'administrator',
  fix: ({ instead }, user) => [{ command: 'org member role', args: { user, role: instead } }],
});
