import type { InstallationChange } from '../change-installation.ts';
import { messagesEverywhere } from '../message.ts';

/** A person hears of every change of their passkeys on every account of theirs: it may not have been them. */
export const tellOwner = async (
  change: InstallationChange,
  userId: string,
  what: 'added' | 'removed',
  name: string,
): Promise<void> => {
  const data = { name, at: change.now.toISOString() };
  change.say(
    ...(await messagesEverywhere(change.db, [userId], {
      notice: what === 'added' ? 'passkey-added' : 'passkey-removed',
      data,
    })),
  );
};
