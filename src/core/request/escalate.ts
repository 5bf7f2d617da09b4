import { and, eq, isNull, sql } from 'drizzle-orm';
import { requests } from '../../db/schema/index.ts';
import { type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { inEachOrganization } from '../each-organization.ts';
import { directMessages, redraw } from '../message.ts';
import { askOperatorsOf } from './announce.ts';
import { type Request, requestName } from './find.ts';
import { waits } from './open-requests.ts';

/** Too few may decide any more, or three quarters of its life are over. */
export type EscalationReason = 'nobody-may-decide' | 'time';

/** Puts what waits for a decision, or for a look at what was taken, in front of the operators as well, once, and tells who asked. */
export const escalate = async (c: Change, request: Request, why: EscalationReason): Promise<boolean> => {
  const escalated = await c.db
    .update(requests)
    .set({ toOperators: true, escalatedAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(requests.organizationId, c.organization.id),
        eq(requests.id, request.id),
        waits,
        eq(requests.toOperators, false),
      ),
    )
    .returning({ id: requests.id });
  if (escalated.length === 0) return false;
  c.audit({ action: 'request.escalated', target: requestName(request), facts: { why } });
  c.enqueue(...(await redraw(c.db, request.id)));
  await askOperatorsOf(c, request);
  c.say(
    ...(await directMessages(
      c.db,
      c.organization.id,
      [request.requesterId],
      {
        notice: 'request-escalated',
        data: {
          request: requestName(request),
          late: why === 'time',
          taken: request.kind === 'break-glass',
        },
      },
      { platform: request.askedOn, workspaceId: request.askedIn },
    )),
  );
  return true;
};

const due = and(
  eq(requests.state, 'pending'),
  eq(requests.toOperators, false),
  isNull(requests.escalatedAt),
  sql`${requests.expiresAt} > clock_timestamp()`,
  sql`clock_timestamp() >= ${requests.createdAt} + (${requests.expiresAt} - ${requests.createdAt}) * 0.75`,
);

/** Requests that nobody has decided go to the operators before they expire. @returns how many */
export const escalateRequests = async (ctx: Context): Promise<number> => {
  const organizations = await ctx.db
    .selectDistinct({ organizationId: requests.organizationId })
    .from(requests)
    .where(due);
  return inEachOrganization(organizations, (organizationId) =>
    change(ctx, organizationId, async (c) => {
      const rows = await c.db
        .select()
        .from(requests)
        .where(and(eq(requests.organizationId, organizationId), due));
      for (const row of rows) await escalate(c, row, 'time');
      return rows.length;
    }),
  );
};
