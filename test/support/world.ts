import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import type { AccountRef, Context, InstallationPolicy, Job } from '../../src/core/context.ts';
import { DomainError } from '../../src/core/errors.ts';
import { confirmLink } from '../../src/core/user/confirm-link.ts';
import { identify } from '../../src/core/user/identify.ts';
import { writtenLinkCode } from '../../src/core/user/link-letter.ts';
import { startLink } from '../../src/core/user/start-link.ts';
import { type Database, type Db, rowsOf } from '../../src/db/client.ts';

export interface Person {
  name: string;
  email: string;
  account: AccountRef;
}

/** One installation over a database: who acts is found out from the database, as for a real interaction. */
export interface World {
  database: Database;
  db: Db;
  /** Every job that was put in, in order. */
  jobs: Job[];
  installation: InstallationPolicy;
  system: Context;
  workspace: { id: string; name: string };
  /** Somebody with a chat account that is linked to nobody yet. */
  stranger(name: string): Person;
  /** Somebody who has linked their account with the code that was mailed to them. */
  person(name: string): Promise<Person>;
  /** The context of an interaction of theirs at this moment. */
  as(person: Person, interaction?: string): Promise<Context>;
  link(person: Person, email?: string): Promise<void>;
  /** The code of the newest letter to the address. */
  mailedCode(email: string): Promise<string>;
  count(query: ReturnType<typeof sql>): Promise<number>;
}

const unique = (): string => randomBytes(4).toString('hex');

export const createWorld = (database: Database, policy: Partial<InstallationPolicy> = {}): World => {
  const { db } = database;
  const jobs: Job[] = [];
  const installation: InstallationPolicy = {
    publicUrl: 'https://rollcall.example.com',
    secretKey: `secret-key-of-a-test-${unique()}`,
    operators: [],
    createOrganizations: 'anyone',
    linkByEmail: [],
    kubernetesNamespace: 'default',
    mail: true,
    ...policy,
  };
  const workspace = { id: `T${unique().toUpperCase()}`, name: 'Acme HQ' };
  const system: Context = {
    db,
    installation,
    actor: { kind: 'system', name: 'test' },
    enqueue: async (_tx, more) => {
      jobs.push(...more);
    },
  };
  const world: World = {
    database,
    db,
    jobs,
    installation,
    system,
    workspace,
    stranger: (name) => {
      const account: AccountRef = {
        platform: 'slack',
        workspaceId: workspace.id,
        externalId: `U${unique().toUpperCase()}`,
      };
      return { name, email: `${name.toLowerCase()}-${unique()}@example.com`, account };
    },
    person: async (name) => {
      const person = world.stranger(name);
      await world.link(person);
      return person;
    },
    as: async (person, interaction) => {
      const caller = await identify(db, person.account, workspace.id, installation.operators);
      const { userId, email, operator } = caller;
      const actor = {
        kind: 'account',
        name: person.name,
        userId,
        email,
        operator,
        ...person.account,
      } as const;
      return { ...system, actor, interaction };
    },
    link: async (person, email = person.email) => {
      await startLink(await world.as(person), { email, workspaceName: workspace.name });
      await confirmLink(await world.as(person), { code: await world.mailedCode(email) });
    },
    mailedCode: async (email) => {
      const [letter] = rowsOf<{ id: string }>(
        await db.execute(sql`
          select data ->> 'codeId' as id from messages
          where notice = 'link-code' and recipient = ${email} order by created_at desc limit 1`),
      );
      const written = letter && (await writtenLinkCode(db, installation.secretKey, letter.id));
      if (!written) throw new Error(`No code was mailed to ${email}`);
      return written.code;
    },
    count: async (query) => Number(rowsOf<{ count: number }>(await db.execute(query))[0]?.count),
  };
  return world;
};

/**
 * Runs everything at one instant, as far as a database allows: each is held at the organization's lock (or at another
 * one that `hold` takes) until enough of them stand there, then all are let go. `inTurn`: they come to the lock in this
 * order. What does not need the lock is done when it comes, before all that stand there.
 */
export const atOnce = async <T>(
  world: World,
  organizationId: string,
  runs: readonly (() => Promise<T>)[],
  how: { inTurn?: boolean; hold?: SQL | undefined } = {},
): Promise<PromiseSettledResult<T>[]> => {
  const ledger = sql`select from ledgers where organization_id = ${organizationId} for update`;
  const started: Promise<T>[] = [];
  let ended = 0;
  const count = () => {
    ended += 1;
  };
  let settled: Promise<PromiseSettledResult<T>[]> | undefined;
  await world.db.transaction(async (tx) => {
    await tx.execute(how.hold ?? ledger);
    const arrived = async (enough: number): Promise<void> => {
      const deadline = Date.now() + 10_000;
      for (;;) {
        // Inside a transaction the activity would stay what it was at the first look.
        await tx.execute(sql`select pg_stat_clear_snapshot()`);
        const [row] = rowsOf<{ waiting: number }>(
          await tx.execute(sql`
            select count(*)::int as waiting from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'`),
        );
        const here = ended + (row?.waiting ?? 0);
        if (here >= enough) return;
        if (Date.now() > deadline) throw new Error(`${here} of ${enough} have come`);
        await pause(1);
      }
    };
    for (const run of runs) {
      const one = run();
      one.then(count, count);
      started.push(one);
      if (how.inTurn) await arrived(started.length);
    }
    settled = Promise.allSettled(started);
    await arrived(Math.min(runs.length, 8));
  });
  return settled ?? [];
};

export const fulfilled = <T>(results: readonly PromiseSettledResult<T>[]): T[] =>
  results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));

/** The codes of the refusals; anything that is no refusal of the product's stands there as its text. */
export const refusals = (results: readonly PromiseSettledResult<unknown>[]): string[] =>
  results.flatMap((result) =>
    result.status === 'rejected' ? [String(result.reason?.code ?? result.reason)] : [],
  );

/** The refusal that this ends in. @throws if it succeeds, or fails in a way that no user may read */
export const refusal = async (run: Promise<unknown>): Promise<DomainError> => {
  const outcome = await run.then(
    () => new Error('It was not refused'),
    (error: unknown) => error,
  );
  if (outcome instanceof DomainError) return outcome;
  throw outcome;
};
