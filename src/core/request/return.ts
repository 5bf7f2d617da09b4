import { type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { redraw } from '../message.ts';
import { notOpen, ownRequest } from './cancel.ts';
import { type Request, requestName, requestState } from './find.ts';
import { takeBack } from './take-back.ts';

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
  await takeBack(c, request, 'returned');
  c.audit({
    action: 'request.returned',
    target: requestName(request),
    facts: { role: request.roleName, project: request.projectName },
  });
  c.enqueue(...(await redraw(c.db, request.id)));
};
