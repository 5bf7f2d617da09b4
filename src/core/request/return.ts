import { and, eq } from 'drizzle-orm';
import { grants, principals, requests } from '../../db/schema/index.ts';
import { type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { endGrants } from '../grant/revoke.ts';
import { countAdministrators, fetchPrincipal } from '../member/principal.ts';
import { redraw } from '../message.ts';
import { notOpen, ownRequest } from './cancel.ts';
import { type Request, requestName, requestState } from './find.ts';

/** What somebody asked for, or took, for themselves. */
export const RETURNABLE: readonly string[] = ['access', 'break-glass'];

/** "I'm done, take it back early." */
export const returnRequest = async (
  ctx: Context,
  input: { organizationId: string; request: string },
): Promise<{ name: string; role: string; project: string | null }> =>
  change(ctx, input.organizationId, async (c) => {
    const request = await ownRequest(c, input.request);
    if (requestState(request, c.now) !== 'approved' || !RETURNABLE.includes(request.kind)) {
      throw notOpen(request, c.now, 'returned');
    }
    await giveBack(c, request);
    return { name: requestName(request), role: request.roleName, project: request.projectName };
  });

/** Takes back what an approved request of the actor's own gave, inside a change. */
export const giveBack = async (c: Change, request: Request): Promise<void> => {
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
  if (request.projectId) await endGrants(c, eq(grants.requestId, request.id));
  else if (request.roleId) await fallBack(c, request.requesterId, request.roleId);
  c.audit({
    action: 'request.returned',
    target: requestName(request),
    facts: { role: request.roleName, project: request.projectName },
  });
  c.enqueue(...(await redraw(c.db, request.id)));
};

/** The role that is held for a time gives way to the lasting one at once. @returns whether it was held */
export const fallBack = async (c: Change, memberId: string, roleId: string): Promise<boolean> => {
  const before = await fetchPrincipal(c, memberId);
  if (before.roleId !== roleId || before.roleUntil === null || before.roleUntil <= c.now) return false;
  const after = { roleId: before.roleAfterId, roleUntil: null, roleAfterId: null, roleWarnAt: null };
  await c.db
    .update(principals)
    .set(after)
    .where(and(eq(principals.organizationId, c.organization.id), eq(principals.id, memberId)));
  await countAdministrators(c, before, { ...before, ...after });
  return true;
};
