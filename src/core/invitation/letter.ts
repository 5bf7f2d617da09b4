import { and, eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { invitations, members, roles } from '../../db/schema/index.ts';
import { databaseTime } from '../clock.ts';
import type { InstallationPolicy } from '../context.ts';
import { findOrganization } from '../organization/find.ts';
import { accessOfInvitation, activeMemberAt, invitationState, organizationRoleOf } from './find.ts';
import { invitationLink, invitationToken } from './secret.ts';

/** What an invitation's letter says. It holds the secret: it goes to the invited address and nowhere else. */
export interface WrittenInvitation {
  organization: string;
  inviter: string;
  role: string | null;
  projects: { name: string; role: string }[];
  link: string;
  expiresAt: Date;
  sso: boolean;
  /** They are a member already, and are asked to sign in alone. */
  member: boolean;
}

/** The letter's content at the moment it is sent; undefined when the invitation is no longer open. */
export const writtenInvitation = async (
  db: Db,
  installation: Pick<InstallationPolicy, 'publicUrl' | 'secretKey'>,
  { organizationId, invitationId }: { organizationId: string; invitationId: string },
): Promise<WrittenInvitation | undefined> => {
  const organization = await findOrganization(db, organizationId);
  const [row] = await db
    .select({ invitation: invitations, inviter: members.email, role: roles.name })
    .from(invitations)
    .innerJoin(
      members,
      and(eq(members.organizationId, invitations.organizationId), eq(members.userId, invitations.inviterId)),
    )
    .leftJoin(
      roles,
      and(eq(roles.organizationId, invitations.organizationId), eq(roles.id, invitations.roleId)),
    )
    .where(and(eq(invitations.organizationId, organizationId), eq(invitations.id, invitationId)));
  if (!organization || !row) return undefined;
  const { invitation, inviter, role } = row;
  if (invitationState(invitation, await databaseTime(db)) !== 'pending') return undefined;
  const member = await activeMemberAt(db, organizationId, invitation.email);
  const access = await accessOfInvitation({ db, organization }, invitation.id);
  return {
    organization: organization.name,
    inviter,
    role: member ? organizationRoleOf(member) : role,
    projects: access.map((given) => ({ name: given.name, role: given.role })),
    link: invitationLink(installation.publicUrl, invitationToken(installation.secretKey, invitation)),
    expiresAt: invitation.expiresAt,
    sso: invitation.ssoRequired,
    member: member !== undefined,
  };
};
