import { and, eq } from 'drizzle-orm';
import { requests } from '../../db/schema/index.ts';
import { change } from '../change.ts';
import type { Context } from '../context.ts';
import type { When } from '../duration.ts';
import { redraw } from '../message.ts';
import { loadSettings } from '../organization/settings.ts';
import { notOpen, ownRequest } from './cancel.ts';
import { contentHash, requestName, requestState } from './find.ts';
import { requestTerms } from './open.ts';

/** The requester changes how long or why; every card's buttons then refuse until they are drawn again. */
export const editRequest = async (
  ctx: Context,
  input: { organizationId: string; request: string; for?: When | undefined; reason?: string | undefined },
): Promise<{ name: string; seconds: number | null; reason: string }> =>
  change(ctx, input.organizationId, async (c) => {
    const request = await ownRequest(c, input.request);
    if (requestState(request, c.now) !== 'pending') throw notOpen(request, c.now, 'changed');
    const settings = await loadSettings(c.db, c.organization.id);
    const terms = requestTerms(c, settings, {
      for: input.for ?? (request.seconds === null ? undefined : { seconds: request.seconds }),
      from: request.startsAt ? { at: request.startsAt } : undefined,
      reason: input.reason ?? request.reason,
    });
    const after = { ...terms, contentHash: contentHash({ ...request, ...terms }) };
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
    c.audit({
      action: 'request.edited',
      target: requestName(request),
      reason: terms.reason,
      facts: { before: request.seconds, after: terms.seconds },
    });
    c.enqueue(...(await redraw(c.db, request.id)));
    return { name: requestName(request), seconds: terms.seconds, reason: terms.reason };
  });
