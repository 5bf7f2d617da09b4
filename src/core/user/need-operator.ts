import type { Actor, Context } from '../context.ts';
import { DomainError } from '../errors.ts';

/** The acting operator (rule 11). @throws DomainError `forbidden` */
export const needOperator = (ctx: Context, what: string): Extract<Actor, { kind: 'account' }> => {
  if (ctx.actor.kind === 'account' && ctx.actor.operator) return ctx.actor;
  throw notOperator(what);
};

/** The same under the lock of a change: they may have ceased to be one since. @throws DomainError `forbidden` */
export const needOperatorStill = (change: { operator: boolean }, what: string): void => {
  if (!change.operator) throw notOperator(what);
};

const notOperator = (what: string): DomainError =>
  new DomainError('forbidden', `You can't ${what}: operators of this installation alone do that.`, {
    todo: 'Ask an operator.',
  });
