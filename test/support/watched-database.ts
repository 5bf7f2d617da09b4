import { drizzle } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';
import { afterAll } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { prepared } from '../../src/db/prepared.ts';
import * as schema from '../../src/db/schema/index.ts';
import { migratedDatabase } from './database.ts';

export interface WatchedDatabase {
  database: Database;
  /** The statements so far that Postgres would carry out by reading all of a table of so many rows, by table. */
  wholeReads(rows: number): Promise<string[]>;
}

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Plans?: Plan[];
}

/**
 * A database on the real server that remembers each statement, with the parameters that it came with first; but not
 * those that fill it.
 */
export const watchedDatabase = async (
  fill: (database: Database, plain: Sql) => Promise<void>,
): Promise<WatchedDatabase> => {
  const url = await migratedDatabase();
  const said = new Map<string, unknown[]>();
  const debug = (_connection: number, query: string, parameters: unknown[]) => {
    if (!said.has(query)) said.set(query, parameters);
  };
  const client = postgres(url, { max: 4, onnotice: () => {}, connection: { TimeZone: 'UTC' }, debug });
  const plain = postgres(url, { max: 1, onnotice: () => {} });
  afterAll(() => Promise.all([client.end(), plain.end()]));
  const database: Database = {
    db: drizzle(prepared(client), { schema }),
    kind: 'server',
    queue: { connectionString: url },
    close: () => client.end(),
  };
  await fill(database, plain);
  said.clear();
  return {
    database,
    wholeReads: async (rows) => {
      const named = async (query: Promise<readonly { name?: string }[]>) =>
        new Set((await query).map(({ name }) => name ?? ''));
      const large = await named(
        plain`select relname as name from pg_class where relkind = 'r' and reltuples >= ${rows}`,
      );
      const partial = await named(
        plain`select indexrelid::regclass::text as name from pg_index where indpred is not null`,
      );
      const readWhole = (plan: Plan): string[] => {
        const { 'Relation Name': table = '', 'Index Name': index = '' } = plan;
        const sequential = plan['Node Type'] === 'Seq Scan';
        const alongIndex = index !== '' && !partial.has(index) && plan['Index Cond'] === undefined;
        return [
          ...(large.has(table) && (sequential || alongIndex) ? [table] : []),
          ...(plan.Plans ?? []).flatMap(readWhole),
        ];
      };
      const found: string[] = [];
      for (const [query, parameters] of said) {
        if (!/^\s*(?:select|with|insert|update|delete)\b/i.test(query)) continue;
        const [explained] = await plain.unsafe(`explain (format json) ${query}`, parameters as never[]);
        const tables = readWhole(explained?.['QUERY PLAN'][0].Plan);
        if (tables.length > 0) found.push(`${tables.join(', ')}: ${query.trim().replace(/\s+/g, ' ')}`);
      }
      return found;
    },
  };
};
