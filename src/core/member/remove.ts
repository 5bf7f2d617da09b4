import { and, eq, isNull, or, sql } from 'drizzle-orm';
import { grants, invitations, members, offboardings, principals, requests } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import { activeMember, type Change, change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { directMessages } from '../message.ts';
import { cancelRequestsWhere } from '../request/cancel-where.ts';
import { endRequestsWhere } from '../request/end.ts';
import { releaseFromOwner } from '../resource/release.ts';
import { endPersonalTokens } from '../token/end-personal.ts';
import { findMember, type Person } from './find.ts';
import { leaveInSteps } from './offboard.ts';
import { countAdministrators, fetchPrincipal, needToOutrank } from './principal.ts';

/**
 * Ends a membership (rule 12): role and grants gone, the invitations they sent and their open requests withdrawn. The
 * principal stays as `removed`, so that the audit and old requests keep what they point at.
 */
const endMembership = async (
  c: Change,
  target: Holder,
): Promise<{ invitations: number; requests: number; tokens: number }> => {
  const here = c.organization.id;
  const before = await fetchPrincipal(c, target.id);
  const gone = { state: 'removed', roleId: null, roleUntil: null, roleAfterId: null };
  await c.db
    .update(principals)
    .set(gone)
    .where(and(eq(principals.organizationId, here), eq(principals.id, target.id)));
  await countAdministrators(c, before, { ...before, ...gone });
  if (before.state === 'active') c.count('members', -1);
  await c.db.delete(grants).where(and(eq(grants.organizationId, here), eq(grants.principalId, target.id)));
  // What their approved requests gave is gone with everything else.
  await endRequestsWhere(c, eq(requests.requesterId, target.id));
  await releaseFromOwner(c, target.id);
  await c.db
    .update(members)
    .set({ externalId: null })
    .where(and(eq(members.organizationId, here), eq(members.userId, target.id)));
  await c.db
    .update(offboardings)
    .set({ closedAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(offboardings.organizationId, here),
        eq(offboardings.userId, target.id),
        isNull(offboardings.closedAt),
      ),
    );
  const revoked = await revokeInvitationsOf(c, target);
  const cancelled = await cancelRequestsOf(c, target);
  const tokens = await endPersonalTokens(c, target);
  return { invitations: revoked, requests: cancelled, tokens };
};

/** Withdraws the open invitations that somebody sent, and one that asks them to sign in. @returns how many */
export const revokeInvitationsOf = async (c: Change, target: Holder): Promise<number> => {
  const here = c.organization.id;
  const revoked = await c.db
    .update(invitations)
    .set({ state: 'revoked', settledAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(invitations.organizationId, here),
        or(eq(invitations.inviterId, target.id), eq(invitations.email, target.email)),
        eq(invitations.state, 'pending'),
      ),
    )
    .returning({ email: invitations.email });
  c.count('invitations', -revoked.length);
  for (const { email } of revoked) {
    c.audit({ action: 'invitation.revoked', target: email, reason: `${target.email} was removed` });
  }
  return revoked.length;
};

/** Cancels somebody's open requests. @returns how many */
export const cancelRequestsOf = async (c: Change, target: Holder): Promise<number> =>
  (await cancelRequestsWhere(c, eq(requests.requesterId, target.id), `${target.email} was removed`)).length;

/** The last step of a removal in steps, which operators take. */
export const finishRemoval = async (c: Change, target: Holder): Promise<void> => {
  const told = await directMessages(c.db, c.organization.id, [target.id], {
    notice: 'member-removed',
    data: { by: c.me?.email },
  });
  await endMembership(c, target);
  c.audit({ action: 'member.removed', target: target.email });
  c.say(...told);
};

export interface Removed {
  email: string;
  invitations: number;
  requests: number;
  /** Personal tokens that were revoked. */
  tokens: number;
  /** It has begun, and others take the steps that are left. */
  inSteps?: true;
}

export const removeMember = async (
  ctx: Context,
  input: { organizationId: string; person: Person },
): Promise<Removed> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'members:write', 'remove members');
    const target = await findMember(c, input.person);
    if (c.organization.model.policies.removal === 'offboard') {
      throw new DomainError('forbidden', `${target.email} was not removed: here removal is a run of steps.`, {
        todo: 'Use `/org member offboard`.',
      });
    }
    needToOutrank(c, target, 'remove');
    const told = await directMessages(c.db, c.organization.id, [target.id], {
      notice: 'member-removed',
      data: { by: c.me?.email },
    });
    const ended = await endMembership(c, target);
    c.audit({ action: 'member.removed', target: target.email });
    if (target.id !== c.me?.id) c.say(...told);
    return { email: target.email, ...ended };
  });

/** The acting member leaves; where removal is a run of steps, theirs begins with the account (CW-38). */
export const leaveOrganization = async (ctx: Context, input: { organizationId: string }): Promise<Removed> =>
  change(ctx, input.organizationId, async (c) => {
    const me = activeMember(c);
    if (c.organization.model.policies.removal === 'offboard') {
      await leaveInSteps(c, me);
      return { email: me.email, invitations: 0, requests: 0, tokens: 0, inSteps: true };
    }
    const ended = await endMembership(c, me);
    c.audit({ action: 'member.left', target: me.email });
    return { email: me.email, ...ended };
  });
