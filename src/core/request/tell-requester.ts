import type { Change } from '../change.ts';
import { directMessages } from '../message.ts';
import type { Request } from './find.ts';

/** What became of a request, said once and directly, on the platform where it was asked. */
export const tellRequester = async (c: Change, request: Request): Promise<void> => {
  c.say(
    ...(await directMessages(
      c.db,
      c.organization.id,
      [request.requesterId],
      {
        notice: 'request-settled',
        data: { organizationId: c.organization.id, requestId: request.id },
        subjectId: request.id,
      },
      { platform: request.askedOn, workspaceId: request.askedIn },
    )),
  );
};
