import { and, eq, sql } from 'drizzle-orm';
import { invitations, members, principals } from '../../db/schema/index.ts';
import { evaluate, type Holder } from '../access/evaluate.ts';
import { loadHolder } from '../access/holder.ts';
import { type Change, change, missingFor } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { writeGrant } from '../grant/give.ts';
import { needRoomForMembers } from '../member/room.ts';
import { directMessages } from '../message.ts';
import { listRolesOf, type Role } from '../role/find.ts';
import { signInLocation } from '../sso/sealed.ts';
import { ensureUser } from '../user/ensure.ts';
import { accessOfInvitation, activeMemberAt, type Invitation, organizationRoleOf } from './find.ts';
import { invitationOf, needPending } from './open.ts';

export interface Accepted {
  organization: { slug: string; name: string };
  member: { email: string; role: string | null; state: 'active' };
  projects: { name: string; role: string }[];
}

/**
 * Accepting is the registration: it makes the user and the membership, and never links a chat account. What the
 * invitation gives is cut to what its inviter may give at this moment; a deactivated or gone inviter gives the base
 * membership alone (abuse 29).
 * @throws DomainError `not-found`, `expired`, `wrong-state`, `limit`, `sso-required`
 */
export const acceptInvitation = async (
  ctx: Context,
  input: { token: string /** Who the organization's provider says has signed in. */; signedInAs?: string },
): Promise<Accepted> => {
  const found = await invitationOf(ctx, input.token);
  const actor = { kind: 'invitee', email: found.email } as const;
  return change({ ...ctx, actor }, found.organizationId, async (c) => {
    const invitation = await claim(c, input);
    const confirmed = await confirmSignIn(c, invitation);
    if (confirmed) return confirmed;
    await needRoomForMembers(c, 1);
    const inviter = await loadHolder(c.db, c.organization.id, invitation.inviterId);
    const roles = await listRolesOf(c.db, c.organization.id);
    const role = cutRole(c, inviter, roles, invitation);
    const userId = await ensureUser(c.db, invitation.email);
    await join(c, userId, invitation, role);
    const joined: Holder = {
      id: userId,
      kind: 'member',
      email: invitation.email,
      state: 'active',
      roles: [],
    };
    const projects: Accepted['projects'] = [];
    for (const given of await accessOfInvitation(c, invitation.id)) {
      const projectRole = roles.find((known) => known.id === given.roleId);
      if (!projectRole || !mayStillGive(c, inviter, projectRole, given.projectId)) continue;
      await writeGrant(
        c,
        joined,
        { id: given.projectId, name: given.name },
        projectRole,
        { from: null, until: null },
        {
          reason: `invited by ${inviter?.email}`,
          by: inviter?.id,
        },
      );
      projects.push({ name: given.name, role: given.role });
    }
    c.audit({
      action: 'invitation.accepted',
      target: invitation.email,
      facts: {
        inviter: inviter?.email ?? null,
        ...(invitation.ssoRequired ? { sso: true } : {}),
      },
    });
    c.audit({ action: 'member.joined', target: invitation.email, facts: { role: role?.name ?? null } });
    if (inviter?.state === 'active') {
      c.say(
        ...(await directMessages(c.db, c.organization.id, [inviter.id], {
          notice: 'invitation-accepted',
          data: { email: invitation.email, role: role?.name ?? null },
        })),
      );
    }
    return {
      organization: { slug: c.organization.slug, name: c.organization.name },
      member: { email: invitation.email, role: role?.name ?? null, state: 'active' },
      projects,
    };
  });
};

/** Exactly one of many simultaneous acceptances gets past here; the others learn what became of it. */
const claim = async (
  c: Change,
  { token, signedInAs }: { token: string; signedInAs?: string },
): Promise<Invitation> => {
  const invitation = await invitationOf({ ...c.ctx, db: c.db }, token);
  needPending(invitation, c.now);
  if (invitation.ssoRequired && signedInAs !== invitation.email) {
    throw new DomainError(
      'sso-required',
      `${c.organization.name} wants you to sign in with its own provider.`,
      { facts: { location: signInLocation(c.ctx.installation, token) } },
    );
  }
  const claimed = await c.db
    .update(invitations)
    .set({ state: 'accepted', settledAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(invitations.organizationId, c.organization.id),
        eq(invitations.id, invitation.id),
        eq(invitations.state, 'pending'),
        sql`${invitations.expiresAt} > clock_timestamp()`,
      ),
    )
    .returning({ id: invitations.id });
  if (claimed.length === 0) {
    throw new DomainError('wrong-state', 'This invitation was accepted already.', {
      facts: { state: 'accepted' },
    });
  }
  c.count('invitations', -1);
  return invitation;
};

/** A member who has signed in with the provider keeps what they have; that they have is all that changes. */
const confirmSignIn = async (c: Change, invitation: Invitation): Promise<Accepted | undefined> => {
  if (!invitation.ssoRequired) return undefined;
  const member = await activeMemberAt(c.db, c.organization.id, invitation.email);
  if (!member) return undefined;
  await c.db
    .update(members)
    .set({ ssoRequired: true })
    .where(and(eq(members.organizationId, c.organization.id), eq(members.userId, member.id)));
  c.audit({ action: 'member.signed-in', target: invitation.email });
  return {
    organization: { slug: c.organization.slug, name: c.organization.name },
    member: { email: invitation.email, role: organizationRoleOf(member), state: 'active' },
    projects: [],
  };
};

/** Holding it is not enough: giving takes the right to invite, or to give access in that project (rule 5). */
const mayStillGive = (c: Change, inviter: Holder | undefined, role: Role, projectId?: string): boolean => {
  if (inviter?.state !== 'active') return false;
  const permission = projectId ? 'grants:write' : 'invitations:write';
  return (
    evaluate(c.organization.model, inviter, { permission, projectId }).length > 0 &&
    missingFor(c, role.permissions, projectId, inviter).length === 0
  );
};

const cutRole = (
  c: Change,
  inviter: Holder | undefined,
  roles: readonly Role[],
  invitation: Invitation,
): Role | undefined => {
  const named = roles.find((role) => role.id === invitation.roleId);
  if (!named || mayStillGive(c, inviter, named)) return named;
  const { defaultRole } = c.organization.model.policies.invitation;
  return roles.find(
    (role) => role.scope === 'organization' && role.name === defaultRole && !role.administers,
  );
};

const join = async (
  c: Change,
  userId: string,
  invitation: Invitation,
  role: Role | undefined,
): Promise<void> => {
  const here = c.organization.id;
  const hold = { state: 'active', roleId: role?.id ?? null, roleUntil: null, roleAfterId: null };
  const [before] = await c.db
    .select({ state: principals.state })
    .from(principals)
    .where(and(eq(principals.organizationId, here), eq(principals.id, userId)));
  if (before && before.state !== 'removed') {
    throw new DomainError('wrong-state', 'You are a member already.', { facts: { state: 'accepted' } });
  }
  await c.db
    .insert(principals)
    .values({ organizationId: here, id: userId, kind: 'member', ...hold })
    .onConflictDoUpdate({ target: [principals.organizationId, principals.id], set: hold });
  await c.db
    .insert(members)
    .values({ organizationId: here, userId, email: invitation.email, ssoRequired: invitation.ssoRequired })
    .onConflictDoUpdate({
      target: [members.organizationId, members.userId],
      set: {
        joinedAt: sql`clock_timestamp()`,
        externalId: null,
        ssoRequired: invitation.ssoRequired,
      },
    });
  c.count('members', 1);
  if (role?.administers) c.count('admins', 1);
};
