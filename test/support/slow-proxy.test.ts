import { sql } from 'drizzle-orm';
import { afterAll, expect, test } from 'vitest';
import { openDatabase, rowsOf } from '../../src/db/client.ts';
import { emptyDatabase } from './database.ts';
import { startSlowProxy } from './slow-proxy.ts';

const proxy = await startSlowProxy(await emptyDatabase());
const database = await openDatabase({ url: proxy.url, dataDir: '', max: 1 });
afterAll(async () => {
  await database.close();
  await proxy.close();
});

const ask = async () => rowsOf<{ one: number }>(await database.db.execute(sql`select 1 as one`))[0]?.one;

test('a statement through the slow proxy takes as long as the delay', async () => {
  expect(await ask()).toBe(1);
  const before = proxy.sends;
  proxy.delay(300);
  const started = performance.now();
  expect(await ask()).toBe(1);
  expect(performance.now() - started).toBeGreaterThanOrEqual(295 * (proxy.sends - before));
  proxy.delay(0);
  expect(await ask()).toBe(1);
});

test('a statement in flight fails when the connections are cut, and the next one finds a new connection', async () => {
  proxy.delay(200);
  const lost = ask().catch((error: unknown) => error);
  proxy.cut();
  expect(await lost).toBeInstanceOf(Error);
  proxy.delay(0);
  expect(await ask()).toBe(1);
});
