import { eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { messages } from '../../db/schema/index.ts';
import type { Outgoing } from './find.ts';

/** Where a message ended up: sent (perhaps as the copy of one that is gone), with nothing left to say, or refused. */
export type Outcome =
  | { state: 'sent'; channel: string; id: string; picture?: string | undefined }
  | { state: 'silent' }
  | { state: 'failed'; error: string };

const ERROR_LENGTH = 300;

/** Remembers what became of a message, so that a later change edits the same copy and nobody wonders. */
export const settleMessage = async (
  db: Db,
  { id, heldAt }: Pick<Outgoing, 'id' | 'heldAt'>,
  outcome: Outcome,
): Promise<void> => {
  const attempts = sql`${messages.attempts} + 1`;
  const change =
    outcome.state === 'sent'
      ? {
          state: 'sent',
          sentChannel: outcome.channel,
          sentId: outcome.id,
          sentPicture: outcome.picture ?? null,
          sentAt: sql`clock_timestamp()`,
          error: null,
          attempts,
        }
      : outcome.state === 'silent'
        ? { state: 'sent', error: null }
        : { state: 'failed', error: outcome.error.slice(0, ERROR_LENGTH), attempts };
  await db
    .update(messages)
    .set({ ...change, heldAt: outcome.state === 'failed' ? null : heldSince(heldAt) })
    .where(eq(messages.id, id));
};

/** What was drawn has its buttons, unless somebody pressed one after it was read. A date here has no microseconds. */
const heldSince = (heldAt: Date | null) =>
  heldAt === null
    ? messages.heldAt
    : sql`case when date_trunc('milliseconds', ${messages.heldAt}) > ${heldAt.toISOString()}::timestamptz then ${messages.heldAt} end`;

/** A try that failed for now: the message stays queued, with the reason. */
export const countAttempt = async (db: Db, messageId: string, error: string): Promise<void> => {
  await db
    .update(messages)
    .set({ attempts: sql`${messages.attempts} + 1`, error: error.slice(0, ERROR_LENGTH) })
    .where(eq(messages.id, messageId));
};
