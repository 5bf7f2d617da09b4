import { and, eq, inArray, lte, sql } from 'drizzle-orm';
import { requests } from '../../db/schema/index.ts';
import { change } from '../change.ts';
import type { Context } from '../context.ts';
import { directMessages, redraw } from '../message.ts';

const AT_ONCE = 500;

/**
 * Tidies up what time has already decided: pending requests past their life become `expired`, their cards lose the
 * buttons, their requesters hear of it. @returns how many
 */
export const expireRequests = async (ctx: Context): Promise<number> => {
  const due = await ctx.db
    .selectDistinct({ organizationId: requests.organizationId })
    .from(requests)
    .where(and(eq(requests.state, 'pending'), lte(requests.expiresAt, sql`clock_timestamp()`)));
  let expired = 0;
  for (const { organizationId } of due) {
    expired += await change(ctx, organizationId, async (c) => {
      const chosen = c.db
        .select({ id: requests.id })
        .from(requests)
        .where(
          and(
            eq(requests.organizationId, organizationId),
            eq(requests.state, 'pending'),
            lte(requests.expiresAt, sql`clock_timestamp()`),
          ),
        )
        .limit(AT_ONCE);
      const rows = await c.db
        .update(requests)
        .set({ state: 'expired', settledAt: sql`${requests.expiresAt}` })
        .where(and(eq(requests.organizationId, organizationId), inArray(requests.id, chosen)))
        .returning();
      for (const row of rows) {
        c.audit({ action: 'request.expired', target: `REQ-${row.number}` });
        c.enqueue(...(await redraw(c.db, row.id)));
        c.say(
          ...(await directMessages(
            c.db,
            organizationId,
            [row.requesterId],
            { notice: 'request-settled', data: { organizationId, requestId: row.id } },
            { platform: row.askedOn, workspaceId: row.askedIn },
          )),
        );
      }
      return rows.length;
    });
  }
  return expired;
};
