import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import type { Job } from '../context.ts';
import { redelivered } from '../message.ts';
import { NOTICE } from './report.ts';

/** Jobs that draw the newest report of every place again: what it lists has been fixed, snoozed or accepted. */
export const redrawReports = async (db: Db, organizationId: string): Promise<Job[]> =>
  rowsOf<{ id: string; platform: string; workspaceId: string; recipient: string }>(
    await db.execute(sql`
      select distinct on (platform, workspace_id, recipient) id, platform, workspace_id as "workspaceId", recipient
      from messages where subject_id = ${organizationId} and notice = ${NOTICE} and state = 'sent'
      order by platform, workspace_id, recipient, id desc`),
  ).map(redelivered);
