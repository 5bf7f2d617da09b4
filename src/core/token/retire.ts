import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import { tokens } from '../../db/schema/index.ts';
import type { Change } from '../change.ts';
import { DomainError } from '../errors.ts';
import type { TokenRow } from './find.ts';

const LONGEST_OVERLAP = 30 * 86_400;

/**
 * PF-19: what a rotation does to the secrets before the new one: they stop at once, or live on for `overlap` seconds.
 * @returns until when the old ones work; null if they stopped
 */
export const retireTokens = async (
  c: Change,
  rows: readonly TokenRow[],
  overlap: number | undefined,
): Promise<Date | null> => {
  if (overlap !== undefined && overlap > LONGEST_OVERLAP) {
    throw new DomainError('invalid', 'Nothing was rotated: an overlap lasts 30 days at most.', {
      todo: 'Use a shorter one, such as overlap:24h.',
      field: 'overlap',
    });
  }
  if (rows.length === 0) return null;
  const until = overlap === undefined ? null : new Date(c.now.getTime() + overlap * 1000);
  const end = sql`least(${tokens.expiresAt}, ${until?.toISOString() ?? null}::timestamptz)`;
  await c.db
    .update(tokens)
    .set(until ? { expiresAt: end } : { state: 'revoked' })
    .where(
      and(
        eq(tokens.organizationId, c.organization.id),
        inArray(
          tokens.id,
          rows.map((row) => row.id),
        ),
        ne(tokens.state, 'revoked'),
      ),
    );
  return until;
};

/** The life that a token was given when it was made: a rotation gives the same again where nothing else is asked for. */
export const lifeOf = (row: TokenRow): number | undefined =>
  row.expiresAt === null ? undefined : Math.ceil((row.expiresAt.getTime() - row.createdAt.getTime()) / 1000);
