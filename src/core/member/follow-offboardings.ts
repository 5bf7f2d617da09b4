import { and, eq, gte, isNull, or, sql } from 'drizzle-orm';
import { offboardings } from '../../db/schema/index.ts';
import type { NewEvent } from '../audit/event.ts';
import type { Change } from '../change.ts';
import { redraw } from '../message.ts';

/** What can be a step of somebody's removal, or take one back. */
const STEPS =
  /^(?:token|service-account|offboarding)\.|^(?:member\.(?:removed|reactivated|deactivated)|request\.(?:opened|approved|denied|cancelled|expired))$/;

export const mayBeStep = (events: readonly NewEvent[]): boolean =>
  events.some(({ action }) => STEPS.test(action));

/** Draws the cards of open removals anew, and of those that this change has ended. Belongs to the change that caused it. */
export const followOffboardings = async (c: Change): Promise<void> => {
  const open = await c.db
    .select({ id: offboardings.id })
    .from(offboardings)
    .where(
      and(
        eq(offboardings.organizationId, c.organization.id),
        or(
          isNull(offboardings.closedAt),
          gte(offboardings.closedAt, sql`${c.now.toISOString()}::timestamptz`),
        ),
      ),
    );
  c.enqueue(...(await redraw(c.db, ...open.map(({ id }) => id))));
};
