import { and, eq } from 'drizzle-orm';
import { grants, invitationProjects, projects, requests, takenNamespaces } from '../../db/schema/index.ts';
import { change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { directMessages } from '../message.ts';
import { cancelRequestsWhere } from '../request/cancel-where.ts';
import { endRequests } from '../request/end.ts';
import { tellRequester } from '../request/tell-requester.ts';
import { releaseFromProject } from '../resource/release.ts';
import { findProject } from './find.ts';

/** Deletes a project with the access to it; open requests for it are cancelled, settled ones keep its name. */
export const deleteProject = async (
  ctx: Context,
  input: { organizationId: string; project: string },
): Promise<{ name: string; grants: number; requests: number }> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'projects:write', `delete ${c.organization.model.words.projects}`);
    const project = await findProject(c, input.project);
    const here = c.organization.id;
    const ended = await c.db
      .delete(grants)
      .where(and(eq(grants.organizationId, here), eq(grants.projectId, project.id)))
      .returning({ principalId: grants.principalId, requestId: grants.requestId });
    await c.db
      .delete(invitationProjects)
      .where(and(eq(invitationProjects.organizationId, here), eq(invitationProjects.projectId, project.id)));
    await endRequests(
      c,
      ended.flatMap((grant) => grant.requestId ?? []),
    );
    c.audit({ action: 'project.deleted', target: project.name, facts: { grants: ended.length } });
    const why = `${project.name} was deleted`;
    const cancelled = await cancelRequestsWhere(c, eq(requests.projectId, project.id), why);
    await c.db
      .update(requests)
      .set({ projectId: null })
      .where(and(eq(requests.organizationId, here), eq(requests.projectId, project.id)));
    await releaseFromProject(c, project.id);
    await c.db.delete(projects).where(and(eq(projects.organizationId, here), eq(projects.id, project.id)));
    await c.db
      .delete(takenNamespaces)
      .where(and(eq(takenNamespaces.organizationId, here), eq(takenNamespaces.name, project.name)));
    c.count('projects', -1);
    for (const request of cancelled) await tellRequester(c, request);
    const holders = [...new Set(ended.map((grant) => grant.principalId))].filter((id) => id !== c.me?.id);
    c.say(
      ...(await directMessages(c.db, here, holders, {
        notice: 'project-deleted',
        data: { by: c.me?.email, project: project.name },
      })),
    );
    return { name: project.name, grants: ended.length, requests: cancelled.length };
  });
