import { DomainError } from '../core/errors.ts';
import { nearestFew } from '../core/nearest.ts';
import { doneAlreadyCard, errorCard, unmarked } from '../views/answers.ts';
import type { Action, Card } from '../views/card.ts';
import type { Form } from '../views/form.ts';
import type { Command } from './command.ts';
import { formOf, missingArgs } from './form-of.ts';
import { commandKey } from './index.ts';
import type { Interaction } from './interaction.ts';
import { argumentOf, offersFor, useNear } from './offers.ts';

/**
 * A refusal as an answer: a form with the reason under the field, where one was submitted or where the organization
 * wants an argument that was not given; else a card.
 */
export const refusal = (
  error: unknown,
  { input, reply: { opensForms } }: Interaction,
  command: Command,
  action: Action,
): Card | Form | undefined => {
  if (!(error instanceof DomainError)) throw error;
  // The other delivery of the same act gives the answer; a second press is an act of its own.
  if (error.code === 'duplicate') return action.once ? doneAlreadyCard : undefined;
  const name = argumentOf(error.field, command, action);
  const field = name === undefined ? undefined : command.args[name];
  const submitted = input.kind === 'action' && input.submitted;
  const notGiven = opensForms && name !== undefined && action.args[name] === undefined;
  if (name !== undefined && field && !field.hidden && (submitted || notGiven)) {
    return formOf(command, action, { [name]: unmarked(error.whole) });
  }
  return errorCard(error, offersFor(error, command, action));
};

export const fillInCard = (command: Command, action: Action): Card =>
  errorCard(
    new DomainError('invalid', `\`${command.name}\` needs more than that.`, { todo: command.details }),
    [{ label: 'Fill in', action }],
  );

export const refuseValues = (
  interaction: Interaction,
  command: Command,
  action: Action,
  wrong: Record<string, string>,
): Card | Form => {
  if (interaction.input.kind === 'action' && interaction.input.submitted)
    return formOf(command, action, wrong);
  const [message = 'That is not understood.'] = Object.values(wrong);
  const [field] = Object.keys(wrong);
  const args = Object.fromEntries(Object.entries(action.args).filter(([name]) => name !== field));
  const again = { ...action, args };
  const input = field === undefined ? undefined : command.args[field]?.input;
  const near =
    input?.kind === 'choice'
      ? nearestFew(
          action.args[field ?? '']?.trim().toLowerCase() ?? '',
          input.options.map(({ value }) => value),
        )
      : [];
  return errorCard(new DomainError('invalid', message), [
    ...useNear({ near, field }, command, action),
    ...(Object.keys(command.args).length > 0 && missingArgs(command, again).length > 0
      ? [{ label: 'Fill in the rest', action: again }]
      : []),
    { label: 'Help', action: { command: 'access help', args: { topic: commandKey(command) } } },
  ]);
};
