import { join } from 'node:path';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type { Db as QueueDb } from 'pg-boss';
import { codeOf } from './failure.ts';
import { initialise } from './initialise.ts';
import { lockDirectory } from './lock.ts';
import { prepared } from './prepared.ts';
import * as schema from './schema/index.ts';

export { codeOf, constraintOf } from './failure.ts';
export { rowsOf } from './result.ts';

/** One type for both drivers, and for a transaction on either. */
export type Db = PgDatabase<PgQueryResultHKT, typeof schema>;

export interface Database {
  db: Db;
  kind: 'embedded' | 'server';
  /** What pg-boss needs to reach the same database. */
  queue: { connectionString: string } | { db: QueueDb; backend: 'pglite' };
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** A Postgres server. Without it the database is embedded. */
  url?: string | undefined;
  /** Where the embedded database lives; `:memory:` keeps it in the process and takes no lock. */
  dataDir: string;
  /** Connections to the server at most. */
  max?: number;
  /** A dump of an embedded database to start from. */
  loadDataDir?: Blob;
}

/** Opens the server's or the embedded database. Nothing is migrated here. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  return options.url ? openServer(options.url, options.max ?? 10) : openEmbedded(options);
}

async function openServer(url: string, max: number): Promise<Database> {
  const [{ default: postgres }, { drizzle }] = await Promise.all([
    import('postgres'),
    import('drizzle-orm/postgres-js'),
  ]);
  const client = postgres(url, { max, onnotice: () => {}, connection: { TimeZone: 'UTC' } });
  try {
    const [setting] = await client<{ synchronous_commit: string }[]>`show synchronous_commit`;
    // A crash of such a server loses changes that people were already told of.
    if (setting?.synchronous_commit === 'off') throw new Error('it has synchronous_commit off; set it to on');
  } catch (error) {
    await client.end({ timeout: 0 });
    const reason = error instanceof Error ? error.message || codeOf(error) : error;
    throw new Error(`The database at ${new URL(url).host} cannot be used: ${reason}. Check DATABASE_URL.`, {
      cause: error,
    });
  }
  return {
    db: drizzle(prepared(client), { schema }),
    kind: 'server',
    queue: { connectionString: url },
    close: () => client.end({ timeout: 5 }),
  };
}

async function openEmbedded({ dataDir, loadDataDir }: DatabaseOptions): Promise<Database> {
  const inMemory = dataDir === ':memory:';
  const lock = inMemory ? undefined : await lockDirectory(dataDir);
  try {
    const directory = inMemory ? 'memory://' : join(dataDir, 'postgres');
    if (!inMemory) await initialise(directory);
    const [{ startPglite }, { drizzle }, { fromPglite }] = await Promise.all([
      import('./pglite.ts'),
      import('drizzle-orm/pglite'),
      import('pg-boss'),
    ]);
    const pglite = await startPglite({ dataDir: directory, ...(loadDataDir ? { loadDataDir } : {}) });
    return {
      db: drizzle(pglite, { schema }),
      kind: 'embedded',
      queue: { db: fromPglite(pglite), backend: 'pglite' },
      close: async () => {
        if (!pglite.closed) await pglite.close();
        lock?.release();
      },
    };
  } catch (error) {
    lock?.release();
    throw error;
  }
}
