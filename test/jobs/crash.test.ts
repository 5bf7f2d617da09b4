import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { deliver } from '../../src/jobs/deliver.ts';
import { serverDatabase } from '../support/database.ts';
import { ChatService, contextOf, messageRows, say, unfinished } from './chat.ts';
import { startQueue } from './open.ts';

const REPLICA = fileURLToPath(new URL('./replica.ts', import.meta.url));

const killedReplica = async (url: string, dies: string): Promise<string> => {
  const replica = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', REPLICA, url, dies], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  replica.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const [, signal] = await once(replica, 'close');
  expect(signal).toBe('SIGKILL');
  return said;
};

const survivor = async (database: Awaited<ReturnType<typeof serverDatabase>>['database']) => {
  const chat = new ChatService();
  const queue = await startQueue(database, [deliver]);
  await queue.work(deliver, () => contextOf(database.db, queue, { platforms: { slack: chat } }));
  return chat;
};

test('kill -9 between the commit and the sending loses nothing and keeps the order', async () => {
  const { database, url } = await serverDatabase();
  await killedReplica(url, 'after the commit');
  expect((await messageRows(database.db)).map(({ state }) => state)).toEqual(['queued', 'queued', 'queued']);
  const chat = await survivor(database);
  await vi.waitFor(() => expect(chat.textsIn('C1')).toEqual(['1', '2', '3']), { timeout: 5000 });
});

test('kill -9 before the commit leaves nothing to send', async () => {
  const { database, url } = await serverDatabase();
  await killedReplica(url, 'before the commit');
  const chat = await survivor(database);
  expect(await messageRows(database.db)).toEqual([]);
  expect(await unfinished(database.db)).toBe(0);
  expect(chat.sent).toEqual([]);
});

test('kill -9 after a message is sent, before that is remembered, sends it once more, within 30 seconds', async () => {
  const { database, url } = await serverDatabase();
  const said = await killedReplica(url, 'after the send');
  expect(said).toBe('1\n');
  const killed = Date.now();
  const chat = await survivor(database);
  await vi.waitFor(() => expect(chat.textsIn('C1')).toEqual(['1', '2', '3']), {
    timeout: 40_000,
    interval: 100,
  });
  expect(Date.now() - killed).toBeLessThan(30_000);
}, 60_000);

test('when the database drops every connection, messages flow again within ten seconds without a restart', async () => {
  const { database } = await serverDatabase();
  const { db } = database;
  const chat = new ChatService();
  const queue = await startQueue(database, [deliver]);
  await queue.work(deliver, () => contextOf(db, queue, { platforms: { slack: chat } }));
  await db
    .execute(sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()`)
    .catch(() => undefined);
  await vi.waitFor(() => say(db, queue.enqueue, [{ channel: 'C1', text: 'back' }]), { timeout: 5000 });
  await vi.waitFor(() => expect(chat.textsIn('C1')).toContain('back'), { timeout: 10_000 });
});
