import { afterEach } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import type { AnyJob } from '../../src/jobs/job.ts';
import { createQueue, type Queue } from '../../src/jobs/queue.ts';
import { quiet } from './chat.ts';

const open: Queue[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((queue) => queue.stop()));
});

/** A replica's queue, stopped when the test is done. */
export const startQueue = async (database: Database, jobs: readonly AnyJob[]): Promise<Queue> => {
  const queue = await createQueue({ database, log: quiet, jobs });
  open.push(queue);
  return queue;
};
