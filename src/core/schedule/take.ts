import { and, eq, lte, sql } from 'drizzle-orm';
import { schedules } from '../../db/schema/index.ts';
import { change } from '../change.ts';
import type { Context } from '../context.ts';
import { inEachOrganization } from '../each-organization.ts';
import { slotAfter } from './cron.ts';

/**
 * Slots are taken before they come, and their jobs wait for the moment: a tick that is late or lost, or a clock that
 * is a little off, then costs no slot.
 */
const AHEAD_SECONDS = 150;

/**
 * Makes one job of each slot that is due or about to be. Whoever moves `next_at` on has taken the slot, and nobody else
 * finds it. Slots that passed while nothing ran are caught up by one job. @returns how many
 */
export const takeSlots = async (ctx: Context): Promise<number> => {
  const isDue = lte(schedules.nextAt, sql`clock_timestamp() + make_interval(secs => ${AHEAD_SECONDS}::int)`);
  const due = await ctx.db
    .selectDistinct({ organizationId: schedules.organizationId })
    .from(schedules)
    .where(isDue);
  return inEachOrganization(due, (organizationId) =>
    change(ctx, organizationId, async (c) => {
      const rows = await c.db
        .select()
        .from(schedules)
        .where(and(eq(schedules.organizationId, organizationId), isDue));
      const horizon = c.now.getTime() + AHEAD_SECONDS * 1000;
      let taken = 0;
      for (const row of rows) {
        let slot = row.nextAt;
        let last = slot;
        while (slot.getTime() <= horizon) {
          c.enqueue({
            queue: row.kind,
            data: { organizationId, slot: slot.toISOString() },
            key: `${row.kind}:${organizationId}`,
            startAfterSeconds: Math.max(0, Math.ceil((slot.getTime() - c.now.getTime()) / 1000)),
          });
          taken += 1;
          last = slot;
          slot = slotAfter(row, new Date(Math.max(slot.getTime(), c.now.getTime())));
        }
        await c.db
          .update(schedules)
          .set({ nextAt: slot, lastSlot: last })
          .where(and(eq(schedules.organizationId, organizationId), eq(schedules.kind, row.kind)));
      }
      return taken;
    }),
  );
};
