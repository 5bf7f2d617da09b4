import { schedule } from 'node-cron';
import type { Logger } from 'pino';
import type { AnyJob } from './job.ts';
import type { Queue } from './queue.ts';

/** A process that was busy at the moment still ticks. */
const LATE_MS = 30_000;

/** Ticks on every replica. A tick only makes a job, and the queue makes one job per slot. */
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
  const tasks = jobs.flatMap((job) =>
    job.cron === undefined
      ? []
      : schedule(
          job.cron,
          async ({ date }) => {
            try {
              await queue.tick(job.name, slotOf(date));
            } catch (error) {
              log.error({ err: error, job: job.name }, 'a tick could not become a job');
            }
          },
          { name: job.name, timezone: 'UTC', logger: quiet, missedExecutionTolerance: LATE_MS },
        ),
  );
  return {
    stop: async () => {
      await Promise.all(tasks.map((task) => task.destroy()));
    },
  };
};

/** Replicas agree on the slot because it is what the schedule says, to the second, not when the timer fired. */
const slotOf = (date: Date): Date => new Date(Math.floor(date.getTime() / 1000) * 1000);
