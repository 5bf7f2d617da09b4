import postgres from 'postgres';
import { afterAll } from 'vitest';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { serverDatabase } from './database.ts';

/** A database on the real server whose clock a test turns forward: nothing waits, and no row is touched. */
export interface TurnedClock {
  database: Database;
  pass(hours: number): Promise<void>;
  now(): Promise<Date>;
}

const CLOCKS = ['clock_timestamp', 'statement_timestamp', 'transaction_timestamp', 'now'];

/** Every statement of ours that asks for the time finds these before Postgres's own. */
const turnable = (name: string): string => `
  create schema turned;
  create table turned.clock (by interval not null);
  insert into turned.clock values (interval '0');
  ${CLOCKS.map(
    (clock) => `create function turned.${clock}() returns timestamptz language sql volatile
      as 'select pg_catalog.${clock}() + by from turned.clock';`,
  ).join('\n')}
  alter database ${name} set search_path = turned, pg_catalog, public;`;

/** The times that a table fills in by itself were bound to Postgres's clock when it was made. */
const boundDefaults = `
  select format('alter table %s alter column %I set default %s',
    d.adrelid::regclass, a.attname, pg_get_expr(d.adbin, d.adrelid)) as again
  from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
  join pg_class c on c.oid = d.adrelid
  where c.relnamespace = 'public'::regnamespace
    and pg_get_expr(d.adbin, d.adrelid) ~ '(${CLOCKS.join('|')})\\('`;

export const turnedClock = async (): Promise<TurnedClock> => {
  const { url } = await serverDatabase({ max: 1 });
  const own = postgres(url, { max: 1, onnotice: () => {} });
  const defaults = await own.unsafe(boundDefaults);
  await own.unsafe(turnable(new URL(url).pathname.slice(1)));
  await own.unsafe('set search_path = turned, pg_catalog, public');
  for (const { again } of defaults) await own.unsafe(again);
  const database = await openDatabase({ url, dataDir: '', max: 6 });
  afterAll(async () => {
    await database.close();
    await own.end();
  });
  return {
    database,
    pass: async (hours) => {
      await own.unsafe(`update turned.clock set by = by + interval '${hours} hours'`);
    },
    now: async () => {
      const [row] = await own.unsafe('select turned.clock_timestamp() as now');
      return row?.now;
    },
  };
};
