import { and, desc, eq, inArray } from 'drizzle-orm';
import { decisions, invitations, members, requests, users } from '../../db/schema/index.ts';
import { activeMember, look, need, type Standing } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { findMember, type Person } from '../member/find.ts';
import { closest, nearestFew } from '../nearest.ts';
import type { Organization } from '../organization/organization.ts';
import { findProject, type Project } from '../project/find.ts';
import { requestName } from '../request/find.ts';
import { findChecked } from '../resource/find-checked.ts';
import { listRolesOf } from '../role/find.ts';
import { missingToGive } from './cover.ts';
import { evaluate, type HeldRole, type Holder } from './evaluate.ts';
import type { AccessModel } from './model.ts';
import { isKnown, isOperatorOnly, patternsFor } from './patterns.ts';

/** One link of the chain that says why: a role, how it is held, and which request and whose hand it came from. */
export interface Why {
  role: string;
  through: HeldRole['through'];
  project: string | null;
  until: Date | null;
  request: string | null;
  grantedBy: string | null;
  /** Who approved the request, in their order. */
  approvedBy: string[];
}

export interface Checked {
  email: string;
  permission: string;
  project: string | null;
  /** The registered thing that it is about, and whether the person owns it. */
  resource: { type: string; name: string; own: boolean } | undefined;
  allowed: boolean;
  /** The invitation that made them a member; there is none for whoever created the organization. */
  joined: { invitedBy: string; at: Date } | undefined;
  /** Every role that allows it; empty when it is denied. */
  why: Why[];
  /** When denied: what stands in the way. */
  because: 'deactivated' | 'no-role' | undefined;
  operatorOnly: boolean;
  /** When denied: the roles that would allow it, the one that gives least beyond it first. */
  wouldAllow: { role: string; scope: 'organization' | 'project' }[];
  /** When denied without a project: the projects where it is allowed. */
  allowedIn: string[];
}

/** Whether somebody may do something, and why. Everybody may check themselves; others need `members:read`. */
export const checkAccess = async (
  ctx: Context,
  organization: Organization,
  input: {
    permission: string;
    project?: string | undefined;
    /** A registered thing: its name, or `type:name` where the permission does not say the type. */
    resource?: string | undefined;
    person?: Person | undefined;
  },
): Promise<Checked> =>
  look(ctx, organization, async (s) => {
    const me = activeMember(s);
    const target = input.person ? await findTarget(s, me, input.person) : me;
    const permission = known(organization.model, input.permission.trim().toLowerCase());
    const resource = input.resource ? await findChecked(s, permission, input.resource) : undefined;
    // What is registered wins over what is said of it, here as for programs.
    const inProject = resource ? resource.project : input.project;
    const project = inProject ? await findProject(s, inProject) : undefined;
    const own = resource !== undefined && resource.ownerId === target.id;
    const allowing = evaluate(organization.model, target, { permission, projectId: project?.id, own });
    const allowed = allowing.length > 0;
    return {
      email: target.email,
      permission,
      project: project?.name ?? null,
      resource: resource && { type: resource.type, name: resource.name, own },
      allowed,
      joined: await joinedBy(s, target.email),
      why: await explain(s, allowing),
      because: allowed ? undefined : target.state === 'active' ? 'no-role' : 'deactivated',
      operatorOnly: isOperatorOnly(organization.model, permission),
      wouldAllow: allowed ? [] : await rolesThatAllow(s, permission, project, own),
      allowedIn: allowed || project ? [] : projectsWith(organization.model, target, permission),
    };
  });

const joinedBy = async (s: Standing, email: string): Promise<Checked['joined']> => {
  const [row] = await s.db
    .select({ invitedBy: members.email, at: invitations.settledAt })
    .from(invitations)
    .innerJoin(
      members,
      and(eq(members.organizationId, invitations.organizationId), eq(members.userId, invitations.inviterId)),
    )
    .where(
      and(
        eq(invitations.organizationId, s.organization.id),
        eq(invitations.email, email),
        eq(invitations.state, 'accepted'),
      ),
    )
    .orderBy(desc(invitations.settledAt))
    .limit(1);
  return row?.at ? { invitedBy: row.invitedBy, at: row.at } : undefined;
};

