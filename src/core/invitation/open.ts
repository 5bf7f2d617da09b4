import { and, eq, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { invitations } from '../../db/schema/index.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { activeMemberAt, type Invitation, invitationState, organizationRoleOf } from './find.ts';
import { readToken } from './secret.ts';

export interface InvitationOffer {
  organization: { slug: string; name: string };
  inviter: string;
  role: string | null;
  projects: { name: string; role: string }[];
  expiresAt: Date;
  sso: boolean;
  email: string;
}

const unknown = (): DomainError =>
  new DomainError('not-found', 'This invitation link does not work.', {
    todo: 'Check that the whole link was copied, or ask for a new one.',
  });

/**
 * The invitation behind a token, whatever its state; whoever holds a real one may hear the reason (CW-24).
 * @throws DomainError `not-found`, the same for every token that is not real
 */
export const invitationOf = async (ctx: Context, token: string): Promise<Invitation> => {
  const read = readToken(token);
  if (!read) throw unknown();
  const [invitation] = await ctx.db
    .select()
    .from(invitations)
    .where(and(eq(invitations.organizationId, read.organizationId), eq(invitations.secretHash, read.hash)));
  if (!invitation) throw unknown();
  return invitation;
};

/** @throws DomainError `expired`, or `wrong-state` with `facts.state` */
export const needPending = (invitation: Invitation, now: Date): void => {
  const state = invitationState(invitation, now);
  if (state === 'pending') return;
  if (state === 'expired') {
    throw new DomainError('expired', 'This invitation has expired.', {
      todo: 'Ask for it to be sent again.',
    });
  }
  throw new DomainError(
    'wrong-state',
    state === 'accepted' ? 'This invitation was accepted already.' : 'This invitation was withdrawn.',
    {
      todo: state === 'accepted' ? 'Open your chat and type `/access`.' : 'Ask whoever invited you.',
      facts: { state },
    },
  );
};

/** What the page behind the link shows before anybody accepts. Changes nothing. */
export const showInvitation = async (ctx: Context, input: { token: string }): Promise<InvitationOffer> => {
  const invitation = await invitationOf(ctx, input.token);
  const [row] = rowsOf<{
    now: string | Date;
    slug: string;
    name: string;
    inviter: string;
    role: string | null;
    projects: { name: string; role: string }[];
  }>(
    await ctx.db.execute(sql`
      select clock_timestamp() as now, o.slug, o.name, m.email as inviter, r.name as role,
        (select coalesce(json_agg(json_build_object('name', p.name, 'role', pr.name) order by p.name), '[]')
          from invitation_projects ip
          join projects p on p.organization_id = ip.organization_id and p.id = ip.project_id
          join roles pr on pr.organization_id = ip.organization_id and pr.id = ip.role_id
          where ip.organization_id = i.organization_id and ip.invitation_id = i.id) as projects
      from invitations i
      join organizations o on o.id = i.organization_id
      join members m on m.organization_id = i.organization_id and m.user_id = i.inviter_id
      left join roles r on r.organization_id = i.organization_id and r.id = i.role_id
      where i.organization_id = ${invitation.organizationId} and i.id = ${invitation.id}`),
  );
  if (!row) throw unknown();
  needPending(invitation, new Date(row.now));
  const member = await activeMemberAt(ctx.db, invitation.organizationId, invitation.email);
  return {
    organization: { slug: row.slug, name: row.name },
    inviter: row.inviter,
    role: member ? organizationRoleOf(member) : row.role,
    projects: row.projects,
    expiresAt: invitation.expiresAt,
    sso: invitation.ssoRequired,
    email: invitation.email,
  };
};
