import { expect, test } from 'vitest';
import { deliver } from '../../src/jobs/deliver.ts';
import { expire } from '../../src/jobs/expire.ts';
import { flagTokensJob } from '../../src/jobs/flag-tokens.ts';
import { jobsHealth, progressOf } from '../../src/jobs/health.ts';
import type { JobState } from '../../src/jobs/queue.ts';

const NOW = new Date('2026-11-25T14:05:30Z');
const jobs = [deliver, expire, flagTokensJob];
const at = (time: string) => new Date(`2026-11-25T${time}Z`);
const state = (name: string, lastAt: Date | null, more: Partial<JobState> = {}): JobState => ({
  name,
  lastAt,
  waiting: 0,
  running: 0,
  retried: 0,
  givenUp: 0,
  ...more,
});
const health = (...states: JobState[]) => jobsHealth(async () => progressOf(jobs, states, NOW));

test('tells of each job what it did last, does next, and has still to do', async () => {
  const told = await health(
    state('deliver', at('14:05:10'), { waiting: 7, running: 2, retried: 1 }),
    state('expire', at('14:05:01')),
    state('flag-tokens', at('13:07:02')),
  );
  expect(told).toEqual({
    name: 'jobs',
    ok: true,
    detail:
      'deliver: last 14:05Z, 7 waiting, 2 running, 1 being tried again; expire: last 14:05Z, next 14:06Z; flag-tokens: last 13:07Z, next 14:07Z.',
  });
});

test('is not well where a slot passed ten minutes ago without being done, or a job was given up', async () => {
  const late = await health(state('expire', at('13:55:01')), state('flag-tokens', at('13:07:02')));
  expect(late.ok).toBe(true);
  const later = await health(state('expire', at('13:54:59')));
  expect(later).toMatchObject({ ok: false, detail: 'expire: last 13:54Z, next 14:06Z, late.' });
  const given = await health(state('deliver', null, { givenUp: 1 }));
  expect(given).toMatchObject({ ok: false, detail: 'deliver: not run lately, 1 given up.' });
});

test('takes a queue that does not answer for one that does not work', async () => {
  const { ok } = await jobsHealth(() => Promise.reject(new Error('gone')));
  expect(ok).toBe(false);
});
