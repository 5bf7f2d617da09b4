import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Db, openDatabase, rowsOf } from '../../src/db/client.ts';
import { serverDatabase } from '../support/database.ts';

const { database, url } = await serverDatabase({ max: 1 });
const { db: killer } = database;

const pidOf = async (db: Pick<Db, 'execute'>): Promise<number> =>
  rowsOf<{ pid: number }>(await db.execute(sql`select pg_backend_pid() as pid`))[0]?.pid ?? 0;
const kill = async (pid: number) => killer.execute(sql`select pg_terminate_backend(${pid}, 5000)`);
const killed = async (tx: Pick<Db, 'execute'>) => kill(await pidOf(tx));
const put = (db: Pick<Db, 'execute'>, who: string) => db.execute(sql`insert into probe values (${who})`);
const kept = async () =>
  rowsOf<{ who: string }>(await killer.execute(sql`select who from probe`)).map(({ who }) => who);

beforeAll(async () => {
  await killer.execute(sql`create table probe (who text)`);
});

describe('the connection is lost inside a transaction', () => {
  const moments: Record<string, (tx: Db) => Promise<unknown>> = {
    'while a statement runs': async (tx) => {
      const pid = await pidOf(tx);
      const [slept] = await Promise.allSettled([tx.execute(sql`select pg_sleep(30)`), kill(pid)]);
      if (slept.status === 'rejected') throw slept.reason;
    },
    'between two statements': async (tx) => {
      await killed(tx);
      await put(tx, 'after the loss');
    },
    'inside a savepoint': async (tx) =>
      tx.transaction(async (inner) => {
        await killed(inner as Db);
        await put(inner as Db, 'after the loss');
      }),
    'before the commit': async (tx) => killed(tx),
    'and what was under way gives up by itself': async (tx) => {
      await killed(tx);
      throw new Error('Something else');
    },
  };

  test.each(Object.keys(moments))(
    '%s: it fails, leaves nothing behind, and the next one on that connection works',
    async (moment) => {
      const { db, close } = await openDatabase({ url, dataDir: '', max: 1 });
      for (let round = 0; round < 5; round += 1) {
        const run = db.transaction(async (tx) => {
          await put(tx as Db, 'lost');
          await moments[moment]?.(tx as Db);
        });
        await expect(run).rejects.toThrow();
        if (round % 2 === 0) expect(rowsOf(await db.execute(sql`select 1 as one`))).toEqual([{ one: 1 }]);
        await db.transaction(async (tx) => put(tx as Db, 'whole'));
      }
      await close();
      expect(new Set(await kept())).toEqual(new Set(['whole']));
    },
  );

  test('nothing of it is carried out in the transaction of somebody else who has the connection by then', async () => {
    const { db, close } = await openDatabase({ url, dataDir: '', max: 1 });
    let go = (): void => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const lost = db.transaction(async (tx) => {
      await killed(tx as Db);
      await held;
      await put(tx as Db, 'the dead');
    });
    await expect(lost).rejects.toThrow();
    const other = db.transaction(async (tx) => {
      await put(tx as Db, 'the other');
      go();
      await tx.execute(sql`select pg_sleep(0.05)`);
      throw new Error('no');
    });
    await expect(other).rejects.toThrow('no');
    await close();
    expect(await kept()).not.toContain('the dead');
    expect(await kept()).not.toContain('the other');
  });
});
