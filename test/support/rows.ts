import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../src/db/client.ts';

/** Every row of every table as text, to tell that nothing changed, or that nowhere stands what must stand nowhere. */
export const allRows = async (db: Db): Promise<Record<string, string>> => {
  const tables = rowsOf<{ name: string }>(
    await db.execute(sql`
      select tablename as name from pg_tables where schemaname = 'public' order by tablename`),
  );
  const rows: Record<string, string> = {};
  for (const { name } of tables) {
    const [dump] = rowsOf<{ text: string }>(
      await db.execute(sql`
        select coalesce(string_agg(t::text, E'\n' order by t::text), '') as text from ${sql.identifier(name)} t`),
    );
    rows[name] = dump?.text ?? '';
  }
  return rows;
};
