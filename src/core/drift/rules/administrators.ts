import { type SQL, sql } from 'drizzle-orm';
import type { Scope } from '../rule.ts';

const NAMED = 5;

/** How many active members have an administrator role without an end (rule 6), and the first of them by address. */
export const administrators = ({ organization }: Scope): SQL => sql`
  select count(*)::int as admins, (array_agg(m.email order by m.email))[1:${sql.raw(String(NAMED))}] as names
  from roles r
  join principals p on p.organization_id = r.organization_id and p.role_id = r.id and p.state = 'active'
    and p.role_until is null
  join members m on m.organization_id = p.organization_id and m.user_id = p.id
  where r.organization_id = ${organization.id} and r.administers`;
