import { operators } from '../../db/schema/index.ts';
import { changeInstallation } from '../change-installation.ts';
import type { Context } from '../context.ts';
import { foldEmail } from '../email.ts';
import { ensureUser } from './ensure.ts';
import { needOperator, needOperatorStill } from './need-operator.ts';

/** An operator names another one, by address; they are it once a chat account is linked to that address. */
export const addOperator = async (
  ctx: Context,
  input: { email: string },
): Promise<{ email: string; added: boolean }> => {
  needOperator(ctx, 'add operators');
  const email = foldEmail(input.email);
  return changeInstallation(ctx, async (change) => {
    needOperatorStill(change, 'add operators');
    const userId = await ensureUser(change.db, email);
    const added = await change.db
      .insert(operators)
      .values({ userId })
      .onConflictDoNothing()
      .returning({ id: operators.userId });
    if (added.length > 0) change.audit({ action: 'operator.added', target: email });
    return { email, added: added.length > 0 };
  });
};
