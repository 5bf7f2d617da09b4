import type { Logger } from 'pino';
import { startCron } from './cron.ts';
import { deliver } from './deliver.ts';
import { driftReport } from './drift-report.ts';
import { expire } from './expire.ts';
import { flagTokensJob } from './flag-tokens.ts';
import { followLinkJob } from './follow-link.ts';
import { held } from './held.ts';
import { home } from './home.ts';
import type { AnyJob, JobContext } from './job.ts';
import { leavers } from './leavers.ts';
import type { Queue } from './queue.ts';
import { remind } from './remind.ts';
import { review } from './review.ts';
import { slots } from './slots.ts';

const registry = {
  deliver,
  held,
  home,
  expire,
  leavers,
  'flag-tokens': flagTokensJob,
  'follow-link': followLinkJob,
  slots,
  'drift-report': driftReport,
  remind,
  review,
} satisfies Record<string, AnyJob>;

for (const [name, job] of Object.entries(registry)) {
  if (job.name !== name) throw new Error(`The job ${job.name} is registered as ${name}.`);
}

export const jobs: readonly AnyJob[] = Object.values(registry);

/** Opens the lanes of every job and starts the schedules. `queue.stop()` closes the lanes. */
export const startJobs = async (parts: {
  queue: Queue;
  context: (name: string) => JobContext;
  log: Logger;
}): Promise<{ stop(): Promise<void> }> => {
  for (const job of jobs) await parts.queue.work(job, () => parts.context(job.name));
  return startCron({ queue: parts.queue, jobs, log: parts.log });
};
