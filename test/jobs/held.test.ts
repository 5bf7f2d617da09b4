import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { drawForgotten, holdMessage } from '../../src/core/delivery/hold.ts';
import { type Db, rowsOf } from '../../src/db/client.ts';
import { deliver } from '../../src/jobs/deliver.ts';
import { home } from '../../src/jobs/home.ts';
import { PlatformError } from '../../src/platforms/platform.ts';
import { serverDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { ChatService, contextOf, messageRows, say, sayAgain, unfinished } from './chat.ts';
import { startQueue } from './open.ts';

/** A message that stands in a channel, in front of the real queue. */
const start = async () => {
  const { database } = await serverDatabase();
  const { db } = database;
  const chat = new ChatService();
  const queue = await startQueue(database, [deliver, home]);
  const context = () => contextOf(db, queue, { platforms: { slack: chat } });
  await queue.work(deliver, context);
  const [id = ''] = await say(db, queue.enqueue, [{ channel: 'C1', text: 'pending' }]);
  await eventually(async () => expect((await messageRows(db))[0]?.state).toBe('sent'));
  return { db, chat, queue, context, id };
};

const posted = { platform: 'slack', channel: 'C1', id: 'm1' } as const;

const held = async (db: Db): Promise<boolean> =>
  rowsOf<{ held: boolean }>(await db.execute(sql`select held_at is not null as held from messages`))[0]
    ?.held === true;

const allDone = (db: Db) => eventually(async () => expect(await unfinished(db)).toBe(0));

describe('a message whose buttons were taken away', () => {
  test('is drawn anew once, with its buttons', async () => {
    const { db, chat, queue } = await start();
    const job = await holdMessage(db, posted);
    expect(await held(db)).toBe(true);
    if (!job) throw new Error('it was not noted');
    await queue.enqueue(db, [job, job]);
    await allDone(db);
    expect(chat.edits).toEqual([{ id: 'm1', text: 'pending' }]);
    expect(await held(db)).toBe(false);
  });

  test('is left alone where the change itself has drawn it', async () => {
    const { db, chat, queue, id } = await start();
    const job = await holdMessage(db, posted);
    if (!job) throw new Error('it was not noted');
    await sayAgain(db, queue.enqueue, id, 'C1', 'approved');
    await queue.enqueue(db, [job]);
    await allDone(db);
    expect(chat.edits).toEqual([{ id: 'm1', text: 'approved' }]);
  });

  test('is drawn anew where a drawing was under way when they were taken', async () => {
    const { db, chat, queue, id } = await start();
    let job: Awaited<ReturnType<typeof holdMessage>>;
    chat.answer = async () => {
      chat.answer = () => {};
      job = await holdMessage(db, posted);
    };
    await sayAgain(db, queue.enqueue, id, 'C1', 'an approval was given');
    await eventually(() => expect(chat.edits).toHaveLength(1));
    await allDone(db);
    expect(await held(db)).toBe(true);
    if (!job) throw new Error('it was not noted');
    await queue.enqueue(db, [job]);
    await allDone(db);
    expect(chat.edits).toHaveLength(2);
    expect(await held(db)).toBe(false);
  });

  test('gets them back by itself once whoever took them has been gone for fifteen seconds', async () => {
    const { db, chat, context } = await start();
    await holdMessage(db, posted);
    await db.execute(sql`update messages set held_at = held_at - interval '12 seconds'`);
    expect(await drawForgotten(context())).toBe(0);
    await db.execute(sql`update messages set held_at = held_at - interval '4 seconds'`);
    expect(await drawForgotten(context())).toBe(1);
    expect(await drawForgotten(context())).toBe(0);
    await allDone(db);
    expect(chat.edits).toEqual([{ id: 'm1', text: 'pending' }]);
  });

  test('is given up where the chat refuses it for good, rather than tried for ever', async () => {
    const { db, chat, queue, context } = await start();
    const job = await holdMessage(db, posted);
    if (!job) throw new Error('it was not noted');
    chat.answer = () => {
      throw new PlatformError('refused', 'not in that channel');
    };
    await queue.enqueue(db, [job]);
    await allDone(db);
    await db.execute(sql`update messages set held_at = held_at - interval '1 hour'`);
    expect(await drawForgotten(context())).toBe(0);
  });

  test('is found by the place and the name that its own chat gave it, and by no other', async () => {
    const { db } = await start();
    for (const wrong of [
      { ...posted, platform: 'discord' as const },
      { ...posted, channel: 'C2' },
      { ...posted, id: 'm2' },
    ]) {
      expect(await holdMessage(db, wrong)).toBeUndefined();
    }
    expect(await held(db)).toBe(false);
  });
});
