import { eq } from 'drizzle-orm';
import { connections } from '../../db/schema/index.ts';
import type { Change } from '../change.ts';
import type { NewMessage, Said } from '../message.ts';

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
