import assert from 'node:assert/strict';
import type { SQL } from 'drizzle-orm';
import { DomainError } from '../../src/core/errors.ts';
import { atOnce, type World } from '../support/world.ts';

/** One actor's doing. A text that it returns says how it ended, where that may be more than one thing. */
export type Run = () => Promise<unknown>;

/** One meeting of the actors. Their contexts are made before anything is done, as a card is read before it is pressed. */
export interface Round {
  organizationId: string;
  /** By name; several of one name do the same. */
  runs: Readonly<Record<string, Run | readonly Run[]>>;
  /** What stands in the database afterwards. */
  left(): Promise<unknown>;
  /** Takes the lock that they meet at, where that is not the organization's. */
  hold?: SQL;
}

/** How each actor ended, and what is left: where several actors have one name, how often each ending. */
export type Ending = Readonly<Record<string, unknown>> & { left: unknown };

export interface Race {
  name: string;
  /** Sets the stage once; each call then deals a round on it. */
  stage(world: World): Promise<() => Promise<Round>>;
  /**
   * What it comes to for each order of the actors (`'approve, deny'`) when one is done after the other. Whatever
   * happens at one instant must come to one of these, whole.
   */
  orders: Readonly<Record<string, Ending>>;
  /** Actors who wait for no lock of the organization: while another one stands at it, they come first. */
  free?: readonly string[];
}

/**
 * `after`: each begins when the one before has committed. `queued`: they stand at the organization's lock together, in
 * this order. `together`: they come to it as they come.
 */
export type How = 'after' | 'queued' | 'together';

export interface Played {
  how: How;
  /** The order that it came to. */
  order: string | undefined;
  /** Why that must not be. */
  violation: string | undefined;
}

/** Each order one after the other, queued, and as it comes. Among actors of one name there is no order. */
export const ways = (race: Race): { how: How; order: string }[] => {
  const orders = Object.keys(race.orders);
  return [
    ...orders.map((order) => ({ how: 'after', order }) as const),
    ...orders.filter((order) => order.includes(', ')).map((order) => ({ how: 'queued', order }) as const),
    ...orders.map((order) => ({ how: 'together', order }) as const),
  ];
};

const endOf = (result: PromiseSettledResult<unknown>): string => {
  if (result.status === 'fulfilled') return typeof result.value === 'string' ? result.value : 'done';
  const { reason } = result;
  return reason instanceof DomainError ? reason.code : `failed: ${reason?.stack ?? reason}`;
};

const oneAfterTheOther = async (runs: readonly Run[]): Promise<PromiseSettledResult<unknown>[]> => {
  const results: PromiseSettledResult<unknown>[] = [];
  for (const run of runs) results.push(...(await Promise.allSettled([run()])));
  return results;
};

const endings = (
  names: readonly string[],
  round: Round,
  results: readonly PromiseSettledResult<unknown>[],
): Record<string, unknown> => {
  const ended: Record<string, unknown> = {};
  let at = 0;
  for (const name of names) {
    const run = round.runs[name];
    if (!Array.isArray(run)) {
      ended[name] = endOf(results[at++] as PromiseSettledResult<unknown>);
      continue;
    }
    const counted: Record<string, number> = {};
    for (const result of results.slice(at, at + run.length)) {
      counted[endOf(result)] = (counted[endOf(result)] ?? 0) + 1;
    }
    at += run.length;
    ended[name] = counted;
  }
  return ended;
};

const isSame = (one: unknown, other: unknown): boolean => {
  try {
    assert.deepEqual(one, other);
    return true;
  } catch {
    return false;
  }
};

/** Plays one round in one way. @throws when the stage cannot be set; what the race itself does wrong is a violation */
export const play = async (
  world: World,
  race: Race,
  deal: () => Promise<Round>,
  { how, order }: { how: How; order: string },
): Promise<Played> => {
  const round = await deal();
  const names = order.split(', ');
  const runs = names.flatMap((name) => round.runs[name] ?? []);
  const results =
    how === 'after'
      ? await oneAfterTheOther(runs)
      : await atOnce(world, round.organizationId, runs, { inTurn: how === 'queued', hold: round.hold });
  const came: Ending = { ...endings(names, round, results), left: await round.left() };
  const free = names.filter((name) => race.free?.includes(name));
  const forced =
    how === 'queued' ? [...free, ...names.filter((name) => !free.includes(name))].join(', ') : order;
  const found = Object.keys(race.orders).find(
    (each) => (how === 'together' || each === forced) && isSame(came, race.orders[each]),
  );
  return {
    how,
    order: found,
    violation:
      found === undefined
        ? `${how}, ${order}: ${JSON.stringify(came)} is not ${how === 'together' ? 'what any order comes to' : JSON.stringify(race.orders[forced])}`
        : undefined,
  };
};
