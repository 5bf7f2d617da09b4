import { type SQL, sql } from 'drizzle-orm';
import { ids, type Scope } from '../rule.ts';

const NAMED = 5;

/** How many active members have an administrator role without an end (rule 6), and the first of them by address. */
export const administrators = ({ organization, roles }: Scope): SQL => sql`
  select count(*)::int as admins, (array_agg(m.email order by m.email))[1:${sql.raw(String(NAMED))}] as names
  from principals p
  join members m on m.organization_id = p.organization_id and m.user_id = p.id
  where p.organization_id = ${organization.id} and p.state = 'active' and p.role_until is null
    and p.role_id = any(${ids(roles.filter((role) => role.administers).map(({ id }) => id))})`;
