import { holds, look } from '../core/change.ts';
import { createRole } from '../core/role/create.ts';
import { deleteRole, planDeletion } from '../core/role/delete.ts';
import { editRole, planEdit } from '../core/role/edit.ts';
import { listRoles, showRoles } from '../core/role/list.ts';
import { isUsed } from '../core/role/use.ts';
import {
  deletionLines,
  editLines,
  roleCard,
  roleCreatedCard,
  roleDeletedCard,
  roleEditedCard,
  roleListCard,
} from '../views/role.ts';
import { type Argument, carried, choice, list, name, optional } from './argument.ts';
import { type InOrganization, inOrganization } from './command.ts';

const may = 'Whoever holds roles:write: administrators.';
const permission = 'roles:write';

const role = (): Argument<string> => ({ ...name('Role'), input: { kind: 'search', source: 'role' } });

const replacement = (): Argument<string> => ({
  ...role(),
  label: 'Replace with',
  hint: 'What its holders get instead; needed where anybody has it',
});

const scope = (): Argument<'organization' | 'project'> =>
  choice('Scope', ['project', 'organization'], (value) =>
    value === 'project' ? 'Given in one project' : 'Given in the whole organization',
  );

const permissions = (label: string, hint?: string): Argument<string[]> => ({
  ...list(name('Permission')),
  label,
  hint: hint ?? 'Such as flows:read, flows:* or grants:write; one per line, or with commas',
});

const mayWrite = (ctx: InOrganization): Promise<boolean> =>
  look(ctx, ctx.organization, async (s) => holds(s, permission));

/** What a role that people have is given by: to widen or to replace it is to give it. */
const givenBy = (scope: string): string[] => [scope === 'organization' ? 'member role' : 'access grant'];

export const roleCommands = [
  inOrganization({
    root: 'org',
    name: 'role list',
    summary: 'List roles',
    details: 'Shows the roles that can be given here, in the organization and in one project.',
    example: '/org role list',
    may: 'Every member.',
    args: {},
    run: async (ctx) =>
      roleListCard(await listRoles(ctx, ctx.organization), ctx.organization.model, await mayWrite(ctx)),
  }),
  inOrganization({
    root: 'org',
    name: 'role show',
    summary: 'Show what a role allows',
    details: 'Shows the permissions of a role.',
    example: '/org role show developer',
    may: 'Every member.',
    args: { role: role() },
    run: async (ctx, args) =>
      roleCard(
        await showRoles(ctx, ctx.organization, args.role),
        ctx.organization.model.words,
        await mayWrite(ctx),
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'role create',
    summary: 'Create a custom role',
    details: 'Makes a role from permissions that you may give, for one project or for the organization.',
    example: '/org role create deployer scope:project permissions:deployments:create,deployments:read',
    may,
    permission,
    changes: true,
    args: {
      role: name('Role', { placeholder: 'deployer', hint: 'Lower-case letters, digits and hyphens' }),
      scope: optional(scope()),
      permissions: optional(permissions('Permissions')),
    },
    run: async (ctx, args) =>
      roleCreatedCard(
        await createRole(ctx, {
          organizationId: ctx.organization.id,
          name: args.role,
          scope: args.scope,
          permissions: args.permissions,
        }),
        ctx.organization.model.words,
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'role edit',
    summary: 'Edit a custom role',
    details: 'Adds and removes permissions of a role of your own, for all who have it, at once.',
    example: '/org role edit deployer add:deployments:delete remove:deployments:read',
    may,
    permission,
    changes: true,
    args: {
      role: role(),
      add: optional(permissions('Add')),
      remove: optional(permissions('Remove')),
      permissions: optional(permissions('All it allows', 'Replaces everything that it allows now')),
      scope: optional(scope()),
      seen: carried(),
    },
    amountsTo: async (ctx, args) => {
      const {
        role: edited,
        use,
        gained,
      } = await planEdit(ctx, ctx.organization, { ...args, seen: undefined });
      return isUsed(use) && gained.length > 0 ? givenBy(edited.scope) : [];
    },
    preview: async (ctx, args) => {
      const plan = await planEdit(ctx, ctx.organization, { ...args, seen: undefined });
      if (!isUsed(plan.use) || plan.gained.length + plan.lost.length === 0) return undefined;
      return {
        title: `Change what ${plan.role.name} allows?`,
        lines: editLines(plan, ctx.organization.model.words),
        yes: 'Change role',
        danger: plan.lost.length > 0,
        carries: { seen: String(plan.role.version) },
      };
    },
    run: async (ctx, args) =>
      roleEditedCard(await editRole(ctx, { organizationId: ctx.organization.id, ...args })),
  }),
  inOrganization({
    root: 'org',
    name: 'role delete',
    summary: 'Delete a custom role',
    details: 'Deletes a role. Whoever has it, or would get it, is moved to the one that replaces it.',
    example: '/org role delete deployer replace-with:developer',
    may,
    permission,
    changes: true,
    args: { role: role(), 'replace-with': optional(replacement()), scope: optional(scope()) },
    amountsTo: async (ctx, args) => {
      const { role: deleted, use } = await planDeletion(ctx, ctx.organization, {
        ...args,
        replaceWith: args['replace-with'],
      });
      return isUsed(use) ? givenBy(deleted.scope) : [];
    },
    preview: async (ctx, args) => {
      const plan = await planDeletion(ctx, ctx.organization, {
        ...args,
        replaceWith: args['replace-with'],
      });
      return {
        title: `Delete the role ${plan.role.name}?`,
        lines: deletionLines(plan, ctx.organization.model.words),
        yes: 'Delete',
        danger: true,
      };
    },
    run: async (ctx, args) =>
      roleDeletedCard(
        await deleteRole(ctx, {
          organizationId: ctx.organization.id,
          ...args,
          replaceWith: args['replace-with'],
        }),
      ),
  }),
];
