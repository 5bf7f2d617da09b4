import { and, eq, isNull, sql } from 'drizzle-orm';
import { linkCodes, operators } from '../../db/schema/index.ts';
import { changeInstallation } from '../change-installation.ts';
import type { Context } from '../context.ts';
import { newId } from '../id.ts';
import { linkCode, linkCodeHash } from './start-link.ts';

/** A new single-use code for whoever starts the installation, while it has no operator; undefined once it has one. */
export const makeSetupCode = async (ctx: Context): Promise<string | undefined> => {
  if (ctx.installation.operators.length > 0) return undefined;
  return changeInstallation(ctx, async ({ db }) => {
    if ((await db.select({ id: operators.userId }).from(operators).limit(1)).length > 0) return undefined;
    const id = newId();
    const code = linkCode(ctx.installation.secretKey, id);
    await db
      .delete(linkCodes)
      .where(
        and(
          eq(linkCodes.purpose, 'setup'),
          isNull(linkCodes.usedAt),
          sql`${linkCodes.expiresAt} < clock_timestamp()`,
        ),
      );
    await db.insert(linkCodes).values({
      id,
      purpose: 'setup',
      hash: linkCodeHash(ctx.installation.secretKey, code),
      expiresAt: sql`clock_timestamp() + interval '7 days'`,
    });
    return code;
  });
};
