import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { defineRule } from '../rule.ts';
import { administrators } from './administrators.ts';

const roleOf = (model: { roles: readonly { name: string; administers?: boolean }[] }): string =>
  model.roles.find((role) => role.administers)?.name ?? '';

/** One administrator without an end is all there is: nobody could decide their requests, or stand in for them. */
export const singleAdmin = defineRule({
  id: 'single-admin',
  severity: 'medium',
  title: 'A single administrator',
  why: 'When they are ill or gone nobody else can act, and nobody can decide what they ask for. Make somebody else an administrator too.',
  facts: z.object({ admin: z.string() }),
  find: (scope) => sql`
    select 'organization' as subject, jsonb_build_object('admin', names[1]) as facts
    from (${administrators(scope)}) counted where admins = 1`,
  says: ({ admin }, { email }) => `${email(admin)} is the only administrator`,
  asks: 'user',
  fix: (_facts, user, model) => [{ command: 'org member role', args: { user, role: roleOf(model) } }],
});
