import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import { invitationProjects, invitations, members, principals } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import { isOperatorOnly } from '../access/patterns.ts';
import { type Change, change, need, needToGive } from '../change.ts';
import type { Context } from '../context.ts';
import { endOf, type When } from '../duration.ts';
import { foldEmail } from '../email.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../id.ts';
import { needToNameAdministrators } from '../member/principal.ts';
import { needRoomForMembers } from '../member/room.ts';
import type { NewMessage } from '../message.ts';
import { loadSettings } from '../organization/settings.ts';
import { findProject, type Project } from '../project/find.ts';
import { findRole, listRolesOf, type Role } from '../role/find.ts';
import { needSsoChoice } from '../sso/offer.ts';
import { needToInvite } from './need-to-invite.ts';
import { invitationHash, invitationToken } from './secret.ts';

export interface InvitationResult {
  email: string;
  /** `asked`: a member, who is to sign in once with the organization's provider and keeps what they have. */
  outcome: 'sent' | 'asked' | 'already-member' | 'deactivated-member' | 'pending' | 'bad-address' | 'limit';
  detail: string;
}

export interface InvitationsSent {
  results: InvitationResult[];
  role: string | null;
  projects: { name: string; role: string }[];
  /** The access was taken over from the inviter. */
  inherited: boolean;
  /** The role is so broad that project roles are the better choice (CR-08). */
  advice: boolean;
  sso: boolean;
  expiresAt: Date;
  mailed: boolean;
}

const FEWEST_SECONDS = 60;

/**
 * Invites one or many addresses with the same access; each gets its own result, and what cannot be sent does not hold
 * up the rest (PF-09). Rights are checked once, for all: nobody invites with access that they may not give (rule 5).
 */
export const sendInvitations = async (
  ctx: Context,
  input: {
    organizationId: string;
    emails: readonly string[];
    role?: string | null;
    projects?: readonly { project: string; role: string }[];
    /** Nothing is taken over from the inviter, where the model would. */
    noAccess?: boolean;
    /** They must come in through the organization's provider (CR-04). */
    sso?: boolean;
    expires?: When;
  },
): Promise<InvitationsSent> =>
  change(ctx, input.organizationId, async (c) => {
    const me = await needToInvite(c);
    const policy = c.organization.model.policies.invitation;
    if (input.role !== undefined && !policy.namesRole) {
      throw new DomainError(
        'invalid',
        `Nobody was invited: in ${c.organization.name} everybody joins as ${policy.defaultRole}.`,
        { todo: 'Leave the role out, and change it after they have joined.', field: 'role' },
      );
    }
    const sso = input.sso === true;
    if (sso) await needSsoChoice(c);
    const roleName = input.role === undefined ? policy.defaultRole : input.role;
    const role = roleName === null ? undefined : await findRole(c, 'organization', roleName);
    needToNameAdministrators(c, role);
    if (role) needToGive(c, role.permissions, `the role ${role.name}`);
    const inherits = policy.inheritsGrants && !input.projects && !input.noAccess;
    const projects = inherits ? await inherited(c, me) : await projectsToGive(c, input.projects ?? []);
    const settings = await loadSettings(c.db, c.organization.id);
    const expiresAt = endOf(
      input.expires ?? { seconds: settings['invitation-life'] },
      c.now,
      c.now,
      'expires',
    );
    const lifeSeconds = Math.max(FEWEST_SECONDS, Math.round((expiresAt.getTime() - c.now.getTime()) / 1000));
    const results: InvitationResult[] = [];
    for (const typed of unique(input.emails)) {
      results.push(
        await inviteOne(c, typed, { role, projects, expiresAt, lifeSeconds, inviterId: me.id, sso }),
      );
    }
    return {
      results,
      role: role?.name ?? null,
      projects: projects.map(({ project, role: given }) => ({ name: project.name, role: given.name })),
      inherited: inherits,
      advice: c.organization.model.roles.some((known) => known.broad && known.name === role?.name),
      sso,
      expiresAt,
      mailed: ctx.installation.mail,
    };
  });

const unique = (emails: readonly string[]): string[] => [...new Set(emails.map((email) => email.trim()))];

/**
 * The inviter's own lasting grants of this moment, but for what operators alone give: a snapshot, cut again at
 * acceptance (CW-15 to CW-18). What ends for the inviter would not end for the invited.
 */
const inherited = async (c: Change, me: Holder): Promise<{ project: Project; role: Role }[]> => {
  const { model } = c.organization;
  const all = await listRolesOf(c.db, c.organization.id);
  const mine = me.roles.filter(
    (held) =>
      held.through === 'grant' &&
      held.until === undefined &&
      !held.permissions.some((permission) => isOperatorOnly(model, permission)),
  );
  const taken = [];
  for (const held of mine) {
    const role = all.find((known) => known.id === held.roleId);
    if (role && held.project) taken.push({ project: await findProject(c, held.project), role });
  }
  return taken;
};

