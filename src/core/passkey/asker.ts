import type { AccountRef, Context, PlatformName } from '../context.ts';
import { DomainError } from '../errors.ts';
import { type Caller, identify } from '../user/identify.ts';

/** The columns of a link that say which chat account asked for it. */
export interface Asker {
  userId: string;
  platform: string;
  workspaceId: string;
  externalId: string;
  accountName: string;
}

/** The acting chat account, for a link's row. @throws DomainError `not-linked` */
export const askerOf = ({ actor }: Context): Asker & { email: string } => {
  if (actor.kind !== 'account' || !actor.userId || !actor.email) {
    throw new DomainError('not-linked', "I can't tell who you are yet.", {
      todo: 'Link this chat account to your e-mail address once, then run this again.',
    });
  }
  const { userId, email, platform, workspaceId, externalId, name } = actor;
  return { userId, email, platform, workspaceId, externalId, accountName: name };
};

/** A link's person at this moment. */
export interface AsAsker {
  /** The context of the account that asked for it: a page acts as whoever started it in chat, with the rights of now. */
  as: Context;
  account: AccountRef;
  caller: Caller;
  email: string;
}

/** @throws DomainError `not-linked` when the account is no longer that person's */
export const asAsker = async (ctx: Context, asker: Asker, actsIn = asker.workspaceId): Promise<AsAsker> => {
  const account = {
    platform: asker.platform as PlatformName,
    workspaceId: asker.workspaceId,
    externalId: asker.externalId,
  };
  const caller = await identify(ctx.db, account, actsIn, ctx.installation.operators);
  const { userId, email, operator } = caller;
  if (userId !== asker.userId || !email) {
    throw new DomainError('not-linked', 'The chat account that asked for this link is no longer yours.', {
      todo: 'Link it again in chat, and start anew there.',
    });
  }
  const actor = { kind: 'account', name: asker.accountName, userId, email, operator, ...account } as const;
  return { as: { ...ctx, actor }, account, caller, email };
};
