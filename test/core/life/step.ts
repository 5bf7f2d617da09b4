import fc from 'fast-check';

export const JOBS = ['expire-requests', 'expire-grants', 'open-grants', 'escalate'] as const;
export type Job = (typeof JOBS)[number];
export type Who = 'dana' | 'oz' | 'pia' | 'ines' | 'olga';

/** What a role allows; owners of the project may give the first two, and administrators all three. */
export const MEANINGS = [
  ['flows:delete'],
  ['flows:delete', 'flows:run'],
  ['flows:delete', 'registry:write'],
] as const;

/** What somebody does to the one project and the one role that all of it is about. */
export type Plain =
  | { do: 'open'; hours: number; from: number | null }
  | { do: 'extend'; target: number; hours: number }
  | { do: 'edit'; target: number; hours: number; reason: string }
  | { do: 'cancel' | 'return'; target: number }
  | {
      do: 'approve' | 'deny';
      by: Who;
      target: number;
      /** The newest that waits for a decision, whatever `target` says. */ newest: boolean;
      card: 'typed' | 'first' | 'now';
    }
  | { do: 'take' }
  | { do: 'right'; of: 'oz' | 'pia'; has: boolean }
  | { do: 'switch'; who: 'dana' | 'oz' | 'pia'; on: boolean }
  | { do: 'policy'; required: 1 | 2; approved: boolean }
  | { do: 'edit-role'; meaning: number }
  | { do: 'delete-role' | 'create-role' | 'delete-project' | 'create-project' | 'revoke' };

/** When the connection to the database is lost: before the commit, after it, or so many milliseconds into the change. */
export type Moment = 'before' | 'after' | number;

export type Step =
  | Plain
  | { do: 'crash'; when: Moment; during: Plain }
  | { do: 'pass'; hours: number }
  | { do: 'job'; job: Job };

/** No sum of whole hours that pass is ever an end, a start or a deadline: those lie at quarters of an hour. */
export const LIFE = 25.5;
export const TAKEN = 1.5;
const hours = fc.constantFrom(1.5, 4.5, 30.5);
const target = fc.nat({ max: 3 });
const who = fc.constantFrom<Who>('oz', 'pia', 'ines', 'olga', 'dana');
const is = <D extends string>(name: D) => fc.constant(name);

const decision = (name: 'approve' | 'deny') =>
  fc.record({
    do: is(name),
    by: fc.oneof({ weight: 3, arbitrary: fc.constantFrom<Who>('oz', 'pia') }, who),
    target,
    newest: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.boolean()),
    card: fc.constantFrom('typed' as const, 'first' as const, 'now' as const),
  });

const plain: fc.Arbitrary<Plain> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: is('open'),
      hours,
      from: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, fc.constantFrom(2.25, 26.25)),
    }),
  },
  { weight: 9, arbitrary: decision('approve') },
  { weight: 2, arbitrary: decision('deny') },
  { weight: 2, arbitrary: fc.record({ do: is('extend'), target, hours }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: is('edit'), target, hours, reason: fc.constantFrom('INC-1', 'INC-2') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 'return' as const), target }) },
  { weight: 1, arbitrary: fc.record({ do: is('take') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: is('right'),
      of: fc.constantFrom('oz' as const, 'pia' as const),
      has: fc.oneof({ weight: 2, arbitrary: fc.constant(true) }, fc.boolean()),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: is('switch'),
      who: fc.constantFrom('dana' as const, 'oz' as const, 'pia' as const),
      on: fc.oneof({ weight: 2, arbitrary: fc.constant(true) }, fc.boolean()),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: is('policy'),
      required: fc.constantFrom(1 as const, 2 as const),
      approved: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: is('edit-role'), meaning: fc.nat({ max: 2 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('delete-role' as const, 'delete-project' as const, 'revoke' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('create-role' as const, 'create-project' as const) }),
  },
);

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: plain },
  {
    weight: 2,
    arbitrary: fc.record({
      do: is('crash'),
      when: fc.oneof(fc.constantFrom<Moment>('before', 'after'), fc.nat({ max: 12 })),
      during: plain,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: is('pass'), hours: fc.constantFrom(1, 3, 20) }) },
  { weight: 3, arbitrary: fc.record({ do: is('job'), job: fc.constantFrom(...JOBS) }) },
);

const args = (one: object): string =>
  Object.entries(one)
    .filter(([key]) => key !== 'do')
    .map(([key, value]) => `${key}:${typeof value === 'object' && value !== null ? told(value) : value}`)
    .join(' ');

/** A step as a line that can be read in a report. */
export const told = (one: Step | object): string => `${'do' in one ? one.do : ''}(${args(one)})`;
