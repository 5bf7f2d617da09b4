import { and, eq, inArray, or } from 'drizzle-orm';
import { grants, projects } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import { isOperatorOnly } from '../access/patterns.ts';
import { type Change, change, holds, look, missingFor, type Standing } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { namedByOperators } from '../member/principal.ts';
import { setRole } from '../member/set-role.ts';
import { directMessages } from '../message.ts';
import type { Organization } from '../organization/organization.ts';
import { findProject, type Project, seesProject } from '../project/find.ts';
import { findRole, listRolesOf, type Role } from '../role/find.ts';
import { needToAdministerInPerson } from '../token/role.ts';
import { writeGrant } from './give.ts';
import { auditedAs, calledOf, type Grantee } from './grantee.ts';
import { endGrants } from './revoke.ts';
import { type HeldGrant, roleWriter, targetOf, type WholeSet, wholeSetOf } from './whole.ts';

export interface Wanted {
  person: Grantee;
  /** The organization role; left out, it stays. */
  role?: string | null | undefined;
  /** Every role that they are to have in a project; `null` is none, and so is a project that is not here. */
  projects: readonly { project: string; role: string | null }[];
  /** The set that the change was drawn from; refused where it is another one by now. */
  seen?: string | undefined;
}

export interface Difference {
  email: string;
  kind: Holder['kind'];
  /** The set as it is before. */
  seen: string;
  role: { before: string | null; after: string | null };
  added: { project: string; role: string }[];
  ended: { project: string; role: string; until: Date | null }[];
}

interface Plan extends Difference {
  target: Holder;
  newRole: Role | undefined;
  adding: { project: Pick<Project, 'id' | 'name'>; role: Role }[];
  ending: HeldGrant[];
}

export const changesNothing = (plan: Difference): boolean =>
  plan.added.length + plan.ended.length === 0 && plan.role.before === plan.role.after;

/**
 * Makes somebody's organization role and project access exactly this, or changes nothing at all. Grants that stay keep
 * their times. Everything that is added is held to rule 5, everything that ends takes `grants:write` there.
 */
export const replaceAccess = async (
  ctx: Context,
  input: Wanted & { organizationId: string },
): Promise<Difference> =>
  change(ctx, input.organizationId, async (c) => {
    const plan = await planned(c, input);
    if (changesNothing(plan)) return difference(plan);
    const { target, adding, ending } = plan;
    if (plan.role.before !== plan.role.after) await setRole(c, target, plan.newRole, null);
    await end(c, target, ending);
    for (const { project, role } of adding) {
      await writeGrant(c, target, project, role, { from: null, until: null }, { by: c.me?.id });
    }
    if (target.id !== c.me?.id && adding.length + ending.length > 0) {
      const ended = plan.ended.map(({ project, role }) => ({ project, role }));
      c.say(
        ...(await directMessages(c.db, c.organization.id, [target.id], {
          notice: 'access-edited',
          data: { by: c.me?.email, added: plan.added, ended },
        })),
      );
    }
    return difference(plan);
  });

/** What a replacement would do, under the same checks. */
export const planReplacement = async (
  ctx: Context,
  organization: Organization,
  wanted: Wanted,
): Promise<Difference> => look(ctx, organization, async (s) => difference(await planned(s, wanted)));

const difference = ({ email, kind, seen, role, added, ended }: Plan): Difference => ({
  email,
  kind,
  seen,
  role,
  added,
  ended,
});

const planned = async (s: Standing, wanted: Wanted): Promise<Plan> => {
  const target = await targetOf(s, wanted.person);
  const set = await wholeSetOf(s, target);
  const pair = (project: string, role: string): string => `${project}\n${role}`;
  const held = new Set(set.held.map((grant) => pair(grant.project, grant.role)));
  const asked = wanted.projects.flatMap(({ project, role }) =>
    role === null ? [] : [{ project: project.trim().toLowerCase(), role: role.trim().toLowerCase() }],
  );
  const kept = new Set(asked.map(({ project, role }) => pair(project, role)));
  const news = new Map(
    asked.map((one) => [pair(one.project, one.role), one] as const).filter(([key]) => !held.has(key)),
  );
  const adding = await resolved(s, [...news.values()]);
  const ending = set.held.filter((grant) => !kept.has(pair(grant.project, grant.role)));
  const newRole = await wantedRole(s, target, set, wanted.role);
  const plan: Plan = {
    target,
    email: calledOf(target),
    kind: target.kind,
    seen: set.seen,
    role: {
      before: set.role.name,
      after: wanted.role === undefined ? set.role.name : (newRole?.name ?? null),
    },
    newRole,
    adding,
    ending,
    added: adding.map(({ project, role }) => ({ project: project.name, role: role.name })),
    ended: ending.map(({ project, role, until }) => ({ project, role, until })),
  };
  if (changesNothing(plan)) return plan;
  if (wanted.seen !== undefined && wanted.seen !== set.seen) {
    throw new DomainError(
      'changed',
      `Nothing was saved: the access of ${plan.email} has changed since this was drawn.`,
      { todo: 'Open it again with `/org access edit` and look at what they have now.' },
    );
  }
  needToSave(s, plan);
  return plan;
};

