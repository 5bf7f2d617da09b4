import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import type { Change } from '../change.ts';
import { directMessages, messagesEverywhere } from '../message.ts';
import type { Settings } from '../organization/settings.ts';
import { anyPasskey } from '../passkey/find.ts';
import { type Request, requestName } from '../request/find.ts';
import { operatorIds } from '../user/is-operator.ts';
import { isHighRisk } from './high-risk.ts';

/**
 * A request that only a passkey approves, while none of those who may decide has one: it stands, and they and the
 * requester hear at once what it waits for. No deciders: the operators decide.
 */
export const warnOfMissingPasskeys = async (
  c: Change,
  request: Request,
  policy: Settings,
  deciderIds: readonly string[],
): Promise<void> => {
  if (!isHighRisk(policy, request)) return;
  const ids = deciderIds.length > 0 ? deciderIds : await operatorsBut(c, request.requesterId);
  if (await anyPasskey(c.db, ids)) return;
  const said = (decides: boolean) => ({
    notice: 'passkey-wanted',
    data: { request: requestName(request), role: request.roleName, decides },
  });
  const { id: organizationId } = c.organization;
  const deciders =
    deciderIds.length > 0
      ? await directMessages(c.db, organizationId, ids, said(true))
      : (await messagesEverywhere(c.db, ids, said(true))).map((one) => ({ ...one, organizationId }));
  const asked = { platform: request.askedOn, workspaceId: request.askedIn };
  c.say(
    ...deciders,
    ...(await directMessages(c.db, organizationId, [request.requesterId], said(false), asked)),
  );
};

const operatorsBut = async (c: Change, requesterId: string): Promise<string[]> =>
  rowsOf<{ id: string }>(
    await c.db.execute(sql`
      select id from ${operatorIds(c.ctx.installation)} operator where id <> ${requesterId}`),
  ).map((row) => row.id);
