import { slotAfter, slotBefore } from '../core/schedule/cron.ts';
import type { Health } from '../platforms/platform.ts';
import type { AnyJob } from './job.ts';
import type { JobState } from './queue.ts';

/** One kind of job, with what its schedule says. */
export interface JobProgress extends JobState {
  nextAt: Date | null;
  /** Its last slot passed without being done, for longer than that should need. */
  late: boolean;
}

const LATE_MS = 10 * 60_000;

export const progressOf = (jobs: readonly AnyJob[], states: readonly JobState[], now: Date): JobProgress[] =>
  states.map((state) => {
    const cron = jobs.find(({ name }) => name === state.name)?.cron;
    if (cron === undefined) return { ...state, nextAt: null, late: false };
    const when = { cron, timezone: 'UTC' };
    const wanted = slotBefore(when, new Date(now.getTime() - LATE_MS));
    return {
      ...state,
      nextAt: slotAfter(when, now),
      late: state.lastAt !== null && state.lastAt < wanted,
    };
  });

const time = (at: Date): string => `${at.toISOString().slice(11, 16)}Z`;

const line = ({ name, lastAt, nextAt, late, waiting, running, retried, givenUp }: JobProgress): string =>
  [
    `${name}: ${lastAt ? `last ${time(lastAt)}` : 'not run lately'}`,
    nextAt ? `next ${time(nextAt)}` : '',
    late ? 'late' : '',
    waiting > 0 ? `${waiting} waiting` : '',
    running > 0 ? `${running} running` : '',
    retried > 0 ? `${retried} being tried again` : '',
    givenUp > 0 ? `${givenUp} given up` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');

/** For people: what each kind of job did last, does next and has not managed. */
export const jobsHealth = async (progress: () => Promise<readonly JobProgress[]>): Promise<Health> => {
  const all = await progress().catch(() => undefined);
  if (!all) return { name: 'jobs', ok: false, detail: 'The queue does not answer.' };
  return {
    name: 'jobs',
    ok: all.every(({ late, givenUp }) => !late && givenUp === 0),
    detail: `${all.map(line).join('; ')}.`,
  };
};
