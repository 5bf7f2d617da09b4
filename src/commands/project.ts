import { look, need } from '../core/change.ts';
import { createProject } from '../core/project/create.ts';
import { deleteProject } from '../core/project/delete.ts';
import { listProjects, showProject } from '../core/project/list.ts';
import { setDefaultRole } from '../core/project/set-default-role.ts';
import { count } from '../views/parts.ts';
import {
  defaultRoleCard,
  projectCard,
  projectCreatedCard,
  projectDeletedCard,
  projectListCard,
} from '../views/project.ts';
import { carried, name, project, role } from './argument.ts';
import { inOrganization } from './command.ts';

const may = 'Whoever holds projects:write: administrators.';

export const projectCommands = [
  inOrganization({
    root: 'org',
    name: 'project list',
    summary: 'List projects',
    details: 'Shows the projects that you have access to; all of them to who manages projects.',
    example: '/org project list',
    may: 'Every member.',
    args: { after: carried() },
    run: async (ctx, { after }) =>
      projectListCard(await listProjects(ctx, ctx.organization, { after }), ctx.organization.model.words),
  }),
  inOrganization({
    root: 'org',
    name: 'project show',
    summary: 'Show a project',
    details: 'Shows one project: its default role and who was given access by name.',
    example: '/org project show search-prod',
    may: 'Whoever has access to it.',
    args: { project: project() },
    run: async (ctx, args) =>
      projectCard(await showProject(ctx, ctx.organization, args.project), ctx.organization.model.words),
  }),
  inOrganization({
    root: 'org',
    name: 'project create',
    summary: 'Create a project',
    details: 'Makes a project; nobody but you and administrators has access to it yet.',
    example: '/org project create search-prod',
    may,
    permission: 'projects:write',
    changes: true,
    args: {
      project: name('Name', { placeholder: 'search-prod', hint: 'Lower-case letters, digits and hyphens' }),
    },
    run: async (ctx, args) =>
      projectCreatedCard(
        await createProject(ctx, { organizationId: ctx.organization.id, name: args.project }),
        ctx.organization.model.words,
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'project delete',
    summary: 'Delete a project',
    details: 'Deletes a project with all access to it.',
    example: '/org project delete search-old',
    may,
    permission: 'projects:write',
    changes: true,
    args: { project: project() },
    preview: async (ctx, args) => {
      await look(ctx, ctx.organization, async (s) => need(s, 'projects:write', 'delete projects'));
      const shown = await showProject(ctx, ctx.organization, args.project);
      const people = shown.more ? 'more than 25 grants' : count(shown.people.length, 'grant');
      return {
        title: `Delete ${shown.project.name}?`,
        lines: [
          {
            kind: 'text',
            text: `${people} to it end, and open requests for it are cancelled. There is no way back.`,
          },
        ],
        yes: 'Delete',
        danger: true,
      };
    },
    run: async (ctx, args) =>
      projectDeletedCard(
        await deleteProject(ctx, { organizationId: ctx.organization.id, project: args.project }),
        ctx.organization.model.words,
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'project default-role',
    summary: 'Set a default role',
    details: 'Sets the role that every member has in a project; role:none leaves it to those added by name.',
    example: '/org project default-role search-prod read-only',
    may: "Administrators, and a project's owners.",
    permission: 'grants:write',
    changes: true,
    args: { project: project(), role: role('project') },
    amountsTo: async (_, args) => (args.role === null ? [] : ['access grant']),
    run: async (ctx, args) =>
      defaultRoleCard(
        await setDefaultRole(ctx, {
          organizationId: ctx.organization.id,
          project: args.project,
          role: args.role,
        }),
        ctx.organization.name,
      ),
  }),
];
