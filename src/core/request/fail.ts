import { change } from '../change.ts';
import type { Context } from '../context.ts';
import { directMessages } from '../message.ts';
import { findRequest, requestName } from './find.ts';

/** An approved change could not be carried out, so nothing was done and it is still open: its requester hears why. */
export const noteFailure = async (
  ctx: Context,
  input: { organizationId: string; request: string; why: string },
): Promise<void> =>
  change(ctx, input.organizationId, async (c) => {
    const request = await findRequest(c, input.request);
    c.audit({ action: 'request.failed', target: requestName(request), reason: input.why });
    c.say(
      ...(await directMessages(
        c.db,
        c.organization.id,
        [request.requesterId],
        {
          notice: 'request-failed',
          data: {
            request: requestName(request),
            title: request.change?.title ?? request.roleName,
            by: c.me?.email,
            why: input.why,
          },
        },
        { platform: request.askedOn, workspaceId: request.askedIn },
      )),
    );
  });
