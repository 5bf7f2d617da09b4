import { eq } from 'drizzle-orm';
import { projects } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import { change, need, needToGive } from '../change.ts';
import type { Context } from '../context.ts';
import { endOf, type When } from '../duration.ts';
import { DomainError } from '../errors.ts';
import { directMessages } from '../message.ts';
import { findRole } from '../role/find.ts';
import { writeGrant } from './give.ts';
import { calledOf, findGrantee, type Grantee } from './grantee.ts';

export interface GivenEverywhere {
  kind: Holder['kind'];
  email: string;
  role: string;
  from: Date | null;
  until: Date | null;
  /** Where they have it anew or with other times; everywhere else they had exactly this. */
  projects: string[];
}

/** CW-44: a role in every project that the organization has now, and in none that comes later; all of them or none. */
export const giveEverywhere = async (
  ctx: Context,
  input: { organizationId: string; person: Grantee; role: string; for?: When; from?: When; reason?: string },
): Promise<GivenEverywhere> =>
  change(ctx, input.organizationId, async (c) => {
    const { words } = c.organization.model;
    need(c, 'grants:write', `give access to every ${words.project}`);
    const role = await findRole(c, 'project', input.role);
    const target = await findGrantee(c, input.person);
    needToGive(c, role.permissions, `the role ${role.name}`);
    const all = await c.db
      .select({ id: projects.id, name: projects.name })
      .from(projects)
      .where(eq(projects.organizationId, c.organization.id))
      .orderBy(projects.name);
    if (all.length === 0) {
      throw new DomainError(
        'not-found',
        `Nothing was given: ${c.organization.name} has no ${words.project}.`,
        {
          todo: 'Create one with `/org project create`.',
        },
      );
    }
    const from = input.from ? endOf(input.from, c.now, c.now, 'from') : null;
    const until = input.for ? endOf(input.for, from ?? c.now, c.now, 'for') : null;
    const given: string[] = [];
    for (const project of all) {
      const why = { reason: input.reason, by: c.me?.id };
      if ((await writeGrant(c, target, project, role, { from, until }, why)) !== 'same')
        given.push(project.name);
    }
    if (given.length > 0 && target.id !== c.me?.id) {
      const added = given.map((project) => ({ project, role: role.name }));
      c.say(
        ...(await directMessages(c.db, c.organization.id, [target.id], {
          notice: 'access-edited',
          data: { by: c.me?.email, added, ended: [] },
        })),
      );
    }
    return { kind: target.kind, email: calledOf(target), role: role.name, from, until, projects: given };
  });
