import { and, eq, gt, isNull, ne, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { accounts } from '../../db/schema/index.ts';
import type { InstallationChange } from '../change-installation.ts';
import type { Actor, Job } from '../context.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../id.ts';

type Account = Extract<Actor, { kind: 'account' }>;

export const sameAccount = (account: Account) =>
  and(
    eq(accounts.platform, account.platform),
    eq(accounts.workspaceId, account.workspaceId),
    eq(accounts.externalId, account.externalId),
    isNull(accounts.unlinkedAt),
  );

export const linkedUser = async (db: Db, account: Account): Promise<string | undefined> => {
  const [row] = await db.select({ userId: accounts.userId }).from(accounts).where(sameAccount(account));
  return row?.userId;
};

/** What waits for somebody’s decision is looked at again. */
export const linkFollowed = (userId: string): Job => ({
  queue: 'follow-link',
  data: { userId },
  key: userId,
});

/** Ties the acting account to a user whose address has been proven. An account is one person's at a time. */
export const linkAccount = async (
  change: InstallationChange,
  account: Account,
  user: { id: string; email: string },
  by: 'code' | 'profile' | 'setup',
): Promise<void> => {
  const already = await linkedUser(change.db, account);
  if (already === user.id) return;
  if (already) {
    throw new DomainError('taken', 'This chat account is already linked to another address.', {
      todo: 'Unlink it first with `/access link remove`.',
    });
  }
  const [recently] = await change.db
    .select({ id: accounts.id })
    .from(accounts)
    .where(
      and(
        eq(accounts.platform, account.platform),
        eq(accounts.workspaceId, account.workspaceId),
        eq(accounts.externalId, account.externalId),
        ne(accounts.userId, user.id),
        gt(accounts.unlinkedAt, sql`clock_timestamp() - interval '24 hours'`),
      ),
    );
  if (recently) {
    throw new DomainError(
      'limit',
      "Not linked: this chat account was somebody else's until less than 24 hours ago.",
      {
        todo: 'Try again tomorrow, or link the address that it had.',
      },
    );
  }
  await change.db.insert(accounts).values({
    id: newId(),
    platform: account.platform,
    workspaceId: account.workspaceId,
    externalId: account.externalId,
    userId: user.id,
    linkedBy: by,
  });
  change.enqueue(linkFollowed(user.id));
  change.audit({
    action: 'account.linked',
    target: user.email,
    facts: { account: `${account.platform}:${account.workspaceId}:${account.externalId}`, by },
  });
};