/** Whether an address is a member is told to those alone who may read members. */
const findTarget = async (s: Standing, me: Holder, person: Person): Promise<Holder> => {
  const target = await findMember(s, person).catch((error: unknown) => {
    need(s, 'members:read', 'check others');
    throw error;
  });
  if (target.id !== me.id) need(s, 'members:read', 'check others');
  return target;
};

const known = (model: AccessModel, permission: string): string => {
  if (isKnown(model, permission)) return permission;
  const near =
    model.catalogue === 'open'
      ? []
      : nearestFew(
          permission,
          model.catalogue.map((entry) => entry.name),
        );
  throw new DomainError(
    'invalid',
    `Nothing was checked: there is no permission \`${permission.slice(0, 60)}\`.`,
    {
      ...closest(near, 'Write it as `resource:action`.'),
      field: 'permission',
    },
  );
};

const explain = async (s: Standing, allowing: readonly HeldRole[]): Promise<Why[]> => {
  const here = s.organization.id;
  const requestIds = allowing.flatMap((held) => held.requestId ?? []);
  const granterIds = allowing.flatMap((held) => held.grantedBy ?? []);
  const asked = await s.db
    .select({ id: requests.id, number: requests.number })
    .from(requests)
    .where(and(eq(requests.organizationId, here), inArray(requests.id, requestIds)));
  const granters = await s.db
    .select({ id: members.userId, email: members.email })
    .from(members)
    .where(and(eq(members.organizationId, here), inArray(members.userId, granterIds)));
  const approvals = await s.db
    .select({ requestId: decisions.requestId, email: users.email })
    .from(decisions)
    .innerJoin(users, eq(users.id, decisions.userId))
    .where(
      and(
        eq(decisions.organizationId, here),
        inArray(decisions.requestId, requestIds),
        eq(decisions.decision, 'approved'),
      ),
    )
    .orderBy(decisions.at);
  return allowing.map((held) => {
    const request = asked.find((row) => row.id === held.requestId);
    return {
      role: held.role,
      through: held.through,
      project: held.project ?? null,
      until: held.until ?? null,
      request: request ? requestName(request) : null,
      grantedBy: granters.find((row) => row.id === held.grantedBy)?.email ?? null,
      approvedBy: approvals.flatMap((row) => (row.requestId === held.requestId ? [row.email] : [])),
    };
  });
};

/** A role that another candidate covers whole gives less than that one, so it comes before it. */
const rolesThatAllow = async (
  s: Standing,
  permission: string,
  project: Project | undefined,
  own: boolean,
): Promise<Checked['wouldAllow']> => {
  const { model } = s.organization;
  const patterns = patternsFor(model, permission, own);
  const candidates = (await listRolesOf(s.db, s.organization.id)).filter(
    (role) =>
      (role.scope === 'organization' || project !== undefined) &&
      role.permissions.some((held) => patterns.includes(held)),
  );
  const width = (permissions: readonly string[]): number =>
    candidates.filter(
      (other) =>
        missingToGive(model, { operator: true, administers: false, permissions }, other.permissions)
          .length === 0,
    ).length;
  return candidates
    .map((role) => ({ role, wide: role.scope === 'organization' ? 1 : 0, width: width(role.permissions) }))
    .sort((a, b) => a.wide - b.wide || a.width - b.width || a.role.name.localeCompare(b.role.name))
    .map(({ role }) => ({
      role: role.name,
      scope: role.scope === 'organization' ? 'organization' : 'project',
    }));
};

const projectsWith = (model: AccessModel, holder: Holder, permission: string): string[] => {
  const there = new Map(
    holder.roles.flatMap((held) => (held.projectId ? [[held.projectId, held.project ?? '']] : [])),
  );
  return [...there]
    .filter(([projectId]) => evaluate(model, holder, { permission, projectId }).length > 0)
    .map(([, name]) => name)
    .sort();
};
