import { change, look, type Standing, transact } from '../change.ts';
import type { Context } from '../context.ts';
import type { When } from '../duration.ts';
import { DomainError } from '../errors.ts';
import type { Organization } from '../organization/organization.ts';
import { loadPolicy } from '../organization/policy.ts';
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

/** What a form for an extension begins with: the same once more, as long as the policy of the role allows. */
export const extensionTerms = async (
  ctx: Context,
  organization: Organization,
  name: string,
): Promise<{ name: string; seconds: number | null; reason: string }> =>
  look(ctx, organization, async (s) => {
    const request = await stillHeld(s, name);
    const longest = (await loadPolicy(s.db, organization.id, request.roleName))['max-for'];
    const { seconds, reason } = request;
    return {
      name: requestName(request),
      seconds: seconds === null || longest === null ? (seconds ?? longest) : Math.min(seconds, longest),
      reason,
    };
  });

const stillHeld = async (s: Standing, name: string): Promise<Request> => {
  const request = await ownRequest(s, name);
  const state = requestState(request, s.now);
  if (state === 'approved') return request;
  throw new DomainError('wrong-state', `${requestName(request)} was not extended: it is ${state}.`, {
    todo: 'Ask anew with `/access request new`.',
  });
};
