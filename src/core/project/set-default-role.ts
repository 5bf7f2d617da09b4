import { and, eq } from 'drizzle-orm';
import { projects } from '../../db/schema/index.ts';
import { activeMember, change, need, needToGive } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { findRole } from '../role/find.ts';
import { findProject } from './find.ts';

/** The role that every member of the organization has in the project ("anyone at …", PF-25); null for none. */
export const setDefaultRole = async (
  ctx: Context,
  input: { organizationId: string; project: string; role: string | null },
): Promise<{ project: string; role: string | null }> =>
  change(ctx, input.organizationId, async (c) => {
    activeMember(c);
    const { model } = c.organization;
    if (!model.policies.projectDefaultRole) {
      throw new DomainError(
        'forbidden',
        `Nothing changed: ${model.words.projects} have no default role here.`,
      );
    }
    const project = await findProject(c, input.project);
    need(c, 'grants:write', `set who may enter ${project.name}`, project.id);
    const role = input.role === null ? undefined : await findRole(c, 'project', input.role);
    if (role) needToGive(c, role.permissions, `the default role ${role.name}`, project.id);
    await c.db
      .update(projects)
      .set({ defaultRoleId: role?.id ?? null })
      .where(and(eq(projects.organizationId, c.organization.id), eq(projects.id, project.id)));
    c.audit({
      action: 'project.default-role-changed',
      target: project.name,
      facts: { role: role?.name ?? null },
    });
    return { project: project.name, role: role?.name ?? null };
  });
