import { and, eq } from 'drizzle-orm';
import { passkeys } from '../../db/schema/index.ts';
import { changeInstallation } from '../change-installation.ts';
import type { Context } from '../context.ts';
import { askerOf } from './asker.ts';
import { findPasskey } from './find.ts';
import { tellOwner } from './tell.ts';

/** Forgets a passkey of the actor's. What was confirmed with it stays confirmed. */
export const removePasskey = async (ctx: Context, input: { name: string }): Promise<{ name: string }> => {
  const { userId, email } = askerOf(ctx);
  return changeInstallation(ctx, async (change) => {
    const { id, name } = await findPasskey(change.db, userId, input.name);
    await change.db.delete(passkeys).where(and(eq(passkeys.id, id), eq(passkeys.userId, userId)));
    change.audit({ action: 'passkey.removed', target: email, facts: { passkey: name, id } });
    await tellOwner(change, userId, 'removed', name);
    return { name };
  });
};
