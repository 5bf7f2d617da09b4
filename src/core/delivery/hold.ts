import { and, eq, lt, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { messages } from '../../db/schema/index.ts';
import type { Context, Job, PlatformName } from '../context.ts';
import { redelivered } from '../message.ts';

/** A message that was posted, as its platform names it. */
export interface Posted {
  platform: PlatformName;
  channel: string;
  id: string;
}

const drawn = {
  id: messages.id,
  platform: messages.platform,
  workspaceId: messages.workspaceId,
  recipient: messages.recipient,
};

/**
 * Notes that a message has lost its buttons to somebody's press, so that they come back whatever ends this process.
 * @returns the job that draws it anew, unless that has been done since; undefined where the message is not drawn from here
 */
export const holdMessage = async (
  db: Db,
  { platform, channel, id }: Posted,
): Promise<(Job & { queue: 'deliver' }) | undefined> => {
  const [held] = await db
    .update(messages)
    .set({ heldAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(messages.platform, platform),
        eq(messages.sentChannel, channel),
        eq(messages.sentId, id),
        // As the index says it: a parameter would keep Postgres from it.
        sql`${messages.recipientKind} <> 'address'`,
      ),
    )
    .returning(drawn);
  if (!held) return undefined;
  return { ...redelivered(held), queue: 'deliver', data: { messageId: held.id, only: 'held' } };
};

/** Draws what a process that is gone has left without its buttons. */
export const drawForgotten = async (ctx: Context): Promise<number> =>
  ctx.db.transaction(async (tx) => {
    const db = tx as Db;
    const forgotten = await db
      .update(messages)
      .set({ heldAt: null })
      .where(lt(messages.heldAt, sql`clock_timestamp() - interval '15 seconds'`))
      .returning(drawn);
    if (forgotten.length > 0) await ctx.enqueue(db, forgotten.map(redelivered));
    return forgotten.length;
  });
