import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import type { Context } from '../context.ts';
import type { Page } from '../member/list.ts';
import { needOperator } from '../user/need-operator.ts';

export interface ListedOrganization {
  slug: string;
  name: string;
  model: string;
  members: number;
  isDefault: boolean;
}

/** Every organization of the installation, for operators, by slug; no more than naming and counting (rule 11). */
export const listAllOrganizations = async (
  ctx: Context,
  input: { after?: string | undefined; size?: number } = {},
): Promise<Page<ListedOrganization> & { total: number }> => {
  needOperator(ctx, 'list all organizations');
  const size = input.size ?? 10;
  const rows = rowsOf<ListedOrganization & { total: number }>(
    await ctx.db.execute(sql`
      select o.slug, o.name, o.model, l.members,
        exists (select from installation i where i.default_organization_id = o.id) as "isDefault",
        (select count(*)::int from organizations) as total
      from organizations o join ledgers l on l.organization_id = o.id
      where o.slug > ${input.after ?? ''}
      order by o.slug limit ${size + 1}`),
  );
  const items = rows.slice(0, size).map(({ total: _, ...row }) => row);
  return {
    items,
    next: rows.length > size ? items.at(-1)?.slug : undefined,
    total: rows[0]?.total ?? 0,
  };
};
