import type { Context } from '../core/context.ts';
import type { Organization } from '../core/organization/organization.ts';
import type { Action } from '../views/card.ts';
import type { Field, Form } from '../views/form.ts';
import type { Argument } from './argument.ts';
import type { Command } from './command.ts';
import { ORGANIZATION_KEY } from './parse.ts';
import { readArgs } from './read-args.ts';

/** What the button that sends a form says, by the last word of the command. */
const SUBMIT: Record<string, string> = {
  approve: 'Approve',
  create: 'Create',
  deactivate: 'Deactivate',
  deny: 'Deny',
  grant: 'Give',
  revoke: 'Take away',
  role: 'Save',
  set: 'Save',
};

/**
 * What a command still needs, as a form filled with what was given. Made without the database, so it opens at once.
 * `fromButton`: what the button named stays as it is, and is said instead of asked.
 */
export const formOf = (
  command: Command,
  action: Action,
  errors: Record<string, string> = {},
  fromButton = false,
): Form => {
  const given = (name: string): boolean => action.args[name] !== undefined;
  const isFixed = ([name, arg]: [string, Argument]): boolean =>
    fromButton && !arg.hidden && arg.input.kind === 'search' && given(name);
  const fixed = Object.entries(command.args).filter(isFixed);
  const hidden = [
    ...fixed,
    ...Object.entries(command.args).filter(([name, arg]) => arg.hidden && given(name)),
  ];
  const words = command.formWords?.(action.args);
  const kept = command.args[ORGANIZATION_KEY] ? undefined : action.args[ORGANIZATION_KEY];
  return {
    kind: 'form',
    neutral: true,
    title: words?.title ?? command.summary,
    submit: words?.submit ?? SUBMIT[command.name.split(' ').at(-1) ?? ''] ?? 'Send',
    intro: [
      words?.details ?? command.details,
      ...fixed.map(([name, arg]) => `${arg.label}: ${action.args[name]}.`),
    ].join(' '),
    error: errors[ORGANIZATION_KEY],
    action: {
      command: action.command,
      args: {
        ...Object.fromEntries(hidden.map(([key]) => [key, action.args[key] ?? ''])),
        ...(kept === undefined ? {} : { [ORGANIZATION_KEY]: kept }),
      },
    },
    fields: Object.entries(command.args)
      .filter((entry) => !entry[1].hidden && !isFixed(entry) && (!entry[1].offered || action.args[entry[0]]))
      .map(([name, argument]) => fieldOf(name, argument, action.args[name], errors[name])),
  };
};

const fieldOf = (name: string, argument: Argument, value?: string, error?: string): Field => ({
  name,
  label: argument.label,
  hint: argument.hint,
  required: argument.required && argument.unless === undefined,
  input: argument.input,
  value,
  error,
});

/** The form with the fields that this organization has and wants, each in its place. */
export const withOffered = async (
  form: Form,
  command: Command,
  ctx: Context,
  organization: Organization,
): Promise<Form> => {
  const shown = new Map(form.fields.map((field) => [field.name, field]));
  for (const [name, argument] of Object.entries(command.args)) {
    const field = shown.get(name);
    if (field && (await argument.wanted?.(ctx, organization))) shown.set(name, { ...field, required: true });
    if (field || !argument.offered) continue;
    if (await argument.offered(ctx, organization)) shown.set(name, fieldOf(name, argument));
  }
  return { ...form, fields: Object.keys(command.args).flatMap((name) => shown.get(name) ?? []) };
};

/** The required arguments that an action does not have. */
export const missingArgs = (command: Command, action: Action): string[] =>
  Object.entries(command.args)
    .filter(
      ([name, argument]) =>
        argument.required && ![name, ...(argument.unless ?? [])].some((key) => action.args[key]?.trim()),
    )
    .map(([name]) => name);

/** Checks a submitted form without the database. */
export const checkForm = (command: Command, action: Action): Record<string, string> | undefined => {
  const errors: Record<string, string> = {};
  for (const name of missingArgs(command, action)) errors[name] = 'This is needed.';
  const read = readArgs(command, action);
  if ('errors' in read) Object.assign(errors, read.errors);
  return Object.keys(errors).length > 0 ? errors : undefined;
};
