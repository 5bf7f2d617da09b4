import type { Inline, PersonRef } from './card.ts';

/** Where a card will be read: mentions work there for its own accounts alone. */
export interface Reader {
  platform: string;
  workspaceId: string;
}

const isMentioned = (person: PersonRef, reader: Reader | undefined): boolean =>
  person.account !== undefined &&
  (reader === undefined ||
    (person.account.platform === reader.platform &&
      (person.account.workspaceId === '' || person.account.workspaceId === reader.workspaceId)));

/** A mention with the address that stays the same beside it, or the address alone where a mention says nothing. */
export const personAndAddress = (person: PersonRef, reader?: Reader): Inline[] => {
  if (person.email === '') return ['somebody who has left'];
  return isMentioned(person, reader) ? [{ person }, ` (${person.email})`] : [person.email];
};
