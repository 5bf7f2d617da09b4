import { codeOf, isConnectionLost } from './failure.ts';

/** Whether a transaction is over, for postgres.js, before what runs in it has come to its end. */
export type Gone = () => boolean;

/**
 * Never comes to an end for postgres.js once the connection is lost: it has failed the transaction itself. Else it would
 * write its `rollback` to a socket that is no more, which ends the process, or to the session that has taken the
 * connection's place (https://github.com/porsager/postgres/issues/1208 and 1216).
 */
export async function silentOnceLost(run: () => unknown, gone: Gone): Promise<unknown> {
  const forever = new Promise(() => {});
  try {
    const result = await run();
    return gone() ? await forever : result;
  } catch (error) {
    if (gone() || isConnectionLost(error)) return forever;
    throw error;
  }
}

/**
 * That a backend was ended, postgres.js says to the one that comes next on that connection and was never sent
 * (https://github.com/porsager/postgres/pull/1215); to whom it happened it says that the connection was closed.
 */
const wasNeverSent = (error: unknown): boolean => /^57P0[123]$/.test(codeOf(error) ?? '');

interface Statement extends Promise<unknown> {
  values(): Promise<unknown>;
}

/** The statement, said once more where it was never sent. */
export function orAgain<S extends Statement>(say: () => S): S {
  const pending = say();
  const then = pending.then.bind(pending);
  const values = pending.values.bind(pending);
  let asValues = false;
  const answer = (): Promise<unknown> =>
    then(undefined, (error: unknown) => {
      if (!wasNeverSent(error)) throw error;
      return asValues ? say().values() : say();
    });
  return Object.assign(pending, {
    values: () => {
      asValues = true;
      return values();
    },
    // biome-ignore lint/suspicious/noThenProperty: it is a promise, and this is how it is asked.
    then: (...handlers: Parameters<Promise<unknown>['then']>) => answer().then(...handlers),
  });
}

/** The same of a transaction that has not begun. */
export async function beginOrAgain(begin: () => unknown, begun: () => boolean): Promise<unknown> {
  try {
    return await begin();
  } catch (error) {
    if (begun() || !wasNeverSent(error)) throw error;
    return begin();
  }
}
