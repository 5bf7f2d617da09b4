import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from './client.ts';

export interface Turn {
  begin(): Promise<void>;
  end(): Promise<void>;
}

export interface Turns {
  /** Whether it is this process's turn. */
  mine(): boolean;
  stop(): Promise<void>;
}

const LOOK_EVERY = 2_000;
const ANSWER_WITHIN = 5_000;

/**
 * Lets one process at a time do what is called `name`, by an advisory lock on a connection of its own: the server lets
 * go of it when the process dies. Resolves when the first look is over, and rejects where `begin` failed in it; later
 * failures are logged, and it is tried again.
 */
export async function takeTurns(
  { queue }: Pick<Database, 'queue'>,
  name: string,
  { begin, end }: Turn,
  log: { warn: (facts: object, message: string) => void },
): Promise<Turns> {
  const stopping = new AbortController();
  let mine = false;
  let looks = Promise.resolve();
  // An embedded database belongs to one process.
  const held =
    'connectionString' in queue
      ? await createLock(queue.connectionString, name, () => void lookAgain())
      : ALWAYS;

  const look = async (): Promise<void> => {
    const holds = await held.take();
    if (holds && !mine) {
      await begin();
      mine = true;
    } else if (!holds && mine) {
      mine = false;
      await end();
    }
  };

  const lookAgain = (): Promise<void> => {
    looks = looks.then(async () => {
      if (stopping.signal.aborted) return;
      await look().catch((error: unknown) => log.warn({ err: error, name }, 'a turn could not be taken'));
    });
    return looks;
  };

  const keepLooking = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await delay(LOOK_EVERY, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
      await lookAgain();
    }
  };

  try {
    await look();
  } catch (error) {
    stopping.abort();
    await held.release();
    throw error;
  }
  const looking = keepLooking();
  return {
    mine: () => mine,
    stop: async () => {
      stopping.abort();
      await looking;
      if (mine) await end();
      mine = false;
      await held.release();
    },
  };
}

/** A host that vanished without a word is noticed by the server within a dozen seconds, and its lock is free. */
const KEEPALIVE = { tcp_keepalives_idle: 5, tcp_keepalives_interval: 2, tcp_keepalives_count: 3 };

interface Lock {
  take(): Promise<boolean>;
  release(): Promise<void>;
}

const ALWAYS: Lock = { take: async () => true, release: async () => {} };

/** `lost` hears at once of a connection that was closed, and with it the lock. */
async function createLock(url: string, name: string, lost: () => void): Promise<Lock> {
  const { default: postgres } = await import('postgres');
  const open = () =>
    postgres(url, {
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      onnotice: () => {},
      onclose: lost,
      connection: KEEPALIVE,
    });
  let connection = open();
  return {
    async take() {
      const asked = connection<{ held: boolean }[]>`
        select exists (
          select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and granted
        ) or pg_try_advisory_lock(hashtextextended(${name}, 0)) as held`;
      const late = delay(ANSWER_WITHIN, undefined, { ref: false });
      const answer = await Promise.race([asked, late]).catch(() => undefined);
      if (answer === undefined) {
        // Whoever cannot ask must not believe that the lock is still theirs.
        await connection.end({ timeout: 0 }).catch(() => {});
        connection = open();
        return false;
      }
      return answer[0]?.held === true;
    },
    release: () => connection.end({ timeout: 5 }),
  };
}
