import { type SQL, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../db/client.ts';

const AT_ONCE = 5000;

/** By the clock of the statement: one that moves within it would keep Postgres from the index. */
export const olderThan = (at: SQL, days: number): SQL =>
  sql`${at} < statement_timestamp() - make_interval(days => ${days}::int)`;

/**
 * Deletes some at a time, so that nobody waits long behind it.
 * @param some deletes at most so many rows, and answers with how many as `gone`
 * @returns how many in all
 */
export const deleteInTurns = async (db: Db, some: (atOnce: number) => SQL): Promise<number> => {
  let total = 0;
  for (let gone = AT_ONCE; gone === AT_ONCE; total += gone) {
    const [row] = rowsOf<{ gone: number }>(await db.execute(some(AT_ONCE)));
    gone = row?.gone ?? 0;
  }
  return total;
};

/** Deletes the rows of one table, some at a time. @returns how many */
export const deleteOld = async (db: Db, table: SQL, which: SQL): Promise<number> =>
  deleteInTurns(
    db,
    (atOnce) => sql`
      with gone as (
        delete from ${table} where ctid = any(array(
          select ctid from ${table} where ${which} limit ${atOnce} for update skip locked)) returning 1)
      select count(*)::int as gone from gone`,
  );
