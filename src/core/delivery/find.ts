import { eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { messages } from '../../db/schema/index.ts';

/** A committed message as it stands: what to draw it from, whom it goes to, and the copy that was sent already. */
export type Outgoing = typeof messages.$inferSelect;

export const findOutgoing = async (db: Db, messageId: string): Promise<Outgoing | undefined> => {
  const [found] = await db.select().from(messages).where(eq(messages.id, messageId));
  return found;
};
