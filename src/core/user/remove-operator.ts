import { eq } from 'drizzle-orm';
import { operators, users } from '../../db/schema/index.ts';
import { changeInstallation } from '../change-installation.ts';
import type { Context } from '../context.ts';
import { foldEmail } from '../email.ts';
import { DomainError } from '../errors.ts';
import { needOperator, needOperatorStill } from './need-operator.ts';

/** Those whom the settings name stay operators, and one operator stays in any case. */
export const removeOperator = async (ctx: Context, input: { email: string }): Promise<{ email: string }> => {
  needOperator(ctx, 'remove operators');
  const email = foldEmail(input.email);
  const named = ctx.installation.operators;
  if (named.includes(email)) {
    throw new DomainError('wrong-state', `${email} was not removed: the setting \`OPERATORS\` names them.`, {
      todo: 'Take the address out of `OPERATORS` and start Rollcall again.',
    });
  }
  return changeInstallation(ctx, async (change) => {
    needOperatorStill(change, 'remove operators');
    const [gone] = await change.db
      .select({ id: operators.userId })
      .from(operators)
      .innerJoin(users, eq(users.id, operators.userId))
      .where(eq(users.email, email));
    if (!gone) {
      throw new DomainError('not-found', `Nothing changed: ${email} is no operator.`, { field: 'email' });
    }
    if (named.length === 0 && (await change.db.$count(operators)) === 1) {
      throw new DomainError('wrong-state', `${email} was not removed: they are the last operator.`, {
        todo: 'Add another operator first.',
      });
    }
    await change.db.delete(operators).where(eq(operators.userId, gone.id));
    change.audit({ action: 'operator.removed', target: email });
    return { email };
  });
};
