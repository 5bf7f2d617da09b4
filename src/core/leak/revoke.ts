import { and, eq, ne } from 'drizzle-orm';
import { serviceAccounts, tokens } from '../../db/schema/index.ts';
import { loadHolder } from '../access/holder.ts';
import { type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { toAdministrators } from '../member/administrators.ts';
import { directMessages } from '../message.ts';
import type { TokenRow } from '../token/find.ts';
import { revokeRows } from '../token/revoke.ts';
import type { ParsedToken } from '../token/text.ts';

/**
 * Revokes a token that somebody wrote into a message, whoever it was: whoever has it could use it, or revoke it over
 * HTTP (RFC 7009). Whose it is hears of it; the administrators where that is nobody in particular.
 */
export const revokeLeaked = async (
  ctx: Omit<Context, 'actor'>,
  { organizationId, hash }: ParsedToken,
  by: string,
): Promise<void> => {
  const live = and(
    eq(tokens.organizationId, organizationId),
    eq(tokens.secretHash, hash),
    ne(tokens.state, 'revoked'),
  );
  if ((await ctx.db.$count(tokens, live)) === 0) return;
  const actor = { kind: 'system', name: 'leaks' } as const;
  await change({ ...ctx, actor }, organizationId, async (c) => {
    const [row] = await c.db.select().from(tokens).where(live);
    if (!row) return;
    await revokeRows(c, [row], `Written into a message by ${by}`);
    const said = { notice: 'token-leaked', data: { token: row.name, kind: row.kind, by } };
    const owner = await ownerOf(c, row);
    const told = owner ? await directMessages(c.db, organizationId, [owner], said) : [];
    c.say(...(told.length > 0 ? told : await toAdministrators(c, said)));
  });
};

/** The active member who answers for a token: its own, its associated, or its service account's responsible one. */
const ownerOf = async (c: Change, row: TokenRow): Promise<string | undefined> => {
  const here = c.organization.id;
  const [account] =
    row.kind === 'service-account'
      ? await c.db
          .select({ id: serviceAccounts.responsibleId })
          .from(serviceAccounts)
          .where(and(eq(serviceAccounts.organizationId, here), eq(serviceAccounts.id, row.principalId)))
      : [{ id: row.kind === 'personal' ? row.principalId : row.associatedId }];
  if (!account?.id) return undefined;
  const holder = await loadHolder(c.db, here, account.id);
  return holder?.state === 'active' ? holder.id : undefined;
};
