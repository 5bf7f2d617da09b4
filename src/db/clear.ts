import { sql } from 'drizzle-orm';
import type { Database } from './client.ts';
import { migrate } from './migrate.ts';

/** Empties an embedded database: every table of ours is made anew, and the queue forgets its jobs. */
export const clear = async (database: Database): Promise<void> => {
  if (database.kind !== 'embedded') throw new Error('Only an embedded database is ever cleared');
  await database.db.transaction(async (tx) => {
    await tx.execute(sql`delete from pgboss.job`);
    await tx.execute(sql`drop schema public cascade`);
    await tx.execute(sql`drop schema drizzle cascade`);
    await tx.execute(sql`create schema public`);
  });
  await migrate(database);
};
