import { workerData } from 'node:worker_threads';
import { startPglite } from './pglite.ts';

const pglite = await startPglite({ dataDir: workerData });
await pglite.close();
