import { describe, expect, test, vi } from 'vitest';
import { newId } from '../../src/core/id.ts';
import { insertMessages } from '../../src/core/message.ts';
import { deliver, deliveryHealth } from '../../src/jobs/deliver.ts';
import { home } from '../../src/jobs/home.ts';
import type { Delivery } from '../../src/jobs/job.ts';
import { type AddressedLetter, createMail } from '../../src/mail/send.ts';
import { PlatformError } from '../../src/platforms/platform.ts';
import { serverDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { ChatService, card, contextOf, jobOutputs, messageRows, say, sayAgain, unfinished } from './chat.ts';
import { startQueue } from './open.ts';

const start = async (delivery: Partial<Delivery> = {}, replicas = 1) => {
  const { database } = await serverDatabase();
  const chat = new ChatService();
  const queues = [];
  for (let replica = 0; replica < replicas; replica += 1) {
    const queue = await startQueue(database, [deliver, home]);
    const context = () => contextOf(database.db, queue, { platforms: { slack: chat }, ...delivery });
    await queue.work(deliver, context);
    await queue.work(home, context);
    queues.push(queue);
  }
  const [queue] = queues;
  if (!queue) throw new Error('no replica');
  return { db: database.db, chat, enqueue: queue.enqueue, queue };
};

describe('delivering messages', () => {
  test('a message leaves within a second of its commit, and where it went is remembered', async () => {
    const { db, chat, enqueue } = await start();
    const [id] = await say(db, enqueue, [{ channel: 'C1', text: 'hello' }]);
    await eventually(() => expect(chat.textsIn('C1')).toEqual(['hello']));
    await eventually(async () =>
      expect(await messageRows(db)).toEqual([
        { id, state: 'sent', sent_channel: 'C1', sent_id: 'm1', attempts: 1, error: null },
      ]),
    );
  });

  test('each channel gets its messages in order, with two replicas, each message once', async () => {
    const { db, chat, enqueue } = await start({}, 2);
    const channels = ['C1', 'C2', 'C3', 'C4'];
    const texts = Array.from({ length: 12 }, (_, index) => `${index}`);
    for (const text of texts) {
      await say(
        db,
        enqueue,
        channels.map((channel) => ({ channel, text })),
      );
    }
    await vi.waitFor(() => expect(chat.sent).toHaveLength(48), { timeout: 10_000 });
    await eventually(async () => expect(await unfinished(db)).toBe(0));
    for (const channel of channels) expect(chat.textsIn(channel)).toEqual(texts);
    expect((await messageRows(db)).every(({ state, attempts }) => state === 'sent' && attempts === 1)).toBe(
      true,
    );
  });

  test('a channel that is rate limited waits as told and keeps its order; the others go on', async () => {
    const { db, chat, enqueue } = await start();
    let limited = 0;
    chat.answer = (_call, channel) => {
      if (channel === 'slow' && limited === 0) {
        limited = Date.now();
        throw new PlatformError('later', 'rate limited', 2);
      }
    };
    await say(
      db,
      enqueue,
      ['1', '2', '3'].map((text) => ({ channel: 'slow', text })),
    );
    await eventually(() => expect(limited).toBeGreaterThan(0));
    await say(db, enqueue, [{ channel: 'other', text: 'quick' }]);
    await eventually(() => expect(chat.textsIn('other')).toEqual(['quick']));
    expect(chat.textsIn('slow')).toEqual([]);
    const [first] = await messageRows(db);
    expect(first).toMatchObject({ state: 'queued', attempts: 1, error: 'rate limited' });
    await vi.waitFor(() => expect(chat.textsIn('slow')).toEqual(['1', '2', '3']), { timeout: 10_000 });
    expect((chat.sent.find(({ channel }) => channel === 'slow')?.at ?? 0) - limited).toBeGreaterThanOrEqual(
      2000,
    );
  });

  test('a message refused for good is marked with the reason, visible in health, and the next one goes', async () => {
    const { db, chat, enqueue } = await start();
    chat.answer = (_call, _channel, text) => {
      if (text === 'bad') throw new PlatformError('refused', 'channel_not_found');
    };
    await say(db, enqueue, [
      { channel: 'C1', text: 'bad' },
      { channel: 'C1', text: 'good' },
    ]);
    await eventually(() => expect(chat.textsIn('C1')).toEqual(['good']));
    await eventually(async () => expect(await unfinished(db)).toBe(0));
    expect((await messageRows(db)).map(({ state, error }) => [state, error])).toEqual([
      ['failed', 'channel_not_found'],
      ['sent', null],
    ]);
    expect(await deliveryHealth(db)).toEqual({
      name: 'messages',
      ok: false,
      detail: '0 waiting, 1 not delivered in the last 7 days, the last because: channel_not_found',
    });
  });

  test('a change of what was sent edits the same message', async () => {
    const { db, chat, enqueue } = await start();
    const [id = ''] = await say(db, enqueue, [{ channel: 'C1', text: 'pending' }]);
    await eventually(async () => expect((await messageRows(db))[0]?.state).toBe('sent'));
    await sayAgain(db, enqueue, id, 'C1', 'approved');
    await eventually(() => expect(chat.edits).toEqual([{ id: 'm1', text: 'approved' }]));
    expect(chat.sent).toHaveLength(1);
  });

  test('a message that was deleted is posted anew, and the new copy is edited from then on', async () => {
    const { db, chat, enqueue } = await start();
    const [id = ''] = await say(db, enqueue, [{ channel: 'C1', text: 'pending' }]);
    await eventually(async () => expect((await messageRows(db))[0]?.sent_id).toBe('m1'));
    chat.answer = (call) => {
      if (call === 'edit') throw new PlatformError('gone', 'message_not_found');
    };
    await sayAgain(db, enqueue, id, 'C1', 'approved');
    await eventually(async () => expect((await messageRows(db))[0]?.sent_id).toBe('m2'));
    expect(chat.textsIn('C1')).toEqual(['pending', 'approved']);
    chat.answer = () => {};
    await sayAgain(db, enqueue, id, 'C1', 'ended');
    await eventually(() => expect(chat.edits).toEqual([{ id: 'm2', text: 'ended' }]));
  });

  test('a message that a newer one has taken the place of is not sent anew where its copy is gone or refused', async () => {
    const passed = { passed: true } as const;
    const { db, chat, enqueue } = await start({
      draw: async (message) => ({ ...card(String(message.data.text)), ...passed }),
    });
    const [id = ''] = await say(db, enqueue, [{ channel: 'C1', text: 'the old report' }]);
    await eventually(async () => expect((await messageRows(db))[0]?.sent_id).toBe('m1'));
    for (const code of ['gone', 'refused'] as const) {
      const tried = Promise.withResolvers<void>();
      chat.answer = (call) => {
        if (call !== 'edit') return;
        tried.resolve();
        throw new PlatformError(code, 'message_not_found');
      };
      await sayAgain(db, enqueue, id, 'C1', 'superseded');
      await tried.promise;
      await eventually(async () => expect(await unfinished(db)).toBe(0));
      expect(await messageRows(db)).toMatchObject([{ state: 'sent', sent_id: 'm1' }]);
    }
    expect(chat.textsIn('C1')).toEqual(['the old report']);
  });

  test('where there is nothing left to say, nothing is sent and nothing waits', async () => {
    const { db, chat, enqueue } = await start({ draw: async () => undefined });
    await say(db, enqueue, [{ channel: 'C1', text: 'stale' }]);
    await eventually(async () =>
      expect((await messageRows(db))[0]).toMatchObject({ state: 'sent', sent_id: null }),
    );
    expect(chat.sent).toEqual([]);
  });

  test('a bug while drawing is tried again and says nothing of the data', async () => {
    let broken = true;
    const { db, chat, enqueue } = await start({
      draw: async () => {
        if (broken) throw new TypeError('canary-secret');
        return { kind: 'card', title: 'x', text: 'drawn', blocks: [] };
      },
    });
    await say(db, enqueue, [{ channel: 'C1', text: 'x' }]);
    await eventually(async () =>
      expect(await jobOutputs(db)).toEqual([{ state: 'retry', output: { reason: 'TypeError' } }]),
    );
    broken = false;
    await vi.waitFor(() => expect(chat.textsIn('C1')).toEqual(['drawn']), { timeout: 10_000 });
  });
});

describe('letters', () => {
  test('go to the address once, and are never sent again by a later change', async () => {
    const letters: AddressedLetter[] = [];
    const letter = { subject: 'Hello', text: 'words', html: '<p>words</p>' };
    const { db, enqueue } = await start({
      draw: async () => letter,
      mail: createMail({ from: 'r@example.com', inbox: { receive: (got) => void letters.push(got) } }),
    });
    const job = await db.transaction(async (tx) => {
      const jobs = await insertMessages(tx, [
        {
          platform: 'mail',
          workspaceId: '',
          recipient: { kind: 'address', id: 'dana@example.com' },
          notice: 'invitation',
          data: {},
        },
      ]);
      await enqueue(tx, [...jobs, ...jobs]);
      return jobs[0];
    });
    expect(job?.queue).toBe('deliver');
    await eventually(async () => expect(await unfinished(db)).toBe(0));
    expect(letters).toEqual([{ ...letter, to: 'dana@example.com' }]);
    expect((await messageRows(db))[0]).toMatchObject({ state: 'sent', sent_channel: 'mail' });
  });
});

describe('homes', () => {
  const account = { platform: 'slack', workspaceId: 'T1', externalId: 'U1' } as const;

  test('are drawn again after a change', async () => {
    const { db, chat, enqueue } = await start();
    await db.transaction((tx) => enqueue(tx, [{ queue: 'home', data: { ...account }, key: 'U1' }]));
    await eventually(() => expect(chat.homes).toEqual([{ account, text: 'home of U1' }]));
  });

  test('that nobody can see are let go', async () => {
    const { db, chat, enqueue, queue } = await start();
    chat.answer = () => {
      throw new PlatformError('refused', 'user_not_found');
    };
    await db.transaction((tx) => enqueue(tx, [{ queue: 'home', data: { ...account }, key: 'U1' }]));
    await eventually(async () => expect(await unfinished(db)).toBe(0));
    expect((await queue.health()).ok).toBe(true);
  });
});

test('a job for a message that is not there ends quietly', async () => {
  const { db, enqueue, queue } = await start();
  await db.transaction((tx) =>
    enqueue(tx, [{ queue: 'deliver', data: { messageId: newId() }, key: 'slack:T1:C1' }]),
  );
  await eventually(async () => expect(await unfinished(db)).toBe(0));
  expect((await queue.health()).ok).toBe(true);
});
