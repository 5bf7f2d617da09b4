import { and, eq, type SQL, sql } from 'drizzle-orm';
import { requests } from '../../db/schema/index.ts';
import type { Change } from '../change.ts';
import { redraw } from '../message.ts';
import { type Request, requestName } from './find.ts';

/**
 * Cancels the organization's open requests that the condition names, because what they stood on is gone. Those past
 * their time have expired, and stay so.
 */
export const cancelRequestsWhere = async (c: Change, which: SQL, reason: string): Promise<Request[]> => {
  const cancelled = await c.db
    .update(requests)
    .set({ state: 'cancelled', settledAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(requests.organizationId, c.organization.id),
        which,
        eq(requests.state, 'pending'),
        sql`${requests.expiresAt} > clock_timestamp()`,
      ),
    )
    .returning();
  for (const request of cancelled) {
    c.audit({ action: 'request.cancelled', target: requestName(request), reason });
  }
  c.enqueue(...(await redraw(c.db, ...cancelled.map(({ id }) => id))));
  return cancelled;
};
