import { type Change, change, transact } from '../change.ts';
import type { Context } from '../context.ts';
import type { When } from '../duration.ts';
import { DomainError } from '../errors.ts';
import type { Organization } from '../organization/organization.ts';
import { ownRequest } from './cancel.ts';
import { type Request, requestName, requestState } from './find.ts';
import { type Opened, openRequest } from './open.ts';

/** A new request for access that the actor holds by an approved one, before it ends. */
export const extendRequest = async (
  ctx: Context,
  organization: Organization,
  input: { request: string; for?: When | undefined; reason?: string | undefined },
): Promise<Opened> =>
  transact(ctx, async (db) => {
    // The lock of the first change is held until both are committed: nothing ends in between.
    const inside: Context = { ...ctx, db, interaction: undefined };
    const request = await change(inside, organization.id, async (c) => stillHeld(c, input.request));
    return openRequest(inside, {
      organizationId: organization.id,
      role: request.roleName,
      project: request.projectName ?? undefined,
      for: input.for,
      reason: input.reason,
    });
  });

const stillHeld = async (c: Change, name: string): Promise<Request> => {
  const request = await ownRequest(c, name);
  const state = requestState(request, c.now);
  if (state === 'approved') return request;
  throw new DomainError('wrong-state', `${requestName(request)} was not extended: it is ${state}.`, {
    todo: 'Ask anew with `/access request new`.',
  });
};
