import { type SQL, sql } from 'drizzle-orm';
import { expect, vi } from 'vitest';
import type { World } from './world.ts';

/** Holds up whoever needs what the statement locks, until `waiting` is done. */
export const whileHeldUp = async ({ db }: World, lock: SQL, waiting: () => Promise<void>): Promise<void> =>
  db.transaction(async (tx) => {
    await tx.execute(lock);
    await waiting();
  });

export const somebodyWaitsFor = (world: World, relation: string): Promise<void> =>
  vi.waitFor(
    async () =>
      expect(
        await world.count(sql`
          select count(*) as count from pg_locks where not granted and relation = ${relation}::regclass
            and database = (select oid from pg_database where datname = current_database())`),
      ).toBe(1),
    { timeout: 20_000 },
  );
