import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { linkCodes } from '../../db/schema/index.ts';
import { linkCode } from './start-link.ts';

/** The code of a letter at the moment it is sent, and how long it still works; undefined when it was used, replaced or has expired. */
export const writtenLinkCode = async (
  db: Db,
  secretKey: string,
  codeId: string,
): Promise<{ code: string; minutes: number } | undefined> => {
  const [open] = await db
    .select({
      id: linkCodes.id,
      minutes: sql<number>`ceil(extract(epoch from ${linkCodes.expiresAt} - clock_timestamp()) / 60)::int`,
    })
    .from(linkCodes)
    .where(
      and(
        eq(linkCodes.id, codeId),
        eq(linkCodes.purpose, 'link'),
        isNull(linkCodes.usedAt),
        gt(linkCodes.expiresAt, sql`clock_timestamp()`),
      ),
    );
  return open && { code: linkCode(secretKey, open.id), minutes: open.minutes };
};
