import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { inEachOrganization } from '../each-organization.ts';
import { directMessages } from '../message.ts';

const AT_ONCE = 10_000;
/** How many addresses an inviter's digest and an audit event name; the rest is counted. */
const NAMED = 50;

// The state as a parameter, or a clock that moves within the statement, would keep Postgres from the index of pending
// ones: it would read them all.
const due = sql`i.state = 'pending' and i.expires_at <= statement_timestamp()`;

/**
 * Pending invitations past their time become `expired`, set-based; each inviter hears of theirs in one digest, with the
 * last of them. A crash among very many costs an inviter no more than a part of that count.
 */
export const expireInvitations = async (ctx: Context): Promise<number> => {
  const organizations = rowsOf<{ organizationId: string }>(
    await ctx.db.execute(sql`
      select o.id as "organizationId" from organizations o
      where exists (select from invitations i where i.organization_id = o.id and ${due})`),
  );
  return inEachOrganization(organizations, async (organizationId) => {
    const untold: Digests = new Map();
    let batch = await expireBatch(ctx, organizationId, { untold, left: undefined });
    let total = batch.ended;
    const left = batch.last && (await dueByInviter(ctx.db, organizationId));
    while (batch.last) {
      batch = await expireBatch(ctx, organizationId, { untold, left, after: batch.last });
      total += batch.ended;
    }
    return total;
  });
};

/** A place among those that are due. The time is Postgres's own text, which has more digits than ours. */
interface Place {
  at: string;
  id: string;
}

const placeOf = ({ at, id }: Place) => sql`(${at}::timestamptz, ${id}::uuid)`;

type Digests = Map<string, { count: number; emails: string[] }>;

interface Pass {
  /** What inviters have yet to hear of. */
  untold: Digests;
  /** How many of theirs are still to come; undefined before anybody has looked. */
  left: Map<string, number> | undefined;
  after?: Place;
}

const dueByInviter = async (db: Db, organizationId: string): Promise<Map<string, number>> =>
  new Map(
    rowsOf<{ id: string; count: number }>(
      await db.execute(sql`
        select i.inviter_id as id, count(*)::int as count from invitations i
        where i.organization_id = ${organizationId} and ${due} group by i.inviter_id`),
    ).map(({ id, count }) => [id, count]),
  );

/** One batch is one change: whoever else changes the organization waits for no more than that. */
const expireBatch = async (
  ctx: Context,
  organizationId: string,
  { untold, left, after }: Pass,
): Promise<{ ended: number; last: Place | undefined }> =>
  change(ctx, organizationId, async (c) => {
    const here = sql`i.organization_id = ${organizationId} and ${due}
      ${after ? sql`and (i.expires_at, i.id) > ${placeOf(after)}` : sql``}`;
    // By their places in the table: for a list of ids, or a range of times, Postgres may read every invitation there is.
    const rows = rowsOf<{ inviter_id: string; count: number; emails: string[] } & Place>(
      await c.db.execute(sql`
        with batch as (
          select i.ctid, i.expires_at, i.id from invitations i where ${here}
          order by i.expires_at, i.id limit ${AT_ONCE}),
        ended as (
          update invitations i set state = 'expired', settled_at = i.expires_at from batch
          where i.ctid = batch.ctid
          returning i.email, i.inviter_id),
        last as (select expires_at::text as at, id from batch order by expires_at desc, id desc limit 1)
        select inviter_id, count(*)::int as count,
          (array_agg(email order by email))[1:${sql.raw(String(NAMED))}] as emails, last.at, last.id
        from ended cross join last group by inviter_id, last.at, last.id order by inviter_id`),
    );
    const ended = rows.reduce((sum, { count }) => sum + count, 0);
    const last = ended < AT_ONCE ? undefined : rows[0];
    for (const { inviter_id: inviterId, count, emails } of rows) {
      c.count('invitations', -count);
      c.audit({
        action: 'invitation.expired',
        target: count === 1 ? emails[0] : undefined,
        facts: { emails, count },
      });
      const before = untold.get(inviterId);
      untold.set(inviterId, {
        count: (before?.count ?? 0) + count,
        emails: [...(before?.emails ?? []), ...emails].slice(0, NAMED),
      });
      left?.set(inviterId, (left.get(inviterId) ?? 0) - count);
    }
    const complete = (inviterId: string) => !last || (left !== undefined && (left.get(inviterId) ?? 0) <= 0);
    await tell(c, untold, complete);
    return { ended, last };
  });

const tell = async (c: Change, untold: Digests, complete: (inviterId: string) => boolean): Promise<void> => {
  for (const [inviterId, data] of untold) {
    if (!complete(inviterId)) continue;
    untold.delete(inviterId);
    c.say(
      ...(await directMessages(c.db, c.organization.id, [inviterId], {
        notice: 'invitations-expired',
        data,
        subjectId: c.organization.id,
      })),
    );
  }
};
