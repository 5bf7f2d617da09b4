import { and, desc, eq, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { invitations } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import { loadHolders } from '../access/holder.ts';
import type { Standing } from '../change.ts';
import { foldEmail } from '../email.ts';
import { DomainError } from '../errors.ts';

export type Invitation = typeof invitations.$inferSelect;
export type InvitationState = 'pending' | 'accepted' | 'revoked' | 'expired';

/** The state as it is now: a pending one past its time has expired, whether or not a job has said so (rule 4). */
export const invitationState = (invitation: Invitation, now: Date): InvitationState =>
  invitation.state === 'pending' && invitation.expiresAt <= now
    ? 'expired'
    : (invitation.state as InvitationState);

/** The newest invitation of an address. @throws DomainError `not-found` */
export const findInvitation = async (s: Standing, email: string): Promise<Invitation> => {
  const folded = foldEmail(email);
  const [invitation] = await s.db
    .select()
    .from(invitations)
    .where(and(eq(invitations.organizationId, s.organization.id), eq(invitations.email, folded)))
    .orderBy(desc(invitations.createdAt))
    .limit(1);
  if (invitation) return invitation;
  throw new DomainError('not-found', `There is no invitation for ${folded} in ${s.organization.name}.`, {
    todo: 'See them with `/org invite list`, or send one with `/org invite send`.',
    field: 'email',
    facts: { email: folded },
  });
};

/** Whoever has the address here already, active. */
export const activeMemberAt = async (
  db: Db,
  organizationId: string,
  email: string,
): Promise<Holder | undefined> =>
  (await loadHolders(db, organizationId, { emails: [email] })).holders.find(
    ({ state }) => state === 'active',
  );

export const organizationRoleOf = ({ roles }: Holder): string | null =>
  roles.find(({ through }) => through === 'organization-role')?.role ?? null;

/** What an invitation gives, by name. */
export const accessOfInvitation = async (
  s: Pick<Standing, 'db' | 'organization'>,
  id: string,
): Promise<{ name: string; role: string; projectId: string; roleId: string; permissions: string[] }[]> =>
  rowsOf(
    await s.db.execute(sql`
      select p.name, r.name as role, p.id as "projectId", r.id as "roleId", r.permissions
      from invitation_projects ip
      join projects p on p.organization_id = ip.organization_id and p.id = ip.project_id
      join roles r on r.organization_id = ip.organization_id and r.id = ip.role_id
      where ip.organization_id = ${s.organization.id} and ip.invitation_id = ${id} order by p.name, r.name`),
  );

export const wrongState = (email: string, state: InvitationState, verb: string): DomainError =>
  new DomainError('wrong-state', `The invitation for ${email} was not ${verb}: it is ${state} already.`, {
    todo: state === 'accepted' ? 'They are a member now.' : 'Send a new one with `/org invite send`.',
    facts: { email, state },
  });
