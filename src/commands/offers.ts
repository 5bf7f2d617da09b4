import type { DomainError } from '../core/errors.ts';
import type { Offer } from '../views/answers.ts';
import type { Action } from '../views/card.ts';
import type { Source } from '../views/form.ts';
import type { Command } from './command.ts';
import { missingArgs } from './form-of.ts';
import { commandKey } from './index.ts';
import { ORGANIZATION_KEY } from './parse.ts';

/** The next step that a refusal offers as a button. */
export const offersFor = (error: DomainError, command: Command, action: Action): Offer[] => {
  const { facts, field } = error;
  const offer = (label: string, name: string, args: Record<string, string> = {}): Offer => ({
    label,
    action: { command: name, args },
  });
  switch (error.code) {
    case 'not-linked':
      return [offer('Link account', 'access link start')];
    case 'no-passkey':
      return [offer('Add a passkey', 'access passkey add')];
    case 'wrong-code':
      return [offer('Try again', 'access link code'), offer('New code', 'access link start')];
    case 'forbidden':
      if (commandKey(command) === 'org invite send' && action.args.email) {
        const { email = '', role, project } = action.args;
        const filled = { email, ...(role ? { role } : {}), ...(project ? { project } : {}) };
        return [offer('Ask them to invite', 'org invite ask', filled)];
      }
      return facts.permission ? [offer('Ask for access', 'access request new')] : [];
    case 'not-member':
      return facts.create ? [offer('Create organization', 'org create')] : [];
    case 'changed':
      return facts.request ? [offer('Show it now', 'access request show', { request: facts.request })] : [];
    case 'wrong-state':
      return facts.request
        ? [offer(`Show ${facts.request}`, 'access request show', { request: facts.request })]
        : [];
    case 'deactivated-member':
      return [offer('Reactivate', 'org member reactivate', { user: facts.email ?? '' })];
    default:
      break;
  }
  const invite = error.code === 'not-found' && field === 'user' && facts.email;
  if (invite) {
    const offers = [
      offer(`Invite ${facts.email}`.slice(0, 60), 'org invite send', { email: facts.email ?? '' }),
    ];
    return [...useNear(error, command, action), ...offers];
  }
  const near = useNear(error, command, action);
  if (near.length > 0) return near;
  if (field && command.args[field] && !command.args[field]?.hidden) {
    const args = Object.fromEntries(Object.entries(action.args).filter(([name]) => name !== field));
    const again = { command: action.command, args };
    if (missingArgs(command, again).length > 0) return [{ label: 'Change it', action: again }];
  }
  return [];
};

/** The same command with the nearest things that there are; in a list only the sentence says which. */
export const useNear = (
  { near, field }: Pick<DomainError, 'near' | 'field'>,
  command: Command,
  action: Action,
): Offer[] => {
  const name = argumentOf(field, command, action);
  return name === undefined || command.args[name]?.list
    ? []
    : near.map((one) => ({
        label: `Use ${one}`.slice(0, 60),
        action: { ...action, args: { ...action.args, [name]: one } },
      }));
};

/** What a refused person or organization may have been given as, where the command has another name for it. */
const LOOKED_UP: Readonly<Record<string, Source>> = { user: 'person', [ORGANIZATION_KEY]: 'organization' };

/** The argument of this command that a refusal is about. */
export const argumentOf = (
  field: string | undefined,
  command: Command,
  action: Action,
): string | undefined => {
  if (field === undefined || command.args[field]) return field;
  const called = Object.entries(command.args).find(
    ([name, { input }]) =>
      action.args[name] !== undefined && input.kind === 'search' && input.source === LOOKED_UP[field],
  );
  return called?.[0] ?? (field === ORGANIZATION_KEY ? field : undefined);
};
