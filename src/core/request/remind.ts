import { and, eq, inArray, sql } from 'drizzle-orm';
import { requests } from '../../db/schema/index.ts';
import { type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { inEachOrganization } from '../each-organization.ts';
import { directMessages } from '../message.ts';
import { channelMessages, operatorMessages } from './announce.ts';
import { decidersOf } from './deciders.ts';
import { partiesOf } from './find.ts';
import { type OpenRequest, openRequests, waits } from './open-requests.ts';

/** First after four hours, then daily; and whatever becomes due, one organization hears at most every four hours. */
const FIRST = sql.raw("interval '4 hours'");
const AGAIN = sql.raw("interval '1 day'");

const due = and(
  waits,
  sql`(${requests.remindedAt} is null and ${requests.createdAt} <= clock_timestamp() - ${FIRST}
    or ${requests.remindedAt} <= clock_timestamp() - ${AGAIN})`,
);

/**
 * Reminds those who may decide of what waits: one message to each, that lists all of it. Where there is an approvals
 * channel, the first reminder of a request goes there instead. @returns how many requests were due
 */
export const remindDeciders = async (ctx: Context): Promise<number> => {
  const organizations = await ctx.db
    .selectDistinct({ organizationId: requests.organizationId })
    .from(requests)
    .where(due);
  return inEachOrganization(organizations, (organizationId) =>
    change(ctx, organizationId, async (c) => remindIn(c)),
  );
};

const remindIn = async (c: Change): Promise<number> => {
  const here = eq(requests.organizationId, c.organization.id);
  const recently = await c.db
    .select({ id: requests.id })
    .from(requests)
    .where(and(here, sql`${requests.remindedAt} > clock_timestamp() - ${FIRST}`))
    .limit(1);
  const rows = recently.length > 0 ? [] : await c.db.select().from(requests).where(and(here, due));
  if (rows.length === 0) return 0;
  await c.db
    .update(requests)
    .set({ remindedAt: sql`clock_timestamp()` })
    .where(
      and(
        here,
        inArray(
          requests.id,
          rows.map(({ id }) => id),
        ),
      ),
    );
  const open = await openRequests(c);
  const channels = await channelMessages(c, { notice: 'requests-waiting', data: said(c, 'channel') });
  const first = rows.every(({ remindedAt }) => remindedAt === null);
  if (first && channels.length > 0) c.say(...channels);
  else await remindDirectly(c, open);
  if (rows.some(({ toOperators }) => toOperators)) {
    c.say(
      ...(await operatorMessages(c, undefined, { notice: 'requests-waiting', data: said(c, 'operators') })),
    );
  }
  return rows.length;
};

const said = (c: Change, to: 'channel' | 'operators' | 'decider') => ({
  organizationId: c.organization.id,
  to,
});

const remindDirectly = async (c: Change, open: readonly OpenRequest[]): Promise<void> => {
  const deciders = new Set<string>();
  for (const { request, matter } of open) {
    for (const { id } of await decidersOf(c, partiesOf(request), matter)) deciders.add(id);
  }
  for (const userId of deciders) {
    c.say(
      ...(await directMessages(c.db, c.organization.id, [userId], {
        notice: 'requests-waiting',
        data: { ...said(c, 'decider'), userId },
      })),
    );
  }
};
