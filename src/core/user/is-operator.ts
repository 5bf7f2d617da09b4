import { type SQL, sql } from 'drizzle-orm';
import type { InstallationPolicy } from '../context.ts';

/** Whether the user of an outer `u` is an operator: named by the settings, or by another operator. */
export const isOperator = (installation: Pick<InstallationPolicy, 'operators'>): SQL =>
  sql`(u.email = any(${sql.param([...installation.operators])}::text[])
    or exists (select from operators o where o.user_id = u.id))`;
