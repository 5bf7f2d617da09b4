import type { Inline, PersonRef } from './card.ts';

/** Where a card will be read: mentions work there for its own accounts alone. */
export interface Reader {
  platform: string;
  workspaceId: string;
}

type Account = NonNullable<PersonRef['account']>;

const belongs = (account: Account, reader: Reader | undefined): boolean =>
  reader === undefined ||
  (account.platform === reader.platform &&
    (account.workspaceId === '' || account.workspaceId === reader.workspaceId));

/** A mention with the address that stays the same beside it, or the address alone where a mention says nothing. */
export const personAndAddress = (
  { email, accounts }: { email: string; accounts: readonly Account[] },
  reader?: Reader,
): Inline[] => {
  if (email === '') return ['somebody who has left'];
  const account = accounts.find((one) => belongs(one, reader));
  return account ? [{ person: { email, account } }, ` (${email})`] : [email];
};
