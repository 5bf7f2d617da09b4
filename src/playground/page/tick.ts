import { change, look } from './store.ts';
import type { FirstStep } from './wire.ts';

function tick(taken: (step: FirstStep) => boolean): void {
  const steps = look().state?.firstSteps.filter(taken) ?? [];
  if (steps.length > 0)
    change({ tried: [...new Set([...look().tried, ...steps.map(({ command }) => command)])] });
}

/** What is typed takes a step, whoever typed it: `/org invite send` to anybody is an invitation. */
export function tickTyped(text: string): void {
  const typed = text.trim().split(/\s+/);
  tick(({ command, button }) => {
    const [root, noun, verb] = command.split(' ');
    const same = noun === undefined ? typed.length === 1 : typed[1] === noun && typed[2] === verb;
    return button === undefined && typed[0] === root && same;
  });
}

export const tickPressed = (label: string): void => tick(({ button }) => button === label);
