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
import { findRole } from '../role/find.ts';
import { freeName } from './find.ts';
import { mintToken, type NewToken } from './mint.ts';
import { needTokenKind } from './need-kind.ts';

export interface NewOrganizationToken extends NewToken {
  member: string | undefined;
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
    /** In the projects that are named without one. */
    role?: string;
    expires?: When;
  },
): Promise<NewOrganizationToken> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'tokens:write', 'create tokens');
    needTokenKind(c, 'organization', 'No token was created');
    const name = await freeName(c, input.name);
    const member = input.member && (await findMember(c, input.member));
    const id = newId();
    await c.db.insert(principals).values({ organizationId: c.organization.id, id, kind: 'token' });
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
      },
    });
    const holder = await loadHolder(c.db, c.organization.id, id);
    if (!holder) throw new Error('The principal was not written');
    const given: { project: string; role: string }[] = [];
    for (const wanted of input.projects ?? []) {
      const project = await findProject(c, wanted.project);
      const role = await findRole(c, 'project', needRole(c, wanted.role ?? input.role, project.name));
      needToGive(c, role.permissions, `the role ${role.name}`, project.id);
      await writeGrant(c, holder, project, role, { from: null, until: null }, { by: c.me?.id });
      given.push({ project: project.name, role: role.name });
    }
    return { ...made, member: member?.email, grants: given };
  });

const needRole = (c: Change, role: string | undefined, project: string): string => {
  if (role !== undefined) return role;
  throw new DomainError('invalid', `No token was created: no role is named for ${project}.`, {
    todo: `Write ${c.organization.model.words.project}:role, or add \`role:\`.`,
    field: 'role',
  });
};
