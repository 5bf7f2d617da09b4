import type { DomainError } from '../core/errors.ts';
import type { Offer } from '../views/answers.ts';
import type { Action } from '../views/card.ts';
import type { Command } from './command.ts';
import { missingArgs } from './form-of.ts';
import { commandKey } from './index.ts';

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
    return facts.near ? [useNear(action, 'user', facts.near), ...offers] : offers;
  }
  if (facts.near && field && command.args[field]) {
    return [useNear(action, field, facts.near)];
  }
  if (field && command.args[field] && !command.args[field]?.hidden) {
    const args = Object.fromEntries(Object.entries(action.args).filter(([name]) => name !== field));
    const again = { command: action.command, args };
    if (missingArgs(command, again).length > 0) return [{ label: 'Change it', action: again }];
  }
  return [];
};

/** The same command with the nearest thing that there is. */
const useNear = (action: Action, field: string, near: string): Offer => ({
  label: `Use ${near}`.slice(0, 60),
  action: { ...action, args: { ...action.args, [field]: near } },
});
