import { and, eq, sql } from 'drizzle-orm';
import { decisions, requests } from '../../db/schema/index.ts';
import { change } from '../change.ts';
import type { Context } from '../context.ts';
import type { When } from '../duration.ts';
import { redraw } from '../message.ts';
import { loadPolicy } from '../organization/policy.ts';
import { notOpen, ownRequest } from './cancel.ts';
import { contentHash, requestName, requestState } from './find.ts';
import { requestTerms } from './open.ts';
import { roleOf } from './open-to-me.ts';

/**
 * The requester changes how long or why, and asks for the role as it is now. Every card's buttons then refuse until
 * they are drawn again, and approvals that were given count no more: they were for something else.
 */
export const editRequest = async (
  ctx: Context,
  input: { organizationId: string; request: string; for?: When | undefined; reason?: string | undefined },
): Promise<{ name: string; seconds: number | null; reason: string; voided: string[] }> =>
  change(ctx, input.organizationId, async (c) => {
    const request = await ownRequest(c, input.request);
    if (requestState(request, c.now) !== 'pending') throw notOpen(request, c.now, 'changed');
    const settings = await loadPolicy(c.db, c.organization.id, request.roleName);
    const terms = requestTerms(c, settings, {
      for: input.for ?? (request.seconds === null ? undefined : { seconds: request.seconds }),
      from: request.startsAt && request.startsAt > c.now ? { at: request.startsAt } : undefined,
      reason: input.reason ?? request.reason,
    });
    const roleVersion = (await roleOf(c, request))?.version ?? 0;
    const asked = { ...terms, startsAt: terms.startsAt ?? request.startsAt, roleVersion };
    const after = { ...asked, contentHash: contentHash({ ...request, ...asked }) };
    const edited = await c.db
      .update(requests)
      .set(after)
      .where(
        and(
          eq(requests.organizationId, c.organization.id),
          eq(requests.id, request.id),
          eq(requests.state, 'pending'),
          eq(requests.contentHash, request.contentHash),
        ),
      )
      .returning({ id: requests.id });
    if (edited.length === 0) throw notOpen(request, c.now, 'changed');
    const voided =
      after.contentHash === request.contentHash
        ? []
        : (
            await c.db
              .select({ by: sql<string>`(select email from users u where u.id = ${decisions.userId})` })
              .from(decisions)
              .where(
                and(
                  eq(decisions.organizationId, c.organization.id),
                  eq(decisions.requestId, request.id),
                  eq(decisions.contentHash, request.contentHash),
                ),
              )
              .orderBy(decisions.at)
          ).map(({ by }) => by);
    c.audit({
      action: 'request.edited',
      target: requestName(request),
      reason: terms.reason,
      facts: {
        before: request.seconds,
        after: terms.seconds,
        ...(voided.length > 0 ? { voided } : {}),
      },
    });
    c.enqueue(...(await redraw(c.db, request.id)));
    return { name: requestName(request), seconds: terms.seconds, reason: terms.reason, voided };
  });
