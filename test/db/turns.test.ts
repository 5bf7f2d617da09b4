import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { type Turns, takeTurns } from '../../src/db/turns.ts';
import { embeddedDatabase, serverDatabase } from '../support/database.ts';

/** Processes that take turns, and what each of them has been told, in order. */
const players = () => {
  const told: string[] = [];
  const log: string[] = [];
  const join = (database: Pick<Database, 'queue'>, name: string, begin = async () => {}): Promise<Turns> =>
    takeTurns(
      database,
      'a test',
      {
        begin: async () => {
          await begin();
          told.push(`${name} begins`);
        },
        end: async () => {
          told.push(`${name} ends`);
        },
      },
      { warn: (_, message) => log.push(message) },
    );
  return { told, log, join };
};

const TAKES_OVER = { timeout: 15_000 };

test('an embedded database belongs to one process, whose turn it always is', async () => {
  const { database } = await embeddedDatabase();
  const { told, join } = players();
  const only = await join(database, 'one');
  expect(only.mine()).toBe(true);
  await only.stop();
  expect(told).toEqual(['one begins', 'one ends']);
});

test('of two on one server one has the turn, and the other takes over when that one stops', async () => {
  const { database } = await serverDatabase();
  const { told, join } = players();
  const one = await join(database, 'one');
  const two = await join(database, 'two');
  expect([one.mine(), two.mine()]).toEqual([true, false]);
  await one.stop();
  await expect.poll(() => two.mine(), TAKES_OVER).toBe(true);
  await two.stop();
  expect(told).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
});

test('whoever loses the connection that holds the lock knows it, and it is somebody’s turn again', async () => {
  const { database } = await serverDatabase();
  const { told, join } = players();
  const one = await join(database, 'one');
  const two = await join(database, 'two');
  await database.db.transaction(async (tx) => {
    await tx.execute(sql`
      select pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and granted and objsubid = 1
        and database = (select oid from pg_database where datname = current_database())`);
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('a test', 0))`);
    await expect.poll(() => told, TAKES_OVER).toEqual(['one begins', 'one ends']);
    expect([one.mine(), two.mine()]).toEqual([false, false]);
  });
  await expect.poll(() => [one.mine(), two.mine()].filter(Boolean), TAKES_OVER).toHaveLength(1);
  await one.stop();
  await two.stop();
});

test('a first turn that cannot begin is refused, and leaves it to the others', async () => {
  const { database } = await serverDatabase();
  const { told, join } = players();
  await expect(
    join(database, 'one', async () => {
      throw new Error('a wrong token');
    }),
  ).rejects.toThrow('a wrong token');
  const two = await join(database, 'two');
  expect(two.mine()).toBe(true);
  await two.stop();
  expect(told).toEqual(['two begins', 'two ends']);
});
