import { and, desc, eq, ne } from 'drizzle-orm';
import { tokens } from '../../db/schema/index.ts';
import { change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { needToGiveAll } from '../grant/need-to-give-all.ts';
import { mintToken } from '../token/mint.ts';
import { lifeOf, retireTokens } from '../token/retire.ts';
import type { Rotated } from '../token/rotate.ts';
import { findServiceAccount } from './find.ts';

/** PF-19: a new key. The one before stops at once, or works for `overlap` seconds more. */
export const rotateServiceAccount = async (
  ctx: Context,
  input: { organizationId: string; name: string; overlap?: number },
): Promise<Rotated> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'service-accounts:write', 'rotate keys');
    const account = await findServiceAccount(c, input.name);
    await needToGiveAll(c, account.id, `a key of ${account.name}`);
    const rows = await c.db
      .select()
      .from(tokens)
      .where(
        and(
          eq(tokens.organizationId, c.organization.id),
          eq(tokens.principalId, account.id),
          ne(tokens.state, 'revoked'),
        ),
      )
      .orderBy(desc(tokens.createdAt), desc(tokens.id));
    const oldUntil = await retireTokens(c, rows, input.overlap);
    const [before] = rows;
    const made = await mintToken(c, {
      kind: 'service-account',
      name: account.name,
      principalId: account.id,
      usualSeconds: before && lifeOf(before),
    });
    c.audit({
      action: 'service-account.rotated',
      target: account.name,
      facts: {
        before: before?.fingerprint ?? null,
        fingerprint: made.fingerprint,
        oldUntil: oldUntil?.toISOString() ?? null,
        expires: made.expiresAt?.toISOString() ?? null,
      },
    });
    return { ...made, oldUntil };
  });
