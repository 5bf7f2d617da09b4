import { activeMember, look } from '../change.ts';
import type { Context } from '../context.ts';
import type { When } from '../duration.ts';
import { DomainError } from '../errors.ts';
import type { Organization } from '../organization/organization.ts';
import { findRequest, requestName, requestState, unknownRequest } from './find.ts';
import { type Opened, openRequest } from './open.ts';

/** A new request for access that the actor holds by an approved one, before it ends. */
export const extendRequest = async (
  ctx: Context,
  organization: Organization,
  input: { request: string; for?: When | undefined; reason?: string | undefined },
): Promise<Opened> => {
  const request = await look(ctx, organization, async (s) => {
    const me = activeMember(s);
    const found = await findRequest(s, input.request);
    if (found.requesterId !== me.id) throw unknownRequest(s, input.request);
    const state = requestState(found, s.now);
    if (state === 'approved') return found;
    throw new DomainError('wrong-state', `${requestName(found)} was not extended: it is ${state}.`, {
      todo: 'Ask anew with `/access request new`.',
    });
  });
  return openRequest(ctx, {
    organizationId: organization.id,
    role: request.roleName,
    project: request.projectName ?? undefined,
    for: input.for,
    reason: input.reason,
  });
};
