import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';

export interface Backlog {
  waiting: number;
  /** Messages of the last seven days that could not be delivered, and why the newest of them could not. */
  failed: number;
  lastError: string | null;
}

export const messageBacklog = async (db: Db): Promise<Backlog> => {
  const [row] = rowsOf<{ waiting: string | number; failed: string | number; last_error: string | null }>(
    await db.execute(sql`
      select
        (select count(*) from messages where state = 'queued') as waiting,
        count(*) as failed,
        (array_agg(error order by created_at desc))[1] as last_error
      from messages where state = 'failed' and created_at > statement_timestamp() - interval '7 days'`),
  );
  return {
    waiting: Number(row?.waiting ?? 0),
    failed: Number(row?.failed ?? 0),
    lastError: row?.last_error ?? null,
  };
};
