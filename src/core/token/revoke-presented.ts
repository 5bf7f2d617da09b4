import { and, eq, ne } from 'drizzle-orm';
import { tokens } from '../../db/schema/index.ts';
import { change, need } from '../change.ts';
import type { Context } from '../context.ts';
import type { Authenticated } from './authenticate.ts';
import { revokeRows } from './revoke.ts';
import { parseToken } from './text.ts';

/**
 * Revokes the token that was handed in (RFC 7009): the caller's own, or any of the organization for who holds
 * `tokens:write`. What no longer works, never did or belongs to others is none of the caller's business: nothing.
 * @throws DomainError `forbidden`, whether or not there is such a token
 */
export const revokePresented = async (
  ctx: Omit<Context, 'actor'>,
  caller: Authenticated,
  text: string,
): Promise<void> => {
  const parsed = parseToken(text);
  if (!parsed || parsed.organizationId !== caller.organizationId) return;
  const name = caller.principal.email || `${caller.kind}:${caller.name}`;
  const actor = { kind: 'token', name, principalId: caller.principal.id } as const;
  await change({ ...ctx, actor }, caller.organizationId, async (c) => {
    const [row] = await c.db
      .select()
      .from(tokens)
      .where(
        and(
          eq(tokens.organizationId, c.organization.id),
          eq(tokens.secretHash, parsed.hash),
          ne(tokens.state, 'revoked'),
        ),
      );
    if (row?.id !== caller.tokenId) need(c, 'tokens:write', 'revoke tokens');
    if (row) await revokeRows(c, [row], 'RFC 7009');
  });
};
