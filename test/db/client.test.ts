import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, test } from 'vitest';
import { codeOf, constraintOf, openDatabase, rowsOf } from '../../src/db/client.ts';
import { users } from '../../src/db/schema/index.ts';
import { embeddedDatabase, emptyDatabase, serverDatabase } from '../support/database.ts';
import { startSlowProxy } from '../support/slow-proxy.ts';

describe.each([
  ['embedded', (await embeddedDatabase()).database],
  ['server', (await serverDatabase()).database],
] as const)('the %s database', (kind, { db, ...database }) => {
  test('answers raw statements in one form: numbers and Dates', async () => {
    expect(database.kind).toBe(kind);
    const rows = rowsOf<{ big: number; at: Date; none: Date | null; text: string }>(
      await db.execute(
        sql`select 9007199254740991::bigint as big, '2026-03-01T10:00:00.123+02'::timestamptz as at, null::timestamptz as none, 'x' as text`,
      ),
    );
    expect(rows).toEqual([
      { big: 9007199254740991, at: new Date('2026-03-01T08:00:00.123Z'), none: null, text: 'x' },
    ]);
    expect(rowsOf(await db.execute(sql`select 1 where false`))).toEqual([]);
  });

  test('a refused row tells its code and its constraint through every wrapper', async () => {
    const error = await db
      .transaction((tx) => tx.execute(sql`insert into installation (singleton) values (true)`))
      .catch((reason: unknown) => new Error('wrapped once more', { cause: reason }));
    expect(codeOf(error)).toBe('23505');
    expect(constraintOf(error)).toBe('installation_pkey');
    expect(codeOf(new Error('ECONNREFUSED'))).toBeUndefined();
    expect(constraintOf('not even an error')).toBeUndefined();
  });

  test('a transaction that throws leaves nothing behind, a savepoint only its own part', async () => {
    const counted = async () =>
      rowsOf<{ count: number }>(await db.execute(sql`select count(*) from probe`))[0]?.count;
    await db.execute(sql`create table probe (n integer)`);
    await expect(
      db.transaction(async (tx) => {
        await tx.execute(sql`insert into probe values (1)`);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await counted()).toBe(0);
    await db.transaction(async (tx) => {
      await tx.execute(sql`insert into probe values (1)`);
      await tx
        .transaction(async (inner) => {
          await inner.execute(sql`insert into probe values (2)`);
          throw new Error('no');
        })
        .catch(() => {});
    });
    expect(await counted()).toBe(1);
  });

  test('the typed tables are there and empty', async () => {
    expect(await db.select().from(users)).toEqual([]);
    expect(await db.query.accounts.findMany()).toEqual([]);
  });
});

const forgetful = await emptyDatabase();

describe('round trips to a server', async () => {
  const proxy = await startSlowProxy(await emptyDatabase());
  const { db, close } = await openDatabase({ url: proxy.url, dataDir: '', max: 1 });
  afterAll(async () => {
    await close();
    await proxy.close();
  });

  async function tripsOf(work: () => Promise<unknown>): Promise<number> {
    const before = proxy.sends;
    await work();
    return proxy.sends - before;
  }

  test('a statement with parameters costs one, once it is known', async () => {
    const ask = () => db.execute(sql`select ${1}::integer + ${2}::integer as three`);
    await ask();
    expect(await tripsOf(ask)).toBe(1);
  });

  test('so does one in a transaction or a savepoint, beside begin, savepoint and commit', async () => {
    const ask = () =>
      db.transaction(async (tx) => {
        await tx.execute(sql`select ${1}::integer as one`);
        await tx.transaction((inner) => inner.execute(sql`select ${2}::integer as two`));
      });
    await ask();
    expect(await tripsOf(ask)).toBe(5);
  });
});

test('a server that cannot be reached is refused at once, in one line without the password', async () => {
  const error = await openDatabase({ url: 'postgres://nobody:canary@127.0.0.1:1/none', dataDir: '' }).catch(
    (reason: unknown) => reason,
  );
  expect(String(error)).toBe(
    'Error: The database at 127.0.0.1:1 cannot be used: connect ECONNREFUSED 127.0.0.1:1. Check DATABASE_URL.',
  );
});

test('a server that may forget what it has confirmed is refused', async () => {
  const { db, close } = await openDatabase({ url: forgetful, dataDir: '', max: 1 });
  const name = new URL(forgetful).pathname.slice(1);
  await db.execute(sql.raw(`alter database ${name} set synchronous_commit = off`));
  await close();
  await expect(openDatabase({ url: forgetful, dataDir: '' })).rejects.toThrow(
    'it has synchronous_commit off; set it to on',
  );
});
