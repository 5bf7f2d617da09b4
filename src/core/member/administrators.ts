import { and, eq, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { roles } from '../../db/schema/index.ts';
import { currentRoleId } from '../access/holder.ts';
import type { Change, Standing } from '../change.ts';
import { directMessages, type NewMessage, type Said } from '../message.ts';
import { roleHolders } from './role-holders.ts';

/** The active administrators of this moment, those of longest standing first. */
export const administratorsOf = async (
  s: Pick<Standing, 'db' | 'organization'>,
  { except = null, most = null }: { except?: string | null; most?: number | null } = {},
): Promise<{ id: string; email: string }[]> => {
  const here = s.organization.id;
  const administering = await s.db
    .select({ id: roles.id })
    .from(roles)
    .where(and(eq(roles.organizationId, here), roles.administers));
  const roleIds = administering.map(({ id }) => id);
  return rowsOf<{ id: string; email: string }>(
    await s.db.execute(sql`
      select p.id, m.email from (${roleHolders(here, roleIds)}) holder
      join principals p on p.organization_id = ${here} and p.id = holder.id
      join members m on m.organization_id = p.organization_id and m.user_id = p.id
      where ${currentRoleId} = any(${sql.param(roleIds)}::uuid[]) and p.state = 'active'
        and p.id is distinct from ${except}::uuid
      order by p.created_at, p.id limit ${most}::int`),
  );
};

/** A direct message to everybody who runs the organization at this moment. */
export const toAdministrators = async (c: Change, said: Said): Promise<NewMessage[]> =>
  directMessages(
    c.db,
    c.organization.id,
    (await administratorsOf(c)).map(({ id }) => id),
    said,
  );
