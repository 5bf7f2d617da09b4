import type { Context } from './context.ts';
import { DomainError } from './errors.ts';

/** Whether this is carried out because somebody else has approved it. */
export const isApproved = ({ actor }: Pick<Context, 'actor'>): boolean =>
  actor.kind === 'account' && actor.approved !== undefined;

/**
 * Stops what nobody does alone, unless a second person has approved it. Whoever typed it gets a request in its place:
 * the dispatcher opens it for the command and its arguments, and carries that out at the last approval.
 * @throws DomainError `needs-approval`; `why` is a sentence for the card
 */
export const needSecondPerson = (s: { ctx: Pick<Context, 'actor'> }, why: string): void => {
  if (isApproved(s.ctx)) return;
  throw new DomainError('needs-approval', `Not done: ${why}`, {
    todo: 'Somebody else who may do it has to approve.',
    facts: { why },
  });
};
