import { lt, sql } from 'drizzle-orm';
import { interactions, linkCodes, passkeyEnrolments, stepUps } from '../../db/schema/index.ts';
import type { Context } from '../context.ts';

/** Forgets what no delivery can repeat any more, and nobody asks about: claimed deliveries, dead codes and links. */
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
    db
      .delete(passkeyEnrolments)
      .where(lt(passkeyEnrolments.expiresAt, sql`clock_timestamp() - interval '7 days'`))
      .returning(),
    db.delete(stepUps).where(lt(stepUps.expiresAt, sql`clock_timestamp() - interval '7 days'`)).returning(),
  ]);
  return gone.reduce((total, rows) => total + rows.length, 0);
};
