import { and, eq, sql } from 'drizzle-orm';
import { requests } from '../../db/schema/index.ts';
import { activeMember, change, type Standing } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { redraw } from '../message.ts';
import { findRequest, type Request, requestName, requestState, unknownRequest } from './find.ts';

/** The request, if it is the actor's own; anybody else's is answered like one that does not exist. */
export const ownRequest = async (s: Standing, name: string): Promise<Request> => {
  const me = activeMember(s);
  const request = await findRequest(s, name);
  if (request.requesterId !== me.id) throw unknownRequest(s, name);
  return request;
};

export const notOpen = (request: Request, now: Date, verb: string): DomainError =>
  new DomainError(
    'wrong-state',
    `${requestName(request)} was not ${verb}: it is ${requestState(request, now)}${
      requestState(request, now) === verb ? ' already' : ''
    }.`,
    {
      facts: { request: requestName(request), state: requestState(request, now) },
    },
  );

/** The requester withdraws. */
export const cancelRequest = async (
  ctx: Context,
  input: { organizationId: string; request: string },
): Promise<{ name: string }> =>
  change(ctx, input.organizationId, async (c) => {
    const request = await ownRequest(c, input.request);
    const gone = await c.db
      .update(requests)
      .set({ state: 'cancelled', settledAt: sql`clock_timestamp()` })
      .where(
        and(
          eq(requests.organizationId, c.organization.id),
          eq(requests.id, request.id),
          eq(requests.state, 'pending'),
          sql`${requests.expiresAt} > clock_timestamp()`,
        ),
      )
      .returning({ id: requests.id });
    if (gone.length === 0) throw notOpen(request, c.now, 'cancelled');
    c.audit({ action: 'request.cancelled', target: requestName(request) });
    c.enqueue(...(await redraw(c.db, request.id)));
    return { name: requestName(request) };
  });
