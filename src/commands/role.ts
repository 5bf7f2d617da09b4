import { listRoles, showRoles } from '../core/role/list.ts';
import { roleCard, roleListCard } from '../views/role.ts';
import { name } from './argument.ts';
import { inOrganization } from './command.ts';

export const roleCommands = [
  inOrganization({
    root: 'org',
    name: 'role list',
    summary: 'List roles',
    details: 'Shows the roles that can be given here, in the organization and in one project.',
    example: '/org role list',
    may: 'Every member.',
    args: {},
    run: async (ctx) => roleListCard(await listRoles(ctx, ctx.organization), ctx.organization.model.words),
  }),
  inOrganization({
    root: 'org',
    name: 'role show',
    summary: 'Show what a role allows',
    details: 'Shows the permissions of a role.',
    example: '/org role show developer',
    may: 'Every member.',
    args: { role: { ...name('Role'), input: { kind: 'search', source: 'role' } } },
    run: async (ctx, { role }) =>
      roleCard(await showRoles(ctx, ctx.organization, role), ctx.organization.model.words),
  }),
];
