import { and, eq } from 'drizzle-orm';
import { members, projects, resources } from '../../db/schema/index.ts';
import { need, type Standing } from '../change.ts';
import { DomainError } from '../errors.ts';
import { closest, nearestFew } from '../nearest.ts';
import type { Registered } from './add.ts';

export type FoundResource = Omit<Registered, 'namespace'> & { projectId: string | null };

/**
 * A registered thing that the actor may manage: everywhere, or in the project that it is in.
 * @throws DomainError `not-found`, `forbidden`
 */
export const findManaged = async (
  s: Standing,
  what: string,
  named: { type: string; name: string },
): Promise<FoundResource> => {
  const type = named.type.trim().toLowerCase();
  const name = named.name.trim();
  const ofType = and(eq(resources.organizationId, s.organization.id), eq(resources.type, type));
  const [found] = await s.db
    .select({
      id: resources.id,
      type: resources.type,
      name: resources.name,
      owner: members.email,
      project: projects.name,
      projectId: resources.projectId,
    })
    .from(resources)
    .leftJoin(
      projects,
      and(eq(projects.organizationId, resources.organizationId), eq(projects.id, resources.projectId)),
    )
    .leftJoin(
      members,
      and(eq(members.organizationId, resources.organizationId), eq(members.userId, resources.ownerId)),
    )
    .where(and(ofType, eq(resources.name, name)));
  need(s, 'registry:write', what, found?.projectId ?? undefined);
  if (found) return found;
  const some = await s.db.select({ name: resources.name }).from(resources).where(ofType).limit(200);
  const near = nearestFew(
    name,
    some.map((row) => row.name),
  );
  throw new DomainError(
    'not-found',
    `Nothing \`${name.slice(0, 60)}\` of type \`${type.slice(0, 60)}\` is registered in ${s.organization.name}.`,
    {
      ...closest(near, 'See what is with `/org resource list`.'),
      field: 'name',
    },
  );
};