/** Projects and roles by name, in two queries however many there are. */
const resolved = async (
  s: Standing,
  pairs: readonly { project: string; role: string }[],
): Promise<Plan['adding']> => {
  if (pairs.length === 0) return [];
  const names = [...new Set(pairs.map(({ project }) => project))];
  const there = await s.db
    .select()
    .from(projects)
    .where(and(eq(projects.organizationId, s.organization.id), inArray(projects.name, names)));
  const byName = new Map(there.map((project) => [project.name, project]));
  const known = (await listRolesOf(s.db, s.organization.id)).filter((role) => role.scope === 'project');
  const found: Plan['adding'] = [];
  for (const pair of pairs) {
    const named = byName.get(pair.project);
    const project = named && seesProject(s, named.id) ? named : await findProject(s, pair.project);
    const role = known.find(({ name }) => name === pair.role) ?? (await findRole(s, 'project', pair.role));
    found.push({ project, role });
  }
  return found;
};

const wantedRole = async (
  s: Standing,
  target: Holder,
  set: WholeSet,
  name: string | null | undefined,
): Promise<Role | undefined> => {
  if (name === undefined) return undefined;
  if (target.kind === 'service-account') {
    throw new DomainError('invalid', 'Nothing was saved: service accounts have no organization role.', {
      todo: 'Leave `role:` out.',
      field: 'role',
    });
  }
  const role = name === null ? undefined : await findRole(s, 'organization', name);
  if ((role?.name ?? null) === set.role.name) return role;
  if (target.kind === 'token') {
    needToAdministerInPerson(s, role, 'Nothing was saved');
    return role;
  }
  if ([role?.name, set.role.name ?? undefined].some((one) => namedByOperators(s, one))) {
    throw new DomainError(
      'forbidden',
      `Nothing was saved: in ${s.organization.name} operators alone give and take the role ${role?.name ?? set.role.name}.`,
      { todo: 'Ask them with `/org member role`; save the rest without it.' },
    );
  }
  return role;
};

const LISTED = 10;

/** Everything that the actor lacks for this, in one refusal. */
const needToSave = (s: Standing, plan: Plan): void => {
  const { model } = s.organization;
  const lacking: { where: string; permissions: string[] }[] = [];
  const lack = (where: string, permissions: string[]): void => {
    if (permissions.length > 0) lacking.push({ where, permissions });
  };
  if (plan.role.before !== plan.role.after) {
    const writer = roleWriter(plan.target);
    if (!holds(s, writer)) lack('the organization role', [writer]);
    const [above] = plan.target.roles.filter((held) => held.through === 'organization-role');
    lack(`taking the role ${plan.role.before} away`, missingFor(s, above?.permissions ?? []));
    lack(`the role ${plan.role.after}`, missingFor(s, plan.newRole?.permissions ?? []));
  }
  const mayWrite = (projectId: string): string[] =>
    holds(s, 'grants:write', projectId) ? [] : ['grants:write'];
  for (const { project, role } of plan.adding) {
    lack(`${role.name} in ${project.name}`, [
      ...mayWrite(project.id),
      ...missingFor(s, role.permissions, project.id),
    ]);
  }
  for (const grant of plan.ending) {
    lack(`taking ${grant.role} in ${grant.project} away`, mayWrite(grant.projectId));
  }
  if (lacking.length === 0) return;
  const named = lacking
    .slice(0, LISTED)
    .map(({ where, permissions }) => `${where} takes ${permissions.map((one) => `\`${one}\``).join(', ')}`);
  const more = lacking.length > LISTED ? `; and ${lacking.length - LISTED} more` : '';
  const missing = [...new Set(lacking.flatMap(({ permissions }) => permissions))];
  const forOperators = missing.some((permission) => isOperatorOnly(model, permission));
  throw new DomainError(
    'not-given',
    `Nothing was saved: ${named.join('; ')}${more}, which you may not give here.`,
    {
      todo: forOperators
        ? 'Operators alone give that: ask them with `/org access grant`, and save the rest without it.'
        : 'Leave that out, or ask somebody who may give it.',
      facts: { missing: missing.join(',') },
    },
  );
};

const end = async (c: Change, target: Holder, ending: readonly HeldGrant[]): Promise<void> => {
  if (ending.length === 0) return;
  const which = ending.map((grant) =>
    and(eq(grants.projectId, grant.projectId), eq(grants.roleId, grant.roleId)),
  );
  const ended = await endGrants(c, and(eq(grants.principalId, target.id), or(...which)));
  for (const facts of ended) {
    c.audit({ action: 'grant.revoked', target: auditedAs(target), facts: { ...facts } });
  }
};
