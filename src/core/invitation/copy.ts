import { change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { findInvitation, invitationState, wrongState } from './find.ts';
import { invitationLink, invitationToken } from './secret.ts';

/** The very link that was mailed, for the caller's eyes alone: no new secret, no new time, no mail (CW-20, CW-21). */
export const copyInvitation = async (
  ctx: Context,
  input: { organizationId: string; email: string },
): Promise<{ email: string; link: string; expiresAt: Date }> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'invitations:write', 'copy invitation links');
    const invitation = await findInvitation(c, input.email);
    const state = invitationState(invitation, c.now);
    if (state !== 'pending') throw wrongState(invitation.email, state, 'copied');
    c.audit({ action: 'invitation.copied', target: invitation.email });
    const token = invitationToken(ctx.installation.secretKey, invitation);
    return {
      email: invitation.email,
      link: invitationLink(ctx.installation.publicUrl, token),
      expiresAt: invitation.expiresAt,
    };
  });
