import { PGlite } from '@electric-sql/pglite';

// Postgres's own default, 128 MB, costs 140 MB of resident memory more, and twice that at the first start.
const SMALL = ['-c', 'shared_buffers=16MB', '-c', 'maintenance_work_mem=16MB'];

export function startPglite(options: { dataDir: string; loadDataDir?: Blob }): Promise<PGlite> {
  return PGlite.create({ ...options, startParams: [...PGlite.defaultStartParams, ...SMALL] });
}
