import { and, eq, ne } from 'drizzle-orm';
import { tokens } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import type { Change } from '../change.ts';
import { revokeRows } from './revoke.ts';

/** Rule 12: a membership's end revokes the personal tokens; organization tokens go on working (CW-36). @returns how many */
export const endPersonalTokens = async (c: Change, target: Holder): Promise<number> => {
  const mine = await c.db
    .select()
    .from(tokens)
    .where(
      and(
        eq(tokens.organizationId, c.organization.id),
        eq(tokens.principalId, target.id),
        eq(tokens.kind, 'personal'),
        ne(tokens.state, 'revoked'),
      ),
    );
  await revokeRows(c, mine, `the membership of ${target.email} ended`);
  return mine.length;
};
