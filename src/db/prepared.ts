import type { Sql, TransactionSql } from 'postgres';
import { beginOrAgain, type Gone, orAgain, silentOnceLost } from './lost-connection.ts';

type Client = Sql | TransactionSql;
type Unsafe = Sql['unsafe'];
type Nest = (...args: [...unknown[], (inner: TransactionSql) => unknown]) => unknown;

/**
 * The same client, with every statement prepared. Drizzle prepares only what it is told to by name, and an unprepared
 * statement with parameters costs postgres.js two round trips instead of one. And nothing more is said to a connection
 * that was lost inside a transaction; `gone` tells so of the transaction that the client is of.
 */
export function prepared<T extends Client>(client: T, gone?: Gone): T {
  const unsafe = (...[query, parameters, options]: Parameters<Unsafe>) => {
    if (gone?.()) throw new Error('The connection to the database was lost in the middle of a transaction');
    const say = () => client.unsafe(query, parameters, { ...options, prepare: true });
    return gone ? say() : orAgain(say);
  };
  const nest =
    (name: 'begin' | 'savepoint'): Nest =>
    (...args) => {
      const run = args.pop() as (inner: TransactionSql) => unknown;
      const start = Reflect.get(client, name) as Nest;
      let begun = false;
      let over = false;
      const isOver = () => over || gone?.() === true;
      const end = () => {
        over = true;
      };
      const inside = (inner: TransactionSql) => {
        begun = true;
        return silentOnceLost(() => run(prepared(inner, isOver)), isOver);
      };
      const begin = () => {
        const started = Promise.resolve(start(...args, inside));
        started.then(end, () => begun && end());
        return started;
      };
      return gone ? begin() : beginOrAgain(begin, () => begun);
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
