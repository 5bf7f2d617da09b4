import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../db/client.ts';

export const databaseTime = async (db: Db): Promise<Date> => {
  const [row] = rowsOf<{ now: Date | string }>(await db.execute(sql`select clock_timestamp() as now`));
  return new Date(row?.now ?? Number.NaN);
};

const TOLERATED_SECONDS = 30;

/** The database's clock decides everything; a host whose own clock is off refuses signed requests. */
export const databaseClock = async (db: Db): Promise<{ name: string; ok: boolean; detail: string }> => {
  const before = Date.now();
  const now = await databaseTime(db);
  const skew = Math.round(Math.abs(now.getTime() - (before + Date.now()) / 2) / 1000);
  return {
    name: 'clock',
    ok: skew <= TOLERATED_SECONDS,
    detail: skew <= TOLERATED_SECONDS ? 'Agrees with the database.' : `${skew} s off the database's clock.`,
  };
};
