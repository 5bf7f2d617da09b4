import { eq, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { connections } from '../../db/schema/index.ts';
import type { Change } from '../change.ts';
import { directMessages, type NewMessage } from '../message.ts';
import type { Role } from '../role/find.ts';
import { decidersOf } from './deciders.ts';
import type { Request } from './find.ts';

export interface Announced {
  /** Who was asked, by address; empty when it went to the operators. */
  deciders: string[];
  toOperators: boolean;
  channels: number;
}

/**
 * Puts the request in front of who may decide: the approvals channel of every connected workspace that has one, else
 * a direct message to each of them; the operators where nobody else may (rule 10).
 */
export const announceRequest = async (
  c: Change,
  request: Request,
  role: Role | undefined,
): Promise<Announced> => {
  const deciders =
    request.toOperators || !role
      ? []
      : await decidersOf(c, request.requesterId, role, request.projectId ?? undefined);
  const card = { notice: 'request', data: { organizationId: c.organization.id, requestId: request.id } };
  if (deciders.length === 0) {
    c.say(...(await operatorMessages(c, request, card)));
    return { deciders: [], toOperators: true, channels: 0 };
  }
  const connected = await c.db
    .select()
    .from(connections)
    .where(eq(connections.organizationId, c.organization.id));
  const channels = connected.flatMap((connection): NewMessage[] => {
    const channel = connection.channels['approvals-channel'];
    if (!channel) return [];
    return [
      {
        ...card,
        organizationId: c.organization.id,
        platform: connection.platform,
        workspaceId: connection.workspaceId,
        recipient: { kind: 'channel', id: channel },
        subjectId: request.id,
      },
    ];
  });
  if (channels.length > 0) {
    c.say(...channels);
  } else {
    const ids = deciders.map((decider) => decider.id);
    c.say(...(await directMessages(c.db, c.organization.id, ids, { ...card, subjectId: request.id })));
  }
  return {
    deciders: deciders.map((decider) => decider.email),
    toOperators: false,
    channels: channels.length,
  };
};

const operatorMessages = async (
  c: Change,
  request: Request,
  card: Pick<NewMessage, 'notice' | 'data'>,
): Promise<NewMessage[]> =>
  rowsOf<{ platform: string; workspace_id: string; external_id: string }>(
    await c.db.execute(sql`
      select distinct on (a.user_id) a.platform, a.workspace_id, a.external_id
      from accounts a join users u on u.id = a.user_id
      where a.unlinked_at is null and a.user_id <> ${request.requesterId}
        and (u.email = any(${sql.param([...c.ctx.installation.operators])}::text[])
          or exists (select from operators o where o.user_id = u.id))
      order by a.user_id, a.linked_at desc`),
  ).map((account) => ({
    ...card,
    organizationId: c.organization.id,
    platform: account.platform,
    workspaceId: account.workspace_id,
    recipient: { kind: 'person', id: account.external_id },
    subjectId: request.id,
  }));
