import { eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { ledgers } from '../db/schema/index.ts';
import type { Context } from './context.ts';

class Undone extends Error {}

const sequenceOf = async (db: Db, organizationId: string | undefined): Promise<number | undefined> => {
  if (organizationId === undefined) return undefined;
  const [row] = await db
    .select({ sequence: ledgers.sequence })
    .from(ledgers)
    .where(eq(ledgers.organizationId, organizationId));
  return row?.sequence;
};

/**
 * Does something and takes all of it back: whether it would be refused, and whether it would change the organization.
 * Nothing of it is kept, sent or audited.
 */
export const rehearse = async <C extends Context, T>(
  ctx: C,
  organizationId: string | undefined,
  run: (ctx: C) => Promise<T>,
): Promise<{ result: T; changes: boolean }> => {
  let rehearsed: { result: T; changes: boolean } | undefined;
  await ctx.db
    .transaction(async (tx) => {
      const db = tx as Db;
      const before = await sequenceOf(db, organizationId);
      const result = await run({ ...ctx, db, interaction: undefined });
      rehearsed = { result, changes: before !== (await sequenceOf(db, organizationId)) };
      throw new Undone('Taken back');
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error;
    });
  if (!rehearsed) throw new Error('The rehearsal did not end');
  return rehearsed;
};
