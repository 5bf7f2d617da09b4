import type { Action } from '../../views/card.ts';

export class ActionTooLong extends Error {
  override readonly name = 'ActionTooLong';
}

/** Writes an action where Slack carries it for us: a button's value, a view's metadata. */
export function encodeAction(action: Action, max: number): string {
  const text = JSON.stringify({
    c: action.command,
    a: action.args,
    ...(action.confirmed ? { y: action.once ?? 1 } : {}),
  });
  if (text.length <= max) return text;
  throw new ActionTooLong(
    `The action "${action.command}" is ${text.length} characters long and Slack carries ${max}: keep long text in the database and put its id into the arguments`,
  );
}

/** Reads what `encodeAction` wrote; nothing for anything else. */
export function decodeAction(text: string | undefined): Action | undefined {
  const value = parsed(text);
  if (!isRecord(value) || typeof value.c !== 'string' || !isTexts(value.a)) return undefined;
  return { command: value.c, args: value.a, ...confirmedBy(value.y) };
}

const confirmedBy = (y: unknown): Pick<Action, 'confirmed' | 'once'> =>
  typeof y === 'string' ? { confirmed: true, once: y } : y === 1 ? { confirmed: true } : {};

export interface Choosable {
  base: Action;
  values: string[];
}

/**
 * An option's value is too short for an action. What all options share goes into the select's id, and each value
 * holds the rest; nothing where even that does not fit.
 */
export function encodeChoices(
  actions: readonly Action[],
  maxBase: number,
  maxValue: number,
): Choosable | undefined {
  const [first] = actions;
  if (!first) return undefined;
  const alike = actions.every((one) => one.command === first.command && one.confirmed === first.confirmed);
  if (!alike) return undefined;
  const shared = Object.entries(first.args).filter(([name, value]) =>
    actions.every((one) => one.args[name] === value),
  );
  const base: Action = { ...first, args: Object.fromEntries(shared) };
  const rest = (action: Action) => Object.entries(action.args).filter(([name]) => !(name in base.args));
  const values = actions.map((action) => JSON.stringify(Object.fromEntries(rest(action))));
  const fits = JSON.stringify({ c: base.command, a: base.args, y: 1 }).length <= maxBase;
  const unique = new Set(values).size === values.length;
  return fits && unique && values.every((value) => value.length <= maxValue) ? { base, values } : undefined;
}

export function decodeChoice(base: string, value: string | undefined): Action | undefined {
  const action = decodeAction(base);
  const rest = parsed(value);
  return action && isTexts(rest) ? { ...action, args: { ...action.args, ...rest } } : undefined;
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is Record<string, string> =>
  isRecord(value) &&
  Object.entries(value).every(([name, text]) => /^[a-z][a-z0-9-]*$/i.test(name) && typeof text === 'string');
