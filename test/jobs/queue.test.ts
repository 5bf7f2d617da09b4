import { sql } from 'drizzle-orm';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type Db, rowsOf } from '../../src/db/client.ts';
import { startCron } from '../../src/jobs/cron.ts';
import { type AnyJob, defineJob } from '../../src/jobs/job.ts';
import { PlatformError } from '../../src/platforms/platform.ts';
import { embeddedDatabase, serverDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { ChatService, contextOf, quiet, unfinished } from './chat.ts';
import { startQueue } from './open.ts';

const context = (db: Db, queue: Awaited<ReturnType<typeof startQueue>>) => () =>
  contextOf(db, queue, { platforms: { slack: new ChatService() } });

const recorder = (run: (n: string) => void | Promise<void> = () => {}) => {
  const done: string[] = [];
  const job = defineJob({
    name: 'deliver',
    schema: z.object({ n: z.string() }),
    lanes: 3,
    run: async (_ctx, { n }) => {
      await run(n);
      done.push(n);
    },
  });
  return { job, done };
};

const jobOf = (n: string, key: string) => ({ queue: 'deliver' as const, data: { n }, key });

describe.each([
  ['embedded', embeddedDatabase],
  ['server', serverDatabase],
])('on the %s database', (_kind, open) => {
  test('rule 9: jobs run after the commit of the change, and never where it is rolled back', async () => {
    const { database } = await open();
    const { job, done } = recorder();
    const queue = await startQueue(database, [job]);
    await queue.work(job, context(database.db, queue));
    const rolledBack = database.db.transaction(async (tx) => {
      await queue.enqueue(tx, [jobOf('never', 'a')]);
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    await database.db.transaction(async (tx) => {
      await queue.enqueue(tx, [jobOf('1', 'a'), jobOf('2', 'a'), jobOf('3', 'b'), jobOf('4', 'a')]);
      await tx.execute(sql`select 1`);
      expect(done).toEqual([]);
    });
    await eventually(() => expect(done).toHaveLength(4));
    expect(done.filter((n) => n !== '3')).toEqual(['1', '2', '4']);
  });

  test('the jobs of one key stay in order while its head fails, and other keys do not wait', async () => {
    const { database } = await open();
    const tries: string[] = [];
    const { job, done } = recorder((n) => {
      tries.push(n);
      if (n === 'a1' && tries.filter((tried) => tried === 'a1').length < 2) throw new Error('not yet');
    });
    const queue = await startQueue(database, [job]);
    await queue.work(job, context(database.db, queue));
    await database.db.transaction((tx) =>
      queue.enqueue(tx, [jobOf('a1', 'a'), jobOf('a2', 'a'), jobOf('b1', 'b'), jobOf('b2', 'b')]),
    );
    await vi.waitFor(() => expect(done).toHaveLength(4), { timeout: 14_000 });
    expect(done).toEqual(['b1', 'b2', 'a1', 'a2']);
    expect(tries.indexOf('a2')).toBeGreaterThan(tries.lastIndexOf('a1'));
  });
});

test('the first job that a change puts into the embedded database does not wait for itself', async () => {
  const { database } = await embeddedDatabase();
  const { job, done } = recorder();
  const queue = await startQueue(database, [job]);
  await database.db.transaction((tx) => queue.enqueue(tx, [jobOf('1', 'a')]));
  await queue.work(job, context(database.db, queue));
  await eventually(() => expect(done).toEqual(['1']));
});

test('a job that starts later waits that long', async () => {
  const { database } = await serverDatabase();
  const { job, done } = recorder();
  const queue = await startQueue(database, [job]);
  await queue.work(job, context(database.db, queue));
  const started = Date.now();
  await database.db.transaction((tx) =>
    queue.enqueue(tx, [{ ...jobOf('late', 'a'), startAfterSeconds: 2 }, jobOf('now', 'a')]),
  );
  await vi.waitFor(() => expect(done).toEqual(['now', 'late']), { timeout: 10_000 });
  expect(Date.now() - started).toBeGreaterThanOrEqual(2000);
});

test('a job waits as long as it is told, without spending a try', async () => {
  const { database } = await serverDatabase();
  let tries = 0;
  const { job, done } = recorder(() => {
    tries += 1;
    if (tries === 1) throw new PlatformError('later', 'rate limited', 3);
  });
  const queue = await startQueue(database, [job]);
  await queue.work(job, context(database.db, queue));
  await database.db.transaction((tx) => queue.enqueue(tx, [jobOf('1', 'a')]));
  const waiting = async () =>
    rowsOf<{ state: string; wait: number; left: number }>(
      await database.db.execute(sql`
        select state::text, extract(epoch from start_after - completed)::float as wait, retry_limit - retry_count as left
        from pgboss.job, lateral (select clock_timestamp() as completed) now where name = 'deliver'`),
    )[0];
  // An attempt that counted would leave 37.
  await eventually(async () => expect(await waiting()).toMatchObject({ state: 'retry', left: 38 }));
  const wait = (await waiting())?.wait ?? 0;
  expect(wait).toBeGreaterThan(1);
  expect(wait).toBeLessThanOrEqual(3);
  await vi.waitFor(() => expect(done).toEqual(['1']), { timeout: 10_000 });
});

test('retries go on for more than 24 hours, further and further apart', async () => {
  const { database } = await serverDatabase();
  const { job } = recorder();
  await startQueue(database, [job]);
  const [settings] = rowsOf<{
    retry_limit: number;
    retry_delay: number;
    retry_delay_max: number;
    retry_backoff: boolean;
  }>(
    await database.db.execute(
      sql`select retry_limit, retry_delay, retry_delay_max, retry_backoff from pgboss.queue where name = 'deliver'`,
    ),
  );
  const { retry_limit: tries = 0, retry_delay: first = 0, retry_delay_max: most = 0 } = settings ?? {};
  // pg-boss waits at least half of `first * 2 ^ try`, at most `most`.
  const shortest = Array.from({ length: tries }, (_, tried) =>
    Math.min(most, (first * 2 ** (tried + 1)) / 2),
  );
  expect(settings?.retry_backoff).toBe(true);
  expect(shortest.reduce((sum, seconds) => sum + seconds, 0)).toBeGreaterThan(24 * 3600);
});

test('a job that was tried to the last is counted as given up, and the next of its key goes', async () => {
  const { database } = await serverDatabase();
  const given: string[] = [];
  const done: string[] = [];
  const job: AnyJob = defineJob({
    name: 'deliver',
    schema: z.object({ n: z.string() }),
    run: async (_ctx, { n }) => {
      if (n === 'hopeless') throw new PlatformError('later', 'still down');
      done.push(n);
    },
    giveUp: async (_ctx, { n }, reason) => void given.push(`${n}: ${reason}`),
  });
  const queue = await startQueue(database, [job]);
  await database.db.transaction((tx) => queue.enqueue(tx, [jobOf('hopeless', 'a'), jobOf('next', 'a')]));
  await database.db.execute(
    sql`update pgboss.job set retry_limit = 0 where name = 'deliver' and data->>'n' = 'hopeless'`,
  );
  await queue.work(job, context(database.db, queue));
  await eventually(() => expect(done).toEqual(['next']));
  expect(given).toEqual(['hopeless: still down']);
  expect(await queue.health()).toEqual({
    name: 'queue',
    ok: false,
    detail: '0 waiting, 0 being tried again, 1 given up',
  });
  expect(await queue.states()).toEqual([
    { name: 'deliver', lastAt: expect.any(Date), waiting: 0, running: 0, retried: 0, givenUp: 1 },
  ]);
  expect((await queue.ready()).ok).toBe(true);
});

test('a payload that is not the job’s own is given up at once', async () => {
  const { database } = await serverDatabase();
  const { job, done } = recorder();
  const queue = await startQueue(database, [job]);
  await queue.work(job, context(database.db, queue));
  await database.db.transaction((tx) =>
    queue.enqueue(tx, [{ queue: 'deliver', data: { m: 'x' }, key: 'a' }, jobOf('next', 'a')]),
  );
  await eventually(() => expect(done).toEqual(['next']));
  expect((await queue.health()).detail).toContain('1 given up');
});

test('stopping waits for the job under way, and leaves the rest for the next process', async () => {
  const { database } = await serverDatabase();
  const running = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const { job, done } = recorder(async (n) => {
    if (n !== '1') return;
    running.resolve();
    await release.promise;
  });
  const queue = await startQueue(database, [job]);
  await queue.work(job, context(database.db, queue));
  await database.db.transaction((tx) => queue.enqueue(tx, [jobOf('1', 'a'), jobOf('2', 'a')]));
  await running.promise;
  const stopped = queue.stop();
  release.resolve();
  await stopped;
  expect(done[0]).toBe('1');
  expect(await unfinished(database.db)).toBe(2 - done.length);
  const next = await startQueue(database, [job]);
  await next.work(job, context(database.db, next));
  await eventually(() => expect(done).toEqual(['1', '2']));
});

describe('schedules', () => {
  const hourly = (run: () => void) =>
    defineJob({ name: 'expire', schema: z.object({}), cron: '* * * * * *', run: async () => run() });

  test('two replicas that tick for the same slot make one job, run once', async () => {
    const { database } = await serverDatabase();
    let runs = 0;
    const job = hourly(() => {
      runs += 1;
    });
    const first = await startQueue(database, [job]);
    const second = await startQueue(database, [job]);
    for (const queue of [first, second]) await queue.work(job, context(database.db, queue));
    const slots = Array.from({ length: 20 }, (_, minute) => new Date(Date.UTC(2026, 10, 21, 6, minute)));
    const made = await Promise.all(
      slots.flatMap((slot) => [first.tick('expire', slot), second.tick('expire', slot)]),
    );
    expect(made.filter(Boolean)).toHaveLength(20);
    await vi.waitFor(async () => expect(await unfinished(database.db)).toBe(0), { timeout: 10_000 });
    expect(runs).toBe(20);
    expect(await second.tick('expire', slots[0] ?? new Date())).toBe(false);
  });

  test('two replicas with running schedules run each second’s slot once', async () => {
    const { database } = await serverDatabase();
    const ticks: string[] = [];
    const job = hourly(() => {});
    const queues = [await startQueue(database, [job]), await startQueue(database, [job])];
    const crons = queues.map((queue) =>
      startCron({
        jobs: [job],
        log: quiet,
        queue: {
          tick: async (schedule, slot) => {
            const made = await queue.tick(schedule, slot);
            ticks.push(`${slot.toISOString()} ${made}`);
            return made;
          },
        },
      }),
    );
    await vi.waitFor(() => expect(ticks.length).toBeGreaterThan(7), { timeout: 10_000 });
    await Promise.all(crons.map((cron) => cron.stop()));
    const made = ticks.filter((tick) => tick.endsWith('true'));
    expect(new Set(made).size).toBe(made.length);
    expect(ticks.some((tick) => tick.endsWith('false'))).toBe(true);
    expect(made.every((tick) => tick.includes('.000Z'))).toBe(true);
  });

  test('at the start the last slot is ticked: what was missed while nobody ran is caught up, once', async () => {
    const job = defineJob({ name: 'yearly', schema: z.object({}), cron: '0 0 1 1 *', run: async () => {} });
    const { database } = await embeddedDatabase();
    const queue = await startQueue(database, [job]);
    const made: [string, boolean][] = [];
    const tick = async (schedule: string, slot: Date) => {
      const first = await queue.tick(schedule, slot);
      made.push([slot.toISOString(), first]);
      return first;
    };
    for (let replica = 0; replica < 2; replica += 1) {
      await startCron({ jobs: [job], log: quiet, queue: { tick } }).stop();
    }
    const slot = `${new Date().getUTCFullYear()}-01-01T00:00:00.000Z`;
    expect(made).toEqual([
      [slot, true],
      [slot, false],
    ]);
  });
});