const projectsToGive = async (
  c: Change,
  typed: readonly { project: string; role: string }[],
): Promise<{ project: Project; role: Role }[]> => {
  const given = [];
  for (const entry of typed) {
    const project = await findProject(c, entry.project);
    const role = await findRole(c, 'project', entry.role);
    need(c, 'grants:write', `give access to ${project.name}`, project.id);
    needToGive(c, role.permissions, `the role ${role.name}`, project.id);
    given.push({ project, role });
  }
  return given;
};

interface Access {
  role: Role | undefined;
  projects: { project: Project; role: Role }[];
  expiresAt: Date;
  lifeSeconds: number;
  inviterId: string;
  sso: boolean;
}

const inviteOne = async (c: Change, typed: string, access: Access): Promise<InvitationResult> => {
  let email: string;
  try {
    email = foldEmail(typed);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { email: typed, outcome: 'bad-address', detail: 'not an e-mail address' };
  }
  const standing = await standingOf(c, email, access.sso);
  if (typeof standing === 'object') return standing;
  const asked = standing === 'signs-in';
  try {
    if (!asked) await needRoomForMembers(c, 1);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { email, outcome: 'limit', detail: 'there is no room (members-limit)' };
  }
  const { role, projects } = asked ? { role: undefined, projects: [] } : access;
  const id = newId();
  const generation = newId();
  const organizationId = c.organization.id;
  const token = invitationToken(c.ctx.installation.secretKey, { organizationId, id, generation });
  await c.db.insert(invitations).values({
    organizationId,
    id,
    email,
    roleId: role?.id ?? null,
    ssoRequired: access.sso,
    inviterId: access.inviterId,
    generation,
    secretHash: invitationHash(token),
    expiresAt: access.expiresAt,
    lifeSeconds: access.lifeSeconds,
  });
  if (projects.length > 0) {
    await c.db.insert(invitationProjects).values(
      projects.map(({ project, role }) => ({
        organizationId,
        invitationId: id,
        projectId: project.id,
        roleId: role.id,
      })),
    );
  }
  c.count('invitations', 1);
  c.audit({
    action: 'invitation.sent',
    target: email,
    facts: {
      role: role?.name ?? null,
      projects: projects.map((given) => `${given.project.name}:${given.role.name}`),
      expires: access.expiresAt.toISOString(),
      ...(access.sso ? { sso: true } : {}),
    },
  });
  if (c.ctx.installation.mail) c.say(invitationLetter(organizationId, id, email));
  return { email, outcome: asked ? 'asked' : 'sent', detail: '' };
};

/** The letter of an invitation; it makes the link when it is written. */
export const invitationLetter = (organizationId: string, id: string, email: string): NewMessage => ({
  organizationId,
  platform: 'mail',
  workspaceId: '',
  recipient: { kind: 'address', id: email },
  notice: 'invitation',
  data: { organizationId, invitationId: id },
});

/**
 * Why there is nothing to send: they are in already, or an invitation is open (CW-27). A lapsed one makes room. A member
 * who never signed in with the provider can be asked to.
 */
const standingOf = async (
  c: Change,
  email: string,
  sso: boolean,
): Promise<InvitationResult | 'signs-in' | undefined> => {
  const here = c.organization.id;
  const [member] = await c.db
    .select({ state: principals.state, ssoRequired: members.ssoRequired })
    .from(members)
    .innerJoin(principals, and(eq(principals.organizationId, here), eq(principals.id, members.userId)))
    .where(and(eq(members.organizationId, here), eq(members.email, email), ne(principals.state, 'removed')));
  const signsIn = sso && member?.state === 'active' && !member.ssoRequired;
  if (member?.state === 'active' && !signsIn)
    return { email, outcome: 'already-member', detail: 'already a member' };
  if (member && !signsIn) return { email, outcome: 'deactivated-member', detail: 'a deactivated member' };
  const lapsed = await c.db
    .update(invitations)
    .set({ state: 'expired', settledAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(invitations.organizationId, here),
        eq(invitations.email, email),
        inArray(invitations.state, ['pending']),
        sql`${invitations.expiresAt} <= clock_timestamp()`,
      ),
    )
    .returning({ id: invitations.id });
  c.count('invitations', -lapsed.length);
  const [pending] = await c.db
    .select({ sentAt: invitations.sentAt })
    .from(invitations)
    .where(
      and(
        eq(invitations.organizationId, here),
        eq(invitations.email, email),
        eq(invitations.state, 'pending'),
      ),
    );
  if (!pending) return signsIn ? 'signs-in' : undefined;
  return {
    email,
    outcome: 'pending',
    detail: `an invitation from ${pending.sentAt.toISOString().slice(0, 10)} is open`,
  };
};
