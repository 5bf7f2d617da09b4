import { and, eq, inArray, sql } from 'drizzle-orm';
import { invitations } from '../../db/schema/index.ts';
import { change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { needRoomForMembers } from '../member/room.ts';
import { findInvitation, invitationState, wrongState } from './find.ts';
import { invitationLetter } from './send.ts';

/** Mails the same link again and starts its time anew, for a pending or an expired one (CW-22, CW-23). */
export const resendInvitation = async (
  ctx: Context,
  input: { organizationId: string; email: string },
): Promise<{ email: string; expiresAt: Date; mailed: boolean }> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'invitations:write', 'resend invitations');
    const invitation = await findInvitation(c, input.email);
    const state = invitationState(invitation, c.now);
    if (state !== 'pending' && state !== 'expired') throw wrongState(invitation.email, state, 'sent again');
    if (state === 'expired') await needRoomForMembers(c, 1);
    const expiresAt = new Date(c.now.getTime() + invitation.lifeSeconds * 1000);
    const again = await c.db
      .update(invitations)
      .set({ state: 'pending', expiresAt, sentAt: sql`clock_timestamp()`, settledAt: null })
      .where(
        and(
          eq(invitations.organizationId, c.organization.id),
          eq(invitations.id, invitation.id),
          inArray(invitations.state, ['pending', 'expired']),
        ),
      )
      .returning({ id: invitations.id });
    if (again.length === 0) throw wrongState(invitation.email, state, 'sent again');
    if (invitation.state === 'expired') c.count('invitations', 1);
    c.audit({
      action: 'invitation.resent',
      target: invitation.email,
      facts: { expires: expiresAt.toISOString() },
    });
    if (ctx.installation.mail) c.say(invitationLetter(c.organization.id, invitation.id, invitation.email));
    return { email: invitation.email, expiresAt, mailed: ctx.installation.mail };
  });
