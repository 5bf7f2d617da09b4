import { and, eq, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { projects } from '../../db/schema/index.ts';
import { rolesAt } from '../access/evaluate.ts';
import { isOwn } from '../access/own.ts';
import { activeMember, holds, type Standing } from '../change.ts';
import { DomainError } from '../errors.ts';
import { closest, nearestFew } from '../nearest.ts';

export type Project = typeof projects.$inferSelect;

/**
 * Whether the actor sees every project: who manages them, and who holds an organization role that gives something in
 * all of them (CR-12, CR-18). What guards Rollcall's own commands gives nothing in a project.
 */
export const seesAllProjects = (s: Standing): boolean =>
  holds(s, 'projects:write') ||
  holds(s, 'grants:write') ||
  (s.me !== undefined &&
    rolesAt(s.me).some((held) => held.permissions.some((one) => !isOwn(one) && !one.endsWith(':own'))));

/** Whether the actor sees that this project exists (PF-06): others than those see what they have access to. */
export const seesProject = (s: Standing, projectId: string): boolean =>
  seesAllProjects(s) ||
  (s.me !== undefined && rolesAt(s.me, projectId).some((held) => held.projectId === projectId));

/**
 * A project by its exact name. Hidden ones (the actor has no access there) are refused like unknown ones, unless any may
 * be named; `refusedAlike`: with the very same words for everybody, where that is so (`/access request new`).
 * @throws DomainError `not-found`, or `deactivated` for whoever may name none at all
 */
export const findProject = async (
  s: Standing,
  name: string,
  options: { evenHidden?: boolean; refusedAlike?: boolean } = {},
): Promise<Project> => {
  if (s.me || !s.operator) activeMember(s);
  const [project] = await s.db
    .select()
    .from(projects)
    .where(and(eq(projects.organizationId, s.organization.id), eq(projects.name, name.trim().toLowerCase())));
  const { evenHidden, refusedAlike } = options;
  if (project && (evenHidden || refusedAlike || seesProject(s, project.id))) return project;
  const { model } = s.organization;
  const wanted = name.trim().toLowerCase();
  const hides = refusedAlike && !seesAllProjects(s);
  const near = hides ? [] : nearestFew(wanted, await namesLike(s, wanted));
  throw new DomainError(
    'not-found',
    `No ${model.words.project} \`${name.slice(0, 60)}\` in ${s.organization.name} that you can name.`,
    {
      ...closest(near, 'Check the name, or see yours with `/org project list`.'),
      field: 'project',
    },
  );
};

/** Of many projects those alone are looked through that begin alike; of a few, all. */
const LOOKED_THROUGH = 1000;

/** Names that the actor may know of. */
const namesLike = async (s: Standing, name: string): Promise<string[]> => {
  const mine = [...new Set(s.me?.roles.flatMap((held) => held.projectId ?? []) ?? [])];
  const seen = sql`
    select name from projects where organization_id = ${s.organization.id}
      and (${seesAllProjects(s)} or id = any(${sql.param(mine)}::uuid[]))`;
  const alike = `${name.slice(0, 2).replace(/[%_\\]/g, '')}%`;
  return rowsOf<{ name: string }>(
    await s.db.execute(sql`
      (${seen} and name like ${alike} order by name limit ${LOOKED_THROUGH})
      union (${seen} order by name limit ${LOOKED_THROUGH})`),
  ).map((row) => row.name);
};
