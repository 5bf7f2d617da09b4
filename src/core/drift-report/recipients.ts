import { eq, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { connections } from '../../db/schema/index.ts';
import { currentRoleId } from '../access/holder.ts';
import type { Change } from '../change.ts';
import { directMessages, type NewMessage } from '../message.ts';

export type Said = Pick<NewMessage, 'notice' | 'data' | 'subjectId'>;

/** The drift channel of every connected workspace that has one. */
export const inChannels = async (c: Change, said: Said): Promise<NewMessage[]> => {
  const connected = await c.db
    .select()
    .from(connections)
    .where(eq(connections.organizationId, c.organization.id));
  return connected.flatMap(({ platform, workspaceId, channels }): NewMessage[] => {
    const id = channels['drift-channel'];
    if (!id) return [];
    return [
      {
        ...said,
        organizationId: c.organization.id,
        platform,
        workspaceId,
        recipient: { kind: 'channel', id },
      },
    ];
  });
};

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
