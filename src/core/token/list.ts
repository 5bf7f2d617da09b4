import { and, desc, eq, ne, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { tokens } from '../../db/schema/index.ts';
import { activeMember, holds, look, need } from '../change.ts';
import type { Context } from '../context.ts';
import { isId } from '../id.ts';
import type { Page } from '../member/list.ts';
import type { Organization } from '../organization/organization.ts';
import type { TokenRow } from './find.ts';
import type { TokenKind } from './text.ts';

export interface ListedToken {
  id: string;
  kind: TokenKind;
  name: string;
  /** Whose personal token it is, or whom an organization token is associated with. */
  member: string | null;
  /** `inert`: the token is active and its member or service account is not. */
  state: 'active' | 'deactivated' | 'expired' | 'inert';
  /** The organization role of an organization token. */
  role: string | null;
  fingerprint: string;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

type Row = Omit<ListedToken, 'expiresAt' | 'lastUsedAt'> & {
  expires_at: Date | string | null;
  last_used_at: Date | string | null;
};

const NIL = '00000000-0000-0000-0000-000000000000';

const dateOf = (at: Date | string | null): Date | null => (at === null ? null : new Date(at));

/**
 * CW-04: every token of the organization that is not revoked, for who may read them; anybody else is refused, and
 * never shown a shorter list.
 */
export const listTokens = async (
  ctx: Context,
  organization: Organization,
  input: { after?: string; size?: number } = {},
): Promise<Page<ListedToken> & { mayChange: boolean }> =>
  look(ctx, organization, async (s) => {
    need(s, 'tokens:read', 'list tokens');
    const size = input.size ?? 10;
    const [name = '', after = ''] = input.after?.split('/') ?? [];
    const id = isId(after) ? after : NIL;
    const rows = rowsOf<Row>(
      await s.db.execute(sql`
        select t.id, t.kind, t.name, coalesce(m.email, a.email) as member, r.name as role, t.fingerprint, t.expires_at, t.last_used_at,
          case when t.expires_at <= clock_timestamp() then 'expired' when t.state <> 'active' then t.state
            when p.state <> 'active' then 'inert' else 'active' end as state
        from tokens t
        join principals p on p.organization_id = t.organization_id and p.id = t.principal_id
        left join roles r on r.organization_id = p.organization_id and r.id = p.role_id and t.kind = 'organization'
        left join members m on m.organization_id = t.organization_id and m.user_id = t.principal_id
        left join members a on a.organization_id = t.organization_id and a.user_id = t.associated_id
        where t.organization_id = ${organization.id} and t.state <> 'revoked' and (t.name, t.id) > (${name}, ${id}::uuid)
        order by t.name, t.id limit ${size + 1}`),
    );
    const items = rows.slice(0, size).map(({ expires_at, last_used_at, ...row }) => ({
      ...row,
      expiresAt: dateOf(expires_at),
      lastUsedAt: dateOf(last_used_at),
    }));
    const last = items.at(-1);
    return {
      items,
      next: rows.length > size && last ? `${last.name}/${last.id}` : undefined,
      mayChange: holds(s, 'tokens:write'),
    };
  });

/** The acting member's own tokens, newest first. */
export const listPersonalTokens = async (
  ctx: Context,
  organization: Organization,
): Promise<{ tokens: TokenRow[]; now: Date; kept: boolean }> =>
  look(ctx, organization, async (s) => {
    const me = activeMember(s);
    const mine = await s.db
      .select()
      .from(tokens)
      .where(
        and(
          eq(tokens.organizationId, organization.id),
          eq(tokens.principalId, me.id),
          eq(tokens.kind, 'personal'),
          ne(tokens.state, 'revoked'),
        ),
      )
      .orderBy(desc(tokens.createdAt));
    return { tokens: mine, now: s.now, kept: organization.model.policies.tokens.includes('personal') };
  });
