import { and, lte, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { invitations } from '../../db/schema/index.ts';
import { change } from '../change.ts';
import type { Context } from '../context.ts';
import { inEachOrganization } from '../each-organization.ts';
import { directMessages } from '../message.ts';

const AT_ONCE = 10_000;
const FIRST = '00000000-0000-0000-0000-000000000000';
/** How many addresses an inviter's digest and an audit event name; the rest is counted. */
const NAMED = 50;

/** Pending invitations past their time become `expired`, set-based; each inviter hears of theirs in one digest. */
export const expireInvitations = async (ctx: Context): Promise<number> => {
  const due = await ctx.db
    .selectDistinct({ organizationId: invitations.organizationId })
    .from(invitations)
    // The state as a parameter, or a clock that moves within the statement, would keep Postgres from the index of
    // pending ones: it would read them all.
    .where(
      and(sql`${invitations.state} = 'pending'`, lte(invitations.expiresAt, sql`statement_timestamp()`)),
    );
  return inEachOrganization(due, async (organizationId) => {
    let batch = await expireBatch(ctx, organizationId, FIRST);
    let total = batch.ended;
    while (batch.next !== undefined) {
      batch = await expireBatch(ctx, organizationId, batch.next);
      total += batch.ended;
    }
    return total;
  });
};

interface Batch {
  ended: number;
  /** The id that the next batch goes on after; ids rise with time, so that one pass over them is enough. */
  next: string | undefined;
}

/** One batch is one change: whoever else changes the organization waits for no more than that. */
const expireBatch = async (ctx: Context, organizationId: string, after: string): Promise<Batch> =>
  change(ctx, organizationId, async (c) => {
    const inviters = rowsOf<{ inviter_id: string; count: number; emails: string[]; last: string }>(
      await c.db.execute(sql`
        with chosen as (
          select id from invitations
          where organization_id = ${organizationId} and id > ${after} and state = 'pending'
            and expires_at <= statement_timestamp()
          order by id limit ${AT_ONCE}),
        ended as (
          update invitations i set state = 'expired', settled_at = expires_at from chosen
          where i.organization_id = ${organizationId} and i.id = chosen.id returning i.id, i.email, i.inviter_id)
        select inviter_id, count(*)::int as count, max(id::text) as last,
          (array_agg(email order by email))[1:${sql.raw(String(NAMED))}] as emails
        from ended group by inviter_id order by inviter_id`),
    );
    const ended = inviters.reduce((sum, { count }) => sum + count, 0);
    c.count('invitations', -ended);
    for (const { inviter_id: inviterId, count, emails } of inviters) {
      c.audit({
        action: 'invitation.expired',
        target: count === 1 ? emails[0] : undefined,
        facts: { emails, count },
      });
      c.say(
        ...(await directMessages(c.db, organizationId, [inviterId], {
          notice: 'invitations-expired',
          data: { emails, count },
        })),
      );
    }
    const last = inviters.map((inviter) => inviter.last).sort();
    return { ended, next: ended === AT_ONCE ? last.at(-1) : undefined };
  });
