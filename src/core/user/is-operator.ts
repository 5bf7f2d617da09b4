import { type SQL, sql } from 'drizzle-orm';
import type { InstallationPolicy } from '../context.ts';

/** Whether the user of an outer `u` is an operator: named by the settings, or by another operator. */
export const isOperator = (installation: Pick<InstallationPolicy, 'operators'>): SQL =>
  sql`(u.email = any(${sql.param([...installation.operators])}::text[])
    or exists (select from operators o where o.user_id = u.id))`;

/** The ids of all of them; few, so that what is asked about them is looked up one by one. */
export const operatorIds = (installation: Pick<InstallationPolicy, 'operators'>): SQL =>
  sql`(select id from users where email = any(${sql.param([...installation.operators])}::text[])
    union select user_id from operators)`;
