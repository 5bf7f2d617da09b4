import { schedule } from 'node-cron';
import type { Logger } from 'pino';
import { slotBefore } from '../core/schedule/cron.ts';
import type { AnyJob } from './job.ts';
import type { Queue } from './queue.ts';

/** A process that was busy at the moment still ticks. */
const LATE_MS = 30_000;

/**
 * Ticks on every replica. A tick only makes a job, and the queue makes one job per slot. The last slot before the start
 * is ticked too: where nobody was there to do it, it is caught up, once, however many slots were missed.
 */
export const startCron = (parts: {
  queue: Pick<Queue, 'tick'>;
  jobs: readonly AnyJob[];
  log: Logger;
}): { stop(): Promise<void> } => {
  const { queue, jobs, log } = parts;
  const quiet = {
    info: () => undefined,
    debug: () => undefined,
    warn: (message: string) => log.warn({ schedule: message }, 'a schedule reports'),
    error: (message: string | Error) => log.error({ schedule: String(message) }, 'a schedule reports'),
  };
  const tick = async (name: string, slot: Date): Promise<void> => {
    try {
      await queue.tick(name, slot);
    } catch (error) {
      log.error({ err: error, job: name }, 'a tick could not become a job');
    }
  };
  const started = new Date();
  const caughtUp: Promise<void>[] = [];
  const tasks = jobs.flatMap(({ name, cron }) => {
    if (cron === undefined) return [];
    caughtUp.push(tick(name, slotBefore({ cron, timezone: 'UTC' }, started)));
    return schedule(cron, ({ date }) => tick(name, slotOf(date)), {
      name,
      timezone: 'UTC',
      logger: quiet,
      missedExecutionTolerance: LATE_MS,
    });
  });
  return {
    stop: async () => {
      await Promise.all([...caughtUp, ...tasks.map((task) => task.destroy())]);
    },
  };
};

/** Replicas agree on the slot because it is what the schedule says, to the second, not when the timer fired. */
const slotOf = (date: Date): Date => new Date(Math.floor(date.getTime() / 1000) * 1000);
