import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import type { Holder } from '../access/evaluate.ts';
import { currentRoleId, grantIsLive } from '../access/holder.ts';
import { look, need } from '../change.ts';
import type { Context } from '../context.ts';
import type { Organization } from '../organization/organization.ts';
import { accountsOf, findMember, type Person } from './find.ts';

export interface ListedMember {
  email: string;
  state: 'active' | 'deactivated';
  role: string | null;
  until: Date | null;
  projects: number;
}

export interface Page<T> {
  items: T[];
  /** Where the next page starts, if there is one: the last key of this page. */
  next: string | undefined;
}

/** Members by address, a page at a time (keyset: cheap at any depth). */
export const listMembers = async (
  ctx: Context,
  organization: Organization,
  input: { after?: string; size?: number } = {},
): Promise<Page<ListedMember> & { total: number }> =>
  look(ctx, organization, async (s) => {
    need(s, 'members:list', 'list members');
    const size = input.size ?? 10;
    const rows = rowsOf<{
      email: string;
      state: ListedMember['state'];
      role: string | null;
      until: string | Date | null;
      projects: number;
      total: number;
    }>(
      await s.db.execute(sql`
        select m.email, p.state, r.name as role,
          case when p.role_until > clock_timestamp() then p.role_until end as until,
          (select count(distinct g.project_id)::int from grants g where g.organization_id = p.organization_id
            and g.principal_id = p.id and ${grantIsLive}) as projects,
          (select l.members from ledgers l where l.organization_id = p.organization_id) as total
        from members m
        join principals p on p.organization_id = m.organization_id and p.id = m.user_id and p.state <> 'removed'
        left join roles r on r.organization_id = p.organization_id and r.id =
          ${currentRoleId}
        where m.organization_id = ${organization.id} and m.email > ${input.after ?? ''}
        order by m.email limit ${size + 1}`),
    );
    const items = rows.slice(0, size).map(({ total: _, until, ...row }) => ({
      ...row,
      until: until === null ? null : new Date(until),
    }));
    return {
      items,
      next: rows.length > size ? items.at(-1)?.email : undefined,
      total: rows[0]?.total ?? 0,
    };
  });

export interface ShownMember {
  holder: Holder;
  accounts: { platform: string; workspaceId: string; externalId: string }[];
}

/** One member whole: for who may read members, and for everybody about themselves. */
export const showMember = async (
  ctx: Context,
  organization: Organization,
  person: Person,
): Promise<ShownMember> =>
  look(ctx, organization, async (s) => {
    const holder = await findMember(s, person).catch((error: unknown) => {
      need(s, 'members:read', "read members' details");
      throw error;
    });
    if (holder.id !== s.me?.id) need(s, 'members:read', "read members' details");
    return { holder, accounts: await accountsOf(s.db, holder.id) };
  });
