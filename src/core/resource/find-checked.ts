import { and, eq, or } from 'drizzle-orm';
import { projects, resources } from '../../db/schema/index.ts';
import type { Standing } from '../change.ts';
import { DomainError } from '../errors.ts';
import { seesProject } from '../project/find.ts';

/**
 * The registered thing that a permission is asked about: `type:name`, or its name where the permission says the type.
 * One in a project that the actor does not see is answered like one that does not exist. @throws DomainError `not-found`
 */
export const findChecked = async (
  s: Standing,
  permission: string,
  typed: string,
): Promise<{ type: string; name: string; project: string | undefined; ownerId: string | null }> => {
  const [ofPermission = ''] = permission.split(':');
  const at = typed.indexOf(':');
  const named = { type: ofPermission, name: typed.trim() };
  const typedToo = { type: typed.slice(0, at).trim().toLowerCase(), name: typed.slice(at + 1).trim() };
  const is = ({ type, name }: typeof named) => and(eq(resources.type, type), eq(resources.name, name));
  const [found] = await s.db
    .select({
      type: resources.type,
      name: resources.name,
      project: projects.name,
      projectId: resources.projectId,
      ownerId: resources.ownerId,
    })
    .from(resources)
    .leftJoin(
      projects,
      and(eq(projects.organizationId, resources.organizationId), eq(projects.id, resources.projectId)),
    )
    .where(
      and(eq(resources.organizationId, s.organization.id), at < 1 ? is(named) : or(is(typedToo), is(named))),
    )
    .limit(1);
  if (found && (found.projectId === null || seesProject(s, found.projectId))) {
    return { ...found, project: found.project ?? undefined };
  }
  throw new DomainError(
    'not-found',
    `Nothing was checked: nothing \`${typed.slice(0, 60)}\` is registered in ${s.organization.name}.`,
    { todo: 'Name it as type:name, as it was registered.', field: 'resource' },
  );
};
