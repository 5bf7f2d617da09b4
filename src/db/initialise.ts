import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/**
 * Makes the files of an embedded database where there are none. They appear whole or not at all: a process killed
 * meanwhile leaves a draft, which the next one throws away. A thread of its own gives back the 400 MB that this takes.
 */
export async function initialise(directory: string): Promise<void> {
  if (existsSync(join(directory, 'PG_VERSION'))) return;
  const draft = `${directory}.draft`;
  await rm(draft, { recursive: true, force: true });
  const worker = new Worker(new URL('./initialise-worker.ts', import.meta.url), {
    workerData: draft,
    execArgv: [],
  });
  await once(worker, 'exit');
  // PGlite makes files that everybody on the machine may write.
  await chmod(draft, 0o700);
  await rename(draft, directory);
}
