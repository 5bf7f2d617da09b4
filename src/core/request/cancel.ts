import { and, eq, sql } from 'drizzle-orm';
import { grants, principals, requests } from '../../db/schema/index.ts';
import { activeMember, type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { endGrants } from '../grant/revoke.ts';
import { countAdministrators, fetchPrincipal } from '../member/principal.ts';
import { redraw } from '../message.ts';
import { findRequest, type Request, requestName, requestState, unknownRequest } from './find.ts';

/** The request, if it is the actor's own; anybody else's is answered like one that does not exist. */
export const ownRequest = async (c: Change, name: string): Promise<Request> => {
  const me = activeMember(c);
  const request = await findRequest(c, name);
  if (request.requesterId !== me.id) throw unknownRequest(c, name);
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

/** "I'm done, take it back early." */
export const returnRequest = async (
  ctx: Context,
  input: { organizationId: string; request: string },
): Promise<{ name: string; role: string; project: string | null }> =>
  change(ctx, input.organizationId, async (c) => {
    const request = await ownRequest(c, input.request);
    if (requestState(request, c.now) !== 'approved' || !['access', 'break-glass'].includes(request.kind)) {
      throw notOpen(request, c.now, 'returned');
    }
    if (!request.projectId && request.accessEndsAt === null) {
      throw new DomainError(
        'wrong-state',
        `${requestName(request)} was not returned: it gave an organization role without an end, and none to fall back to.`,
        { todo: 'Ask an administrator to change your role.' },
      );
    }
    await c.db
      .update(requests)
      .set({ state: 'returned', accessEndsAt: c.now })
      .where(
        and(
          eq(requests.organizationId, c.organization.id),
          eq(requests.id, request.id),
          eq(requests.state, 'approved'),
        ),
      );
    if (request.projectId) {
      await endGrants(c, eq(grants.requestId, request.id));
    } else {
      await fallBack(c, request);
    }
    c.audit({
      action: 'request.returned',
      target: requestName(request),
      facts: { role: request.roleName, project: request.projectName },
    });
    c.enqueue(...(await redraw(c.db, request.id)));
    return { name: requestName(request), role: request.roleName, project: request.projectName };
  });

/** An organization role that was given for a time falls back to the one before. */
export const fallBack = async (c: Change, request: Request): Promise<void> => {
  const before = await fetchPrincipal(c, request.requesterId);
  if (before.roleId !== request.roleId || before.roleUntil === null) return;
  const after = { roleId: before.roleAfterId, roleUntil: null, roleAfterId: null };
  await c.db
    .update(principals)
    .set(after)
    .where(and(eq(principals.organizationId, c.organization.id), eq(principals.id, request.requesterId)));
  await countAdministrators(c, before, { ...before, ...after });
};
