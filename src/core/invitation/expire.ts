import { and, eq, inArray, lte, sql } from 'drizzle-orm';
import { invitations } from '../../db/schema/index.ts';
import { change } from '../change.ts';
import type { Context } from '../context.ts';
import { inEachOrganization } from '../each-organization.ts';
import { directMessages } from '../message.ts';

const AT_ONCE = 10_000;
/** How many addresses an inviter's digest and an audit event name; the rest is counted. */
const NAMED = 50;

/** Pending invitations past their time become `expired`, set-based; each inviter hears of theirs in one digest. */
export const expireInvitations = async (ctx: Context): Promise<number> => {
  const due = await ctx.db
    .selectDistinct({ organizationId: invitations.organizationId })
    .from(invitations)
    .where(and(eq(invitations.state, 'pending'), lte(invitations.expiresAt, sql`clock_timestamp()`)));
  return inEachOrganization(due, async (organizationId) => {
    let total = 0;
    for (let ended = AT_ONCE; ended === AT_ONCE; total += ended)
      ended = await expireBatch(ctx, organizationId);
    return total;
  });
};

/** One batch is one change: whoever else changes the organization waits for no more than that. */
const expireBatch = async (ctx: Context, organizationId: string): Promise<number> =>
  change(ctx, organizationId, async (c) => {
    const chosen = c.db
      .select({ id: invitations.id })
      .from(invitations)
      .where(
        and(
          eq(invitations.organizationId, organizationId),
          eq(invitations.state, 'pending'),
          lte(invitations.expiresAt, sql`clock_timestamp()`),
        ),
      )
      .limit(AT_ONCE);
    const rows = await c.db
      .update(invitations)
      .set({ state: 'expired', settledAt: sql`${invitations.expiresAt}` })
      .where(and(eq(invitations.organizationId, organizationId), inArray(invitations.id, chosen)))
      .returning({ email: invitations.email, inviterId: invitations.inviterId });
    if (rows.length === 0) return 0;
    c.count('invitations', -rows.length);
    const byInviter = Map.groupBy(rows, (row) => row.inviterId);
    for (const [inviterId, theirs] of byInviter) {
      const emails = theirs.map((row) => row.email).sort();
      c.audit({
        action: 'invitation.expired',
        target: emails.length === 1 ? emails[0] : undefined,
        facts: { emails: emails.slice(0, NAMED), count: emails.length },
      });
      c.say(
        ...(await directMessages(c.db, organizationId, [inviterId], {
          notice: 'invitations-expired',
          data: { emails: emails.slice(0, NAMED), count: emails.length },
        })),
      );
    }
    return rows.length;
  });
