import type { Sql, TransactionSql } from 'postgres';

type Client = Sql | TransactionSql;
type Unsafe = Sql['unsafe'];
type Nest = (...args: [...unknown[], (inner: TransactionSql) => unknown]) => unknown;

/**
 * The same client, with every statement prepared. Drizzle prepares only what it is told to by name, and an unprepared
 * statement with parameters costs postgres.js two round trips instead of one.
 */
export function prepared<T extends Client>(client: T): T {
  const unsafe: Unsafe = (query, parameters, options) =>
    client.unsafe(query, parameters, { ...options, prepare: true });
  const nest =
    (name: 'begin' | 'savepoint'): Nest =>
    (...args) => {
      const run = args.pop() as (inner: TransactionSql) => unknown;
      const start = Reflect.get(client, name) as Nest;
      return start(...args, (inner) => run(prepared(inner)));
    };
  const replaced: Readonly<Record<PropertyKey, unknown>> = {
    unsafe,
    begin: nest('begin'),
    savepoint: nest('savepoint'),
  };
  return new Proxy(client, {
    get: (target, key) => replaced[key] ?? Reflect.get(target, key),
  });
}
