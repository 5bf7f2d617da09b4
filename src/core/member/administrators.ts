import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { currentRoleId } from '../access/holder.ts';
import type { Change, Standing } from '../change.ts';
import { directMessages, type NewMessage, type Said } from '../message.ts';

/** The active administrators of this moment, those of longest standing first. */
export const administratorsOf = async (
  s: Pick<Standing, 'db' | 'organization'>,
  { except = null, most = null }: { except?: string | null; most?: number | null } = {},
): Promise<{ id: string; email: string }[]> =>
  rowsOf<{ id: string; email: string }>(
    await s.db.execute(sql`
      select p.id, m.email from principals p
      join members m on m.organization_id = p.organization_id and m.user_id = p.id
      join roles r on r.organization_id = p.organization_id and r.id = ${currentRoleId} and r.administers
      where p.organization_id = ${s.organization.id} and p.kind = 'member' and p.state = 'active'
        and p.id is distinct from ${except}::uuid
      order by p.created_at, p.id limit ${most}::int`),
  );

/** A direct message to everybody who runs the organization at this moment. */
export const toAdministrators = async (c: Change, said: Said): Promise<NewMessage[]> =>
  directMessages(
    c.db,
    c.organization.id,
    (await administratorsOf(c)).map(({ id }) => id),
    said,
  );
