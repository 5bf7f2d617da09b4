import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Told } from '../rule.ts';

export const tokenFacts = z.object({
  id: z.string(),
  token: z.string(),
  kind: z.enum(['organization', 'personal', 'service-account']),
  owner: z.string().nullable(),
});

/** Whose the token `t` is: the member it belongs to or is associated with, or its service account. */
export const tokenOwner = sql`case t.kind
  when 'service-account' then
    (select sa.name from service_accounts sa where sa.organization_id = t.organization_id and sa.id = t.principal_id)
  else (select m.email from members m where m.organization_id = t.organization_id
    and m.user_id = t.member_id) end`;

export const ownerOf = ({ kind, owner }: z.output<typeof tokenFacts>, { email }: Told): string => {
  if (owner === null) return '';
  return kind === 'service-account' ? ` of service account ${owner}` : ` of ${email(owner)}`;
};
