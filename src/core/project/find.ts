import { and, eq, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { projects } from '../../db/schema/index.ts';
import { rolesAt } from '../access/evaluate.ts';
import { isOwn } from '../access/own.ts';
import { activeMember, holds, type Standing } from '../change.ts';
import { DomainError } from '../errors.ts';

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
 * A project by its exact name. `hidden` ones (the actor has no access there) are refused like unknown ones, unless
 * the caller may name any (`/access request new`).
 * @throws DomainError `not-found`, or `deactivated` for whoever may name none at all
 */
export const findProject = async (
  s: Standing,
  name: string,
  options: { evenHidden?: boolean } = {},
): Promise<Project> => {
  if (s.me || !s.operator) activeMember(s);
  const [project] = await s.db
    .select()
    .from(projects)
    .where(and(eq(projects.organizationId, s.organization.id), eq(projects.name, name.trim().toLowerCase())));
  if (project && (options.evenHidden || seesProject(s, project.id))) return project;
  const { model } = s.organization;
  const near =
    !options.evenHidden && holds(s, 'projects:write')
      ? await nearestProject(s, name.trim().toLowerCase())
      : undefined;
  throw new DomainError(
    'not-found',
    `No ${model.words.project} \`${name.slice(0, 60)}\` in ${s.organization.name} that you can name.`,
    {
      todo: near ? `Closest: ${near}.` : `Check the name, or see yours with \`/org project list\`.`,
      field: 'project',
      facts: near ? { near } : {},
    },
  );
};

const nearestProject = async (s: Standing, name: string): Promise<string | undefined> => {
  const [row] = rowsOf<{ name: string }>(
    await s.db.execute(sql`
      select name from projects where organization_id = ${s.organization.id}
        and name like ${`${name.slice(0, 3).replace(/[%_\\]/g, '')}%`} order by name limit 1`),
  );
  return row?.name;
};
