import { and, eq } from 'drizzle-orm';
import { accounts } from '../../db/schema/index.ts';
import { changeInstallation } from '../change-installation.ts';
import type { Context } from '../context.ts';
import { foldEmail } from '../email.ts';
import { ensureUser } from './ensure.ts';
import { linkAccount } from './link.ts';

/**
 * Links an account by the address that its workspace has verified. Only for workspaces that `LINK_BY_EMAIL` names:
 * elsewhere a profile address proves nothing (ux.md, 3.8).
 * @returns the user, or undefined where the workspace is not trusted
 */
export const linkByProfile = async (
  ctx: Context,
  verifiedEmail: string,
): Promise<{ userId: string; email: string } | undefined> => {
  const { actor } = ctx;
  if (actor.kind !== 'account' || !ctx.installation.linkByEmail.includes(actor.workspaceId)) return undefined;
  const email = foldEmail(verifiedEmail);
  // The delivery is not claimed: linking is a step on the way to what the person asked for.
  return changeInstallation({ ...ctx, interaction: undefined }, async (change) => {
    const [before] = await change.db
      .select({ id: accounts.id })
      .from(accounts)
      .where(
        and(
          eq(accounts.platform, actor.platform),
          eq(accounts.workspaceId, actor.workspaceId),
          eq(accounts.externalId, actor.externalId),
        ),
      )
      .limit(1);
    // Whoever unlinked this account meant it: from then on only a code links it again.
    if (before) return undefined;
    const userId = await ensureUser(change.db, email);
    await linkAccount(change, actor, { id: userId, email }, 'profile');
    return { userId, email };
  });
};
