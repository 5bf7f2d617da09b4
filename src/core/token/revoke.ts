import { and, eq, inArray, ne } from 'drizzle-orm';
import { grants, principals, tokens } from '../../db/schema/index.ts';
import { activeMember, type Change, change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { endGrants } from '../grant/revoke.ts';
import { findAnyToken, findPersonalToken, type TokenRow } from './find.ts';

/** Revokes rows for good inside a change; an organization token without a live row ends with all that it was given. */
export const revokeRows = async (c: Change, rows: readonly TokenRow[], reason?: string): Promise<void> => {
  const here = c.organization.id;
  if (rows.length === 0) return;
  await c.db
    .update(tokens)
    .set({ state: 'revoked' })
    .where(
      and(
        eq(tokens.organizationId, here),
        inArray(
          tokens.id,
          rows.map((row) => row.id),
        ),
      ),
    );
  for (const { name, kind, fingerprint } of rows) {
    c.audit({ action: 'token.revoked', target: name, reason, facts: { kind, fingerprint } });
  }
  const owned = rows.filter((row) => row.kind === 'organization');
  for (const { principalId, name } of new Map(owned.map((row) => [row.principalId, row])).values()) {
    const left = await c.db
      .select({ id: tokens.id })
      .from(tokens)
      .where(
        and(
          eq(tokens.organizationId, here),
          eq(tokens.principalId, principalId),
          ne(tokens.state, 'revoked'),
        ),
      )
      .limit(1);
    if (left.length > 0) continue;
    for (const facts of await endGrants(c, eq(grants.principalId, principalId))) {
      c.audit({ action: 'grant.revoked', target: `token:${name}`, facts: { ...facts } });
    }
    await c.db
      .update(principals)
      .set({ state: 'removed', roleId: null })
      .where(and(eq(principals.organizationId, here), eq(principals.id, principalId)));
  }
};

/** Ends an organization token for good, or any token of the organization named by its id. */
export const revokeToken = async (
  ctx: Context,
  input: { organizationId: string; name: string; reason?: string },
): Promise<{ name: string }> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'tokens:write', 'revoke tokens');
    const rows = await findAnyToken(c, input.name);
    await revokeRows(c, rows, input.reason);
    return { name: rows[0].name };
  });

/** Ends a token of the acting member's own for good. */
export const revokePersonalToken = async (
  ctx: Context,
  input: { organizationId: string; name: string },
): Promise<{ name: string }> =>
  change(ctx, input.organizationId, async (c) => {
    const rows = await findPersonalToken(c, activeMember(c).id, input.name);
    await revokeRows(c, rows);
    return { name: rows[0].name };
  });
