import { sql } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { deleteOld, olderThan } from '../delete-old.ts';

/** Longer than a chat lets anybody find them again, and than anything that their buttons are about stays open. */
const MESSAGES_DAYS = 400;
const DAYS = 7;

/**
 * Forgets what no delivery can repeat any more, and nobody asks about: claimed deliveries, dead codes and links, and
 * messages that were settled long ago.
 */
export const tidyDeliveries = async ({ db }: Context): Promise<number> => {
  const gone = [
    await deleteOld(db, sql`interactions`, olderThan(sql`created_at`, DAYS)),
    await deleteOld(db, sql`link_codes`, olderThan(sql`expires_at`, DAYS)),
    await deleteOld(db, sql`passkey_enrolments`, olderThan(sql`expires_at`, DAYS)),
    await deleteOld(db, sql`step_ups`, olderThan(sql`expires_at`, DAYS)),
    await deleteOld(
      db,
      sql`messages`,
      sql`state <> 'queued' and ${olderThan(sql`created_at`, MESSAGES_DAYS)}`,
    ),
  ];
  return gone.reduce((total, count) => total + count, 0);
};
