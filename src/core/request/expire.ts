import { and, eq, inArray, lte, sql } from 'drizzle-orm';
import { requests } from '../../db/schema/index.ts';
import { change } from '../change.ts';
import type { Context } from '../context.ts';
import { inEachOrganization } from '../each-organization.ts';
import { redraw } from '../message.ts';
import { tellRequester } from './tell-requester.ts';

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
  return inEachOrganization(due, (organizationId) =>
    change(ctx, organizationId, async (c) => {
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
        await tellRequester(c, row);
      }
      c.enqueue(...(await redraw(c.db, ...rows.map(({ id }) => id))));
      return rows.length;
    }),
  );
};
