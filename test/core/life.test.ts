import fc from 'fast-check';
import { inject, test } from 'vitest';
import { turnedClock } from '../support/turned-clock.ts';
import { Command } from './life/command.ts';
import { born } from './life/model.ts';
import { gather, stage } from './life/scene.ts';
import { step } from './life/step.ts';

/** In the suite always the same lives, and no longer than its time allows; `npm run model` lives others. */
const LONG = inject('runs');
const HOW =
  LONG === undefined ? { numRuns: 12, seed: 20261126, interruptAfterTimeLimit: 90_000 } : { numRuns: LONG };
const STEPS = { maxCommands: 80, size: 'max' } as const;

const cast = await gather(await turnedClock());

test(
  'a request’s life is what the contract says, whatever happens to it in whatever order',
  async () => {
    const steps = fc.commands([step.map((one) => new Command(one))], STEPS);
    const lived = fc.asyncProperty(fc.boolean(), steps, (breakGlass, commands) =>
      fc.asyncModelRun(
        async () => ({ model: born(breakGlass), real: await stage(cast, breakGlass) }),
        commands,
      ),
    );
    await fc.assert(lived, { ...HOW, unbiased: true });
  },
  LONG === undefined ? 120_000 : 0,
);
