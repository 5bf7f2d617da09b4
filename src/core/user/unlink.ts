import { and, eq, isNull, sql } from 'drizzle-orm';
import { accounts } from '../../db/schema/index.ts';
import { changeInstallation } from '../change-installation.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { linkFollowed, sameAccount } from './link.ts';

/** Unlinks the acting account. The row stays: it remembers who this account once was (abuse 8). */
export const unlinkAccount = async (ctx: Context): Promise<{ email: string }> => {
  const { actor } = ctx;
  if (actor.kind !== 'account' || !actor.userId) {
    throw new DomainError('not-linked', 'Nothing was unlinked: this chat account is not linked to anybody.', {
      todo: 'Link it with `/access link start`.',
    });
  }
  const email = actor.email ?? '';
  return changeInstallation(ctx, async (change) => {
    const gone = await change.db
      .update(accounts)
      .set({ unlinkedAt: sql`clock_timestamp()` })
      .where(and(sameAccount(actor), isNull(accounts.unlinkedAt), eq(accounts.userId, actor.userId ?? '')))
      .returning({ id: accounts.id });
    if (gone.length > 0) {
      change.audit({
        action: 'account.unlinked',
        target: email,
        facts: { account: `${actor.platform}:${actor.workspaceId}:${actor.externalId}` },
      });
      change.enqueue(linkFollowed(actor.userId ?? ''));
    }
    return { email };
  });
};
