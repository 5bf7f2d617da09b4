import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../src/db/client.ts';
import { migrate } from '../../src/db/migrate.ts';
import { makeDirectory, startServer } from './server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A migrated embedded database, as a file to start from. */
    embeddedDump: string;
    /** The server's address and its migrated template database, or why there is none. */
    server: { url: string; template: string } | { missing: string };
  }
}

/** Brings a real Postgres server and one migrated template per database kind, and takes both away again. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await makeDirectory();
  const [server, dump] = await Promise.all([
    startServer(directory.path).catch((error: unknown) => ({ missing: explain(error) })),
    settle(dumpTemplate(directory.path)),
  ]);
  try {
    project.provide('embeddedDump', await dump());
    if ('missing' in server) {
      if (process.env.CI === 'true') throw new Error(server.missing);
      process.stderr.write(`\n${server.missing}\n\n`);
      project.provide('server', server);
    } else {
      project.provide('server', await makeTemplate(server.url));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;

  async function stop() {
    if ('stop' in server) await server.stop();
    await directory.remove();
  }
}

/** Waits in any case, so that a failure on one side never leaves the other side running. */
async function settle<T>(promise: Promise<T>): Promise<() => Promise<T>> {
  await promise.catch(() => {});
  return () => promise;
}

function explain(error: unknown): string {
  return `No Postgres server for the tests that need one: ${error instanceof Error ? error.message : String(error)}. Set TEST_DATABASE_URL, or install Postgres.`;
}

async function dumpTemplate(directory: string): Promise<string> {
  const database = await openDatabase({ dataDir: ':memory:' });
  await migrate(database);
  const dump = join(directory, 'embedded.tar');
  const { $client } = database.db as unknown as { $client: PGlite };
  await writeFile(dump, Buffer.from(await (await $client.dumpDataDir('none')).arrayBuffer()));
  await database.close();
  return dump;
}

async function makeTemplate(url: string): Promise<{ url: string; template: string }> {
  const template = `rollcall_template_${process.pid}`;
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  await admin.unsafe(`drop database if exists ${template}`);
  await admin.unsafe(`create database ${template}`);
  await admin.end();
  const database = await openDatabase({ url: withDatabase(url, template), dataDir: '', max: 2 });
  try {
    await migrate(database);
  } finally {
    await database.close();
  }
  return { url, template };
}

/** The address of another database on the same server. */
export function withDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}
