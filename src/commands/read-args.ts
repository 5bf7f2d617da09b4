import type { Action } from '../views/card.ts';
import type { Command } from './command.ts';

/** An action's raw arguments as values, or the errors by argument. Blank ones count as not given. */
export const readArgs = (
  command: Command,
  action: Action,
): { values: Record<string, unknown> } | { errors: Record<string, string> } => {
  const values: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  for (const [name, argument] of Object.entries(command.args)) {
    const text = action.args[name];
    if (text === undefined || text.trim() === '') continue;
    const read = argument.schema.safeParse(text);
    if (read.success) values[name] = read.data;
    else errors[name] = read.error.issues[0]?.message ?? 'This is not understood.';
  }
  return Object.keys(errors).length > 0 ? { errors } : { values };
};
