import { and, desc, eq, ne, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { members, tokens } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import { grantIsLive, loadHolder } from '../access/holder.ts';
import { holds, look, need, type Standing } from '../change.ts';
import type { Context } from '../context.ts';
import type { Page } from '../member/list.ts';
import type { Organization } from '../organization/organization.ts';
import type { TokenRow } from '../token/find.ts';
import { findServiceAccount, type ServiceAccount } from './find.ts';

export interface ListedServiceAccount {
  name: string;
  state: 'active' | 'deactivated';
  responsible: string | null;
  projects: number;
  lastUsedAt: Date | null;
}

/** Service accounts are seen by whoever reads members, and by whoever manages them. */
const needToSee = (s: Standing): void => {
  if (!holds(s, 'service-accounts:write')) need(s, 'members:read', 'see service accounts');
};

export const listServiceAccounts = async (
  ctx: Context,
  organization: Organization,
  input: { after?: string; size?: number } = {},
): Promise<Page<ListedServiceAccount> & { mayChange: boolean }> =>
  look(ctx, organization, async (s) => {
    needToSee(s);
    const size = input.size ?? 10;
    const rows = rowsOf<{
      name: string;
      state: ListedServiceAccount['state'];
      responsible: string | null;
      projects: number;
      last_used_at: Date | string | null;
    }>(
      await s.db.execute(sql`
        select sa.name, p.state, m.email as responsible,
          (select count(distinct g.project_id)::int from grants g where g.organization_id = sa.organization_id
            and g.principal_id = sa.id and ${grantIsLive}) as projects,
          (select max(t.last_used_at) from tokens t where t.organization_id = sa.organization_id
            and t.principal_id = sa.id) as last_used_at
        from service_accounts sa
        join principals p on p.organization_id = sa.organization_id and p.id = sa.id
        left join members m on m.organization_id = sa.organization_id and m.user_id = sa.responsible_id
        where sa.organization_id = ${organization.id} and sa.name > ${input.after ?? ''}
        order by sa.name limit ${size + 1}`),
    );
    const items = rows.slice(0, size).map(({ last_used_at, ...row }) => ({
      ...row,
      lastUsedAt: last_used_at === null ? null : new Date(last_used_at),
    }));
    return {
      items,
      next: rows.length > size ? items.at(-1)?.name : undefined,
      mayChange: holds(s, 'service-accounts:write'),
    };
  });

export interface ShownServiceAccount {
  account: ServiceAccount;
  responsible: string | null;
  holder: Holder;
  keys: TokenRow[];
  mayChange: boolean;
}

export const showServiceAccount = async (
  ctx: Context,
  organization: Organization,
  name: string,
): Promise<ShownServiceAccount> =>
  look(ctx, organization, async (s) => {
    needToSee(s);
    const account = await findServiceAccount(s, name);
    const holder = await loadHolder(s.db, organization.id, account.id);
    if (!holder) throw new Error('A service account has no principal');
    const keys = await s.db
      .select()
      .from(tokens)
      .where(
        and(
          eq(tokens.organizationId, organization.id),
          eq(tokens.principalId, account.id),
          ne(tokens.state, 'revoked'),
        ),
      )
      .orderBy(desc(tokens.createdAt));
    const [member] = account.responsibleId
      ? await s.db
          .select({ email: members.email })
          .from(members)
          .where(and(eq(members.organizationId, organization.id), eq(members.userId, account.responsibleId)))
      : [];
    return {
      account,
      responsible: member?.email ?? null,
      holder,
      keys,
      mayChange: holds(s, 'service-accounts:write'),
    };
  });
