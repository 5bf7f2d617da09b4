import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { Database, Db } from './client.ts';
import { rowsOf } from './result.ts';

const MIGRATIONS = fileURLToPath(new URL('../../drizzle/migrations', import.meta.url));
// Any fixed number will do, as long as no other program locks it in the same database.
const MIGRATION_LOCK = 7_245_001;

/** Brings the database to this code's schema. Replicas that start together wait for each other. */
export async function migrate(database: Database, folder = MIGRATIONS): Promise<void> {
  await database.db.transaction(async (tx) => {
    if (database.kind === 'server') await tx.execute(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await apply(tx, folder);
  });
}

async function apply(tx: Db, folder: string): Promise<void> {
  const migrations = readMigrationFiles({ migrationsFolder: folder });
  await tx.execute(sql`create schema if not exists drizzle`);
  await tx.execute(
    sql`create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`,
  );
  const applied = rowsOf<{ newest: number | null }>(
    await tx.execute(sql`select max(created_at) as newest from drizzle.__drizzle_migrations`),
  );
  const newest = applied[0]?.newest ?? 0;
  const known = Math.max(0, ...migrations.map((migration) => migration.folderMillis));
  if (newest > known) {
    throw new Error(
      'The database has a newer schema than this version of Rollcall knows. Start the newer version, or restore a backup made with this one.',
    );
  }
  for (const migration of migrations.filter((each) => each.folderMillis > newest)) {
    for (const statement of migration.sql) await tx.execute(sql.raw(statement));
    await tx.execute(
      sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${migration.hash}, ${migration.folderMillis})`,
    );
  }
}
