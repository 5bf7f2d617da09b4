import { principals } from '../../db/schema/index.ts';
import { loadHolder } from '../access/holder.ts';
import { type Change, change, need, needToGive } from '../change.ts';
import type { Context } from '../context.ts';
import type { When } from '../duration.ts';
import { DomainError } from '../errors.ts';
import { writeGrant } from '../grant/give.ts';
import { newId } from '../id.ts';
import { findMember, type Person } from '../member/find.ts';
import { findProject } from '../project/find.ts';
import { findRole, type Role } from '../role/find.ts';
import { freeName } from './find.ts';
import { mintToken, type NewToken } from './mint.ts';
import { needTokenKind } from './need-kind.ts';
import { needToAdministerInPerson } from './role.ts';

export interface NewOrganizationToken extends NewToken {
  member: string | undefined;
  /** In the organization itself. */
  role: string | null;
  grants: { project: string; role: string }[];
}

/** CW-34: a token that the organization owns, with grants of its own, perhaps associated with a member (CW-35). */
export const createOrganizationToken = async (
  ctx: Context,
  input: {
    organizationId: string;
    name: string;
    member?: Person;
    projects?: readonly { project: string; role?: string }[];
    /** In the projects that are named without one; where none is named, in the organization itself. */
    role?: string;
    expires?: When;
  },
): Promise<NewOrganizationToken> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'tokens:write', 'create tokens');
    needTokenKind(c, 'organization', 'No token was created');
    const name = await freeName(c, input.name);
    const member = input.member && (await findMember(c, input.member));
    const role = input.projects?.length ? undefined : await organizationRole(c, input.role);
    const id = newId();
    await c.db
      .insert(principals)
      .values({ organizationId: c.organization.id, id, kind: 'token', roleId: role?.id ?? null });
    const made = await mintToken(c, {
      kind: 'organization',
      name,
      principalId: id,
      associatedId: member?.id,
      expires: input.expires,
    });
    c.audit({
      action: 'token.created',
      target: name,
      facts: {
        kind: 'organization',
        fingerprint: made.fingerprint,
        expires: made.expiresAt?.toISOString() ?? null,
        member: member?.email ?? null,
        role: role?.name ?? null,
      },
    });
    const holder = await loadHolder(c.db, c.organization.id, id);
    if (!holder) throw new Error('The principal was not written');
    const given: { project: string; role: string }[] = [];
    for (const wanted of input.projects ?? []) {
      const project = await findProject(c, wanted.project);
      const there = await findRole(c, 'project', needRole(c, wanted.role ?? input.role, project.name));
      needToGive(c, there.permissions, `the role ${there.name}`, project.id);
      await writeGrant(c, holder, project, there, { from: null, until: null }, { by: c.me?.id });
      given.push({ project: project.name, role: there.name });
    }
    return { ...made, member: member?.email, role: role?.name ?? null, grants: given };
  });

const organizationRole = async (c: Change, name: string | undefined): Promise<Role | undefined> => {
  if (name === undefined) return undefined;
  const role = await findRole(c, 'organization', name);
  needToAdministerInPerson(c, role, 'No token was created');
  needToGive(c, role.permissions, `the role ${role.name}`);
  return role;
};

const needRole = (c: Change, role: string | undefined, project: string): string => {
  if (role !== undefined) return role;
  throw new DomainError('invalid', `No token was created: no role is named for ${project}.`, {
    todo: `Write ${c.organization.model.words.project}:role, or add \`role:\`.`,
    field: 'role',
  });
};
