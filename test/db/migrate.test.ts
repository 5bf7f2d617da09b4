import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase, rowsOf } from '../../src/db/client.ts';
import { migrate } from '../../src/db/migrate.ts';
import { startScript } from '../support/child.ts';
import { embeddedDatabase, emptyDatabase } from '../support/database.ts';

const MIGRATIONS = fileURLToPath(new URL('../../drizzle/migrations', import.meta.url));
const url = await emptyDatabase();
const embedded = (await embeddedDatabase()).database;
const server = await openDatabase({ url, dataDir: '' });
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-migrations-'));
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

const applied = async ({ db }: Database) =>
  rowsOf<{ id: number; hash: string }>(
    await db.execute(sql`select id, hash from drizzle.__drizzle_migrations order by id`),
  );

test('two processes that migrate an empty server at once both succeed, and each migration is applied once', async () => {
  const script = `
    import { openDatabase } from '$SRC/db/client.ts';
    import { migrate } from '$SRC/db/migrate.ts';
    const database = await openDatabase({ url: process.argv[1], dataDir: '' });
    await migrate(database);
    await database.close();
    console.log('migrated');
  `;
  const children = [startScript(script, url), startScript(script, url)];
  expect(await Promise.all(children.map((child) => child.ended))).toEqual([0, 0]);
  expect(children.flatMap((child) => child.lines)).toEqual(['migrated', 'migrated']);
  const journal = JSON.parse(await readFile(join(MIGRATIONS, 'meta/_journal.json'), 'utf8'));
  expect(await applied(server)).toHaveLength(journal.entries.length);
});

test('many clients that migrate an empty server at once all succeed', async () => {
  const other = await emptyDatabase();
  const clients = await Promise.all(
    Array.from({ length: 4 }, () => openDatabase({ url: other, dataDir: '', max: 1 })),
  );
  try {
    await Promise.all(clients.map((client) => migrate(client)));
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
});

test.each([
  ['server', server],
  ['embedded', embedded],
])('a second run on the %s database changes nothing', async (_kind, database) => {
  const before = await applied(database);
  await migrate(database);
  expect(await applied(database)).toEqual(before);
});

test.each([
  ['server', server],
  ['embedded', embedded],
])('a %s database that a newer version has migrated is refused in one line', async (_kind, database) => {
  await database.db.execute(
    sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('from the future', 9999999999999)`,
  );
  const error = await migrate(database).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  expect(String(error)).toBe(
    'Error: The database has a newer schema than this version of Rollcall knows. Start the newer version, or restore a backup made with this one.',
  );
  await database.db.execute(sql`delete from drizzle.__drizzle_migrations where hash = 'from the future'`);
});

test('a migration that fails leaves the database as it was, and the repaired one applies', async () => {
  const folder = join(directory, 'failing');
  await cp(MIGRATIONS, folder, { recursive: true });
  const journalFile = join(folder, 'meta/_journal.json');
  const journal = JSON.parse(await readFile(journalFile, 'utf8'));
  const newest = Math.max(...journal.entries.map((entry: { when: number }) => entry.when));
  journal.entries.push({ idx: 99, version: '7', when: newest + 1, tag: '0099_half', breakpoints: true });
  await writeFile(journalFile, JSON.stringify(journal));
  const file = join(folder, '0099_half.sql');
  await writeFile(file, 'create table half (n integer);\n--> statement-breakpoint\nselect 1/0;');
  const before = await applied(server);
  await expect(migrate(server, folder)).rejects.toThrow();
  expect(await applied(server)).toEqual(before);
  await writeFile(file, 'create table half (n integer);');
  await migrate(server, folder);
  expect(await applied(server)).toHaveLength(before.length + 1);
});
