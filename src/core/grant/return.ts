import { and, eq, inArray } from 'drizzle-orm';
import { grants, requests } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import { activeMember, type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { findProject, type Project } from '../project/find.ts';
import type { Request } from '../request/find.ts';
import { giveBack, RETURNABLE } from '../request/return.ts';
import { fallBack } from '../request/take-back.ts';
import { findRole, type Role } from '../role/find.ts';
import { keyOf } from './bar.ts';
import { endGrants } from './revoke.ts';

export interface GivenBack {
  role: string;
  project: string | null;
}

/**
 * "I'm done" for access of one's own that one may never have asked for: a role in a project, or an organization role
 * that is held for a time. What a request of one's own gave is returned as that request.
 */
export const returnAccess = async (
  ctx: Context,
  input: {
    organizationId: string;
    role: string;
    project?: string | undefined;
    /** The end that the pressed button was drawn for. */
    until?: string | undefined;
  },
): Promise<GivenBack> =>
  change(ctx, input.organizationId, async (c) => {
    const me = activeMember(c);
    const { project, role } = await named(c, input);
    needSameEnd(me, role, project, input.until);
    const asked = await ownRequestFor(c, me.id, role, project);
    if (asked) await giveBack(c, asked);
    else if (project) await endGrant(c, me.id, role, project);
    else if (!(await fallBack(c, me.id, role.id))) throw notHeld(c, role, undefined);
    if (!asked) {
      const facts = { role: role.name, project: project?.name ?? null };
      c.audit({ action: 'grant.returned', target: me.email, facts });
    }
    return { role: role.name, project: project?.name ?? null };
  });

/** A button names what was held: where it can not be named any more, it is not held either. */
const named = async (
  c: Change,
  { project: typed, role, until }: { project?: string | undefined; role: string; until?: string | undefined },
): Promise<{ project: Project | undefined; role: Role }> => {
  try {
    const project = typed ? await findProject(c, typed) : undefined;
    return { project, role: await findRole(c, project ? 'project' : 'organization', role) };
  } catch (error) {
    const gone = until !== undefined && error instanceof DomainError && error.code === 'not-found';
    throw gone ? notHeld(c, { name: role }, typed ? { name: typed } : undefined) : error;
  }
};

const ownRequestFor = async (
  c: Change,
  requesterId: string,
  role: Role,
  project: Project | undefined,
): Promise<Request | undefined> => {
  const approved = await c.db
    .select()
    .from(requests)
    .where(
      and(
        eq(requests.organizationId, c.organization.id),
        eq(requests.requesterId, requesterId),
        eq(requests.roleId, role.id),
        inArray(requests.kind, [...RETURNABLE]),
        eq(requests.state, 'approved'),
      ),
    );
  return approved.find(
    (one) =>
      one.projectId === (project?.id ?? null) && (one.accessEndsAt === null || one.accessEndsAt > c.now),
  );
};

const endGrant = async (c: Change, principalId: string, role: Role, project: Project): Promise<void> => {
  const key = keyOf(c, { principalId, projectId: project.id, roleId: role.id });
  const [held] = await c.db.select().from(grants).where(key);
  if (!held || (held.expiresAt && held.expiresAt <= c.now)) throw notHeld(c, role, project);
  await endGrants(c, key);
};

/** What somebody has given for longer since is not given back by a button that said it was about to end. */
const needSameEnd = (
  me: Holder,
  role: Role,
  project: Project | undefined,
  shown: string | undefined,
): void => {
  const held = me.roles.find(
    (one) => one.through !== 'default-role' && one.roleId === role.id && one.projectId === project?.id,
  );
  if (shown === undefined || !held || held.until?.toISOString() === shown) return;
  const what = project ? `${role.name} in ${project.name}` : role.name;
  const end = held.until ? 'ends at another time now' : 'has no end now';
  throw new DomainError('wrong-state', `Nothing was given back: ${what} ${end}.`, {
    todo: `If you are done with it all the same, use \`/access return ${role.name}${project ? ` ${project.name}` : ''}\`.`,
  });
};

const notHeld = (
  c: Change,
  role: Pick<Role, 'name'>,
  project: Pick<Project, 'name'> | undefined,
): DomainError =>
  new DomainError(
    'not-found',
    project
      ? `Nothing was given back: you do not hold ${role.name} in ${project.name}, or by a default role alone.`
      : `Nothing was given back: you are not ${role.name} of ${c.organization.name} for a time.`,
    {
      todo: project
        ? 'See what you have with `/access`.'
        : 'A role without an end is changed by an administrator; see what you have with `/access`.',
    },
  );
