import { and, eq, sql } from 'drizzle-orm';
import { invitations } from '../../db/schema/index.ts';
import { change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { findInvitation, invitationState, wrongState } from './find.ts';

/** Makes the link unusable (CW-24). */
export const revokeInvitation = async (
  ctx: Context,
  input: { organizationId: string; email: string },
): Promise<{ email: string }> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'invitations:write', 'revoke invitations');
    const invitation = await findInvitation(c, input.email);
    const gone = await c.db
      .update(invitations)
      .set({ state: 'revoked', settledAt: sql`clock_timestamp()` })
      .where(
        and(
          eq(invitations.organizationId, c.organization.id),
          eq(invitations.id, invitation.id),
          eq(invitations.state, 'pending'),
        ),
      )
      .returning({ id: invitations.id });
    if (gone.length === 0) throw wrongState(invitation.email, invitationState(invitation, c.now), 'revoked');
    c.count('invitations', -1);
    c.audit({ action: 'invitation.revoked', target: invitation.email });
    return { email: invitation.email };
  });
