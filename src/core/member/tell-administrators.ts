import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { currentRoleId } from '../access/holder.ts';
import type { Change } from '../change.ts';
import { directMessages, type NewMessage, type Said } from '../message.ts';

/** A direct message to everybody who runs the organization at this moment. */
export const toAdministrators = async (c: Change, said: Said): Promise<NewMessage[]> => {
  const administrators = rowsOf<{ id: string }>(
    await c.db.execute(sql`
      select p.id from principals p
      join roles r on r.organization_id = p.organization_id and r.id = ${currentRoleId} and r.administers
      where p.organization_id = ${c.organization.id} and p.kind = 'member' and p.state = 'active'`),
  );
  return directMessages(
    c.db,
    c.organization.id,
    administrators.map(({ id }) => id),
    said,
  );
};
