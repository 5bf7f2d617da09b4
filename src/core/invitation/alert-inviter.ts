import { and, eq, sql } from 'drizzle-orm';
import { messages } from '../../db/schema/index.ts';
import { loadHolder } from '../access/holder.ts';
import { change } from '../change.ts';
import type { Context } from '../context.ts';
import { directMessages } from '../message.ts';

/**
 * Abuse 28: somebody who has proved another address tried to accept an invitation, so its link has been passed on. The
 * inviter hears it once for each address.
 */
export const alertInviter = async (
  ctx: Context,
  invitation: { organizationId: string; id: string; email: string; inviterId: string },
  address: string,
): Promise<void> =>
  change(ctx, invitation.organizationId, async (c) => {
    const told = await c.db.$count(
      messages,
      and(
        eq(messages.notice, 'invitation-wrong-address'),
        eq(messages.subjectId, c.organization.id),
        sql`${messages.data} ->> 'invitation' = ${invitation.id} and ${messages.data} ->> 'address' = ${address}`,
      ),
    );
    const inviter = await loadHolder(c.db, c.organization.id, invitation.inviterId);
    if (told > 0 || inviter?.state !== 'active') return;
    c.say(
      ...(await directMessages(c.db, c.organization.id, [inviter.id], {
        notice: 'invitation-wrong-address',
        data: { email: invitation.email, invitation: invitation.id, address },
        subjectId: c.organization.id,
      })),
    );
    c.audit({ action: 'invitation.wrong-address', target: invitation.email, facts: { address } });
  });
