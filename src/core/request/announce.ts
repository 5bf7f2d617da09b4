import { and, eq, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { connections, requests } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import type { Change } from '../change.ts';
import { directMessages, type NewMessage } from '../message.ts';
import { warnOfMissingPasskeys } from '../step-up/warn.ts';
import { operatorIds } from '../user/is-operator.ts';
import { approvalsNeeded, decidersOf, type Matter, tooFew } from './deciders.ts';
import { partiesOf, type Request } from './find.ts';

export interface Announced {
  /** Who was asked, by address. */
  deciders: string[];
  /** How many different people approve before it is done. */
  required: number;
  /** Fewer than that may decide here, so that operators do, or complete it. */
  toOperators: boolean;
  channels: number;
}

/**
 * Puts the request in front of who may decide: the approvals channel of every connected workspace that has one, else
 * a direct message to each of them; the operators where too few others may (rule 10).
 */
export const announceRequest = async (c: Change, request: Request, matter: Matter): Promise<Announced> => {
  const required = approvalsNeeded(matter);
  const all = request.toOperators ? [] : await decidersOf(c, partiesOf(request), matter);
  const deciders = all.filter(({ told }) => told);
  const toOperators = await tooFew(c, all, matter);
  await warnOfMissingPasskeys(
    c,
    request,
    matter.policy,
    deciders.map((decider) => decider.id),
  );
  if (toOperators) await leaveToOperators(c, request);
  const channels = deciders.length > 0 ? await askDeciders(c, request, deciders) : 0;
  return { deciders: deciders.map((decider) => decider.email), required, toOperators, channels };
};

const cardOf = (c: Change, request: Request) => ({
  notice: 'request',
  data: { organizationId: c.organization.id, requestId: request.id },
  subjectId: request.id,
});

/** Tells everybody who could have approved it of what was taken; the operators where nobody else could. */
export const announceTaken = async (c: Change, request: Request, matter: Matter): Promise<void> => {
  const all = await decidersOf(c, partiesOf(request), matter);
  const deciders = all.filter(({ told }) => told);
  if (deciders.length === 0) await leaveToOperators(c, request);
  await askDeciders(c, request, deciders);
};

const leaveToOperators = async (c: Change, request: Request): Promise<void> => {
  await c.db
    .update(requests)
    .set({ toOperators: true })
    .where(and(eq(requests.organizationId, c.organization.id), eq(requests.id, request.id)));
  await askOperatorsOf(c, request);
};

/** @returns into how many channels it went */
const askDeciders = async (c: Change, request: Request, deciders: readonly Holder[]): Promise<number> => {
  const channels = await channelMessages(c, cardOf(c, request));
  c.say(
    ...(channels.length > 0
      ? channels
      : await directMessages(
          c.db,
          c.organization.id,
          deciders.map((decider) => decider.id),
          cardOf(c, request),
        )),
  );
  return channels.length;
};

type Said = Pick<NewMessage, 'notice' | 'data' | 'subjectId'>;

/** The same in the approvals channel of every connected workspace that has one. */
export const channelMessages = async (c: Change, said: Said): Promise<NewMessage[]> =>
  (await c.db.select().from(connections).where(eq(connections.organizationId, c.organization.id))).flatMap(
    (connection): NewMessage[] => {
      const channel = connection.channels['approvals-channel'];
      if (!channel) return [];
      return [
        {
          ...said,
          organizationId: c.organization.id,
          platform: connection.platform,
          workspaceId: connection.workspaceId,
          recipient: { kind: 'channel', id: channel },
        },
      ];
    },
  );

export const askOperatorsOf = async (c: Change, request: Request): Promise<void> =>
  c.say(...(await operatorMessages(c, request.requesterId, cardOf(c, request))));

/** A direct message to every operator, but for this person. */
export const operatorMessages = async (
  c: Change,
  except: string | undefined,
  said: Said,
): Promise<NewMessage[]> =>
  rowsOf<{ platform: string; workspace_id: string; external_id: string }>(
    await c.db.execute(sql`
      select a.platform, a.workspace_id, a.external_id from ${operatorIds(c.ctx.installation)} operator
      cross join lateral (
        select platform, workspace_id, external_id from accounts
        where user_id = operator.id and unlinked_at is null order by linked_at desc limit 1) a
      where operator.id is distinct from ${except ?? null} order by operator.id`),
  ).map((account) => ({
    ...said,
    organizationId: c.organization.id,
    platform: account.platform,
    workspaceId: account.workspace_id,
    recipient: { kind: 'person', id: account.external_id },
  }));
