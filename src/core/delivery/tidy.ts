import { lt, sql } from 'drizzle-orm';
import { interactions, linkCodes } from '../../db/schema/index.ts';
import type { Context } from '../context.ts';

/** Forgets what no delivery can repeat any more: claimed deliveries, dead codes. */
export const tidyDeliveries = async ({ db }: Context): Promise<number> => {
  const gone = await Promise.all([
    db
      .delete(interactions)
      .where(lt(interactions.createdAt, sql`clock_timestamp() - interval '7 days'`))
      .returning(),
    db
      .delete(linkCodes)
      .where(lt(linkCodes.expiresAt, sql`clock_timestamp() - interval '7 days'`))
      .returning(),
  ]);
  return gone.reduce((total, rows) => total + rows.length, 0);
};
