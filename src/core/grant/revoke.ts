import { and, eq, inArray, type SQL } from 'drizzle-orm';
import { grants, projects, roles } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import { type Change, change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { directMessages } from '../message.ts';
import { findProject } from '../project/find.ts';
import { endRequests } from '../request/end.ts';
import { findRole } from '../role/find.ts';
import { noGrant } from './give.ts';
import { auditedAs, calledOf, findGrantee, type Grantee } from './grantee.ts';

export interface Revoked {
  kind: Holder['kind'];
  email: string;
  ended: { project: string; role: string }[];
}

/** Takes somebody's access to one project, or to `all` of them: one role of theirs, or whatever they hold there. */
export const revokeGrants = async (
  ctx: Context,
  input: { organizationId: string; person: Grantee; project: string; role?: string; reason?: string },
): Promise<Revoked> =>
  change(ctx, input.organizationId, async (c) => {
    const all = input.project.toLowerCase() === 'all';
    const project = all ? undefined : await findProject(c, input.project);
    need(c, 'grants:write', `take away access to ${project?.name ?? 'everything'}`, project?.id);
    const target = await findGrantee(c, input.person);
    const role = input.role ? await findRole(c, 'project', input.role) : undefined;
    const ended = await endGrants(
      c,
      and(
        eq(grants.principalId, target.id),
        project ? eq(grants.projectId, project.id) : undefined,
        role ? eq(grants.roleId, role.id) : undefined,
      ),
    );
    if (ended.length === 0)
      throw noGrant(calledOf(target), project?.name ?? `any ${c.organization.model.words.project}`);
    for (const facts of ended) {
      c.audit({
        action: 'grant.revoked',
        target: auditedAs(target),
        reason: input.reason,
        facts: { ...facts },
      });
    }
    if (target.id !== c.me?.id) {
      c.say(
        ...(await directMessages(c.db, c.organization.id, [target.id], {
          notice: 'grant-revoked',
          data: { by: c.me?.email, ended, reason: input.reason },
        })),
      );
    }
    return { kind: target.kind, email: calledOf(target), ended };
  });

/** Deletes grants of the change's organization and says which they were, and when they would have ended or did. */
export const endGrants = async (
  c: Change,
  which: SQL | undefined,
): Promise<{ project: string; role: string; until: string | null }[]> => {
  const gone = await c.db
    .delete(grants)
    .where(and(eq(grants.organizationId, c.organization.id), which))
    .returning({
      projectId: grants.projectId,
      roleId: grants.roleId,
      requestId: grants.requestId,
      until: grants.expiresAt,
    });
  if (gone.length === 0) return [];
  const here = c.organization.id;
  await endRequests(
    c,
    gone.flatMap((row) => row.requestId ?? []),
  );
  const projectNames = await c.db
    .select({ id: projects.id, name: projects.name })
    .from(projects)
    .where(
      and(
        eq(projects.organizationId, here),
        inArray(
          projects.id,
          gone.map((row) => row.projectId),
        ),
      ),
    );
  const roleNames = await c.db
    .select({ id: roles.id, name: roles.name })
    .from(roles)
    .where(
      and(
        eq(roles.organizationId, here),
        inArray(
          roles.id,
          gone.map((row) => row.roleId),
        ),
      ),
    );
  return gone.map((row) => ({
    project: projectNames.find((project) => project.id === row.projectId)?.name ?? '',
    role: roleNames.find((role) => role.id === row.roleId)?.name ?? '',
    until: row.until?.toISOString() ?? null,
  }));
};
