import type { Actor, Context } from '../context.ts';
import { DomainError } from '../errors.ts';

/** The acting operator (rule 11). @throws DomainError `forbidden` */
export const needOperator = (ctx: Context, what: string): Extract<Actor, { kind: 'account' }> => {
  if (ctx.actor.kind === 'account' && ctx.actor.operator) return ctx.actor;
  throw new DomainError('forbidden', `You can't ${what}: operators of this installation alone do that.`, {
    todo: 'Ask an operator.',
  });
};
