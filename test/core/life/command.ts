import type { AsyncCommand } from 'fast-check';
import { expect } from 'vitest';
import { DomainError } from '../../../src/core/errors.ts';
import { act, actorOf, runJob } from './act.ts';
import { type Answer, allowed, counted, type Life, name, stateOf } from './model.ts';
import { look, losing, type Scene } from './scene.ts';
import type { Moment, Plain, Step, Who } from './step.ts';
import { told } from './step.ts';
import { after, aimedAt, isVain, tidied } from './transition.ts';

/** A real time is the model's and what the run itself has taken: seconds. */
const near = (hours: number | null): unknown => (hours === null ? null : expect.closeTo(hours, 0));

const emails = ({ people }: Scene, whos: readonly Who[]): string[] =>
  whos.map((who) => people[who].email).sort();

/** What there must be to see of a life. */
const expected = (scene: Scene, life: Life) => ({
  requests: life.requests.map((asked) => ({
    state: stateOf(life, asked),
    noted: asked.noted,
    operators: asked.operators,
    counted: stateOf(life, asked) === 'pending' ? emails(scene, counted(life, asked)) : [],
    ends: near(asked.ends),
    settled: asked.told.settled,
    escalated: asked.told.escalated,
  })),
  grants: Object.fromEntries(
    Object.entries(life.grants).map(([role, grant]) => [
      role,
      {
        from: near(grant.from),
        until: near(grant.until),
        request: name({ number: grant.request }),
        opens: grant.opens !== undefined,
      },
    ]),
  ),
  allowed: allowed(life),
  chain: undefined,
});

/** What was answered: the code of a refusal, `lost` where the connection went, else that it was done. */
const answerOf = async (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof DomainError) return error.code;
      return `lost: ${error instanceof Error ? error.message : error}`;
    },
  );

const eventsSince = async (scene: Scene, sequence: number): Promise<string[]> => {
  const called = new Map<string | null, string>(
    Object.entries(scene.people).map(([who, { email }]) => [email, who]),
  );
  return (await scene.acme.audited(sequence))
    .map(({ action, target }) => `${action} ${called.get(target) ?? target}`)
    .sort();
};

export class Command implements AsyncCommand<Life, Scene> {
  readonly step: Step;

  constructor(step: Step) {
    this.step = step;
  }

  check = (life: Readonly<Life>): boolean => {
    const { step } = this;
    return !isVain(life, step.do === 'crash' ? step.during : step);
  };

  toString = (): string => told(this.step);

  async run(life: Life, scene: Scene): Promise<void> {
    const sequence = await scene.acme.sequence();
    const events = await this.take(life, scene, sequence);
    expect(await eventsSince(scene, sequence), 'the audit').toEqual([...events].sort());
    expect(await look(scene)).toEqual(expected(scene, life));
  }

  /** @returns the events that there must be */
  private async take(life: Life, scene: Scene, sequence: number): Promise<string[]> {
    const { step } = this;
    if (step.do === 'pass') {
      await scene.clock.pass(step.hours);
      life.now += step.hours;
      return [];
    }
    if (step.do === 'job') {
      await runJob(scene.world.system, step.job);
      return tidied(life, step.job);
    }
    if (step.do === 'crash') return crash(life, scene, sequence, step.during, step.when);
    return answered(life, step, (number) => this.perform(scene, step, number));
  }

  private perform = async (scene: Scene, step: Plain, number: number): Promise<string> =>
    answerOf(act(scene, await scene.as(actorOf(step)), step, number));
}

const numberOf = (life: Life, step: Plain): number =>
  ('target' in step ? aimedAt(life, step)?.number : undefined) ?? 1;

/** Takes the step in the model, and holds the answer to what it says. */
const answered = async (
  life: Life,
  step: Plain,
  run: (number: number) => Promise<string>,
): Promise<string[]> => {
  const answer = await run(numberOf(life, step));
  return agreed(answer, after(life, step));
};

const agreed = (answer: string, must: Answer): string[] => {
  if ('refused' in must) {
    expect(must.refused, 'the refusal').toContain(answer);
    return [];
  }
  expect(answer).toBe('done');
  return must.events;
};

let deliveries = 0;

/** The connection goes in the middle of it: it is done whole or not at all, and the same delivery comes again. */
const crash = async (
  life: Life,
  scene: Scene,
  sequence: number,
  step: Plain,
  when: Moment,
): Promise<string[]> => {
  deliveries += 1;
  const key = `crash-${scene.acme.id}-${deliveries}`;
  const number = numberOf(life, step);
  const first = await answerOf(act(scene, losing(await scene.as(actorOf(step), key), when), step, number));
  const whole = (await scene.acme.sequence()) > sequence;
  if (when === 'before') expect(whole, 'nothing was committed').toBe(false);
  const again = await answerOf(act(scene, await scene.as(actorOf(step), key), step, number));
  const must = after(life, step);
  if ('refused' in must) {
    expect([...must.refused, 'lost'], 'the refusal').toContain(first.split(':')[0]);
    return agreed(again, must);
  }
  if (first === 'done' || whole) {
    expect(again).toBe('duplicate');
    return must.events;
  }
  // What changes nothing leaves no event; only the claimed delivery says whether it was committed.
  if (must.events.length > 0 || again !== 'duplicate') expect(again).toBe('done');
  return must.events;
};
