import { randomBytes } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import postgres from 'postgres';
import { afterAll, inject } from 'vitest';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { withDatabase } from './postgres.ts';

/** A migrated database of its own in memory, closed when the test file is done. */
export async function embeddedDatabase(): Promise<{ database: Database }> {
  const database = await openDatabase({
    dataDir: ':memory:',
    loadDataDir: await openAsBlob(inject('embeddedDump')),
  });
  afterAll(() => database.close());
  return { database };
}

/** A migrated database of its own on the real server, closed and dropped when the test file is done. */
export async function serverDatabase(
  options: { max?: number } = {},
): Promise<{ database: Database; url: string }> {
  const url = await migratedDatabase();
  const database = await openDatabase({ url, dataDir: '', ...options });
  afterAll(() => database.close());
  return { database, url };
}

/** The address of a migrated database, dropped when the test file is done. */
export const migratedDatabase = (): Promise<string> => emptyDatabase(template().name);

/** The address of a fresh database, copied from `from`; dropped when the test file is done. */
export async function emptyDatabase(from = 'template0'): Promise<string> {
  const { url } = template();
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${name} template ${from}`);
  afterAll(async () => {
    await admin.unsafe(`drop database if exists ${name} with (force)`);
    await admin.end();
  });
  return withDatabase(url, name);
}

function template(): { url: string; name: string } {
  const server = inject('server');
  if ('missing' in server) throw new Error(server.missing);
  return { url: server.url, name: server.template };
}
