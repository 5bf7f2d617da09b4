import { modelNames, models } from '../core/access/models/index.ts';
import { look, need } from '../core/change.ts';
import { connectOrganization, disconnectOrganization } from '../core/organization/connect.ts';
import { createOrganization } from '../core/organization/create.ts';
import type { Organization } from '../core/organization/organization.ts';
import { overviewOf } from '../core/organization/overview.ts';
import { useOrganization } from '../core/organization/use.ts';
import {
  connectedCard,
  disconnectedCard,
  organizationCreatedCard,
  organizationListCard,
  overviewCard,
  statusCard,
  usingCard,
} from '../views/organization.ts';
import { choice, name, optional, organization } from './argument.ts';
import { chooseOrganization } from './choose-organization.ts';
import { type CommandContext, forAnybody, forLinked, inOrganization } from './command.ts';

const glance = {
  root: 'org',
  summary: 'The organization at a glance',
  details: 'Shows the organization with its numbers and buttons for what you may do.',
  may: 'Every member.',
  args: {},
} as const;

export const organizationCommands = [
  inOrganization({
    ...glance,
    name: '',
    example: '/org',
    run: async (ctx) => overviewCard(ctx.organization, await overviewOf(ctx, ctx.organization)),
  }),
  inOrganization({
    ...glance,
    name: 'show',
    example: '/org show',
    run: async (ctx) => overviewCard(ctx.organization, await overviewOf(ctx, ctx.organization)),
  }),
  forLinked({
    root: 'org',
    name: 'create',
    summary: 'Create an organization',
    details: 'Makes an organization that you run, connected to this workspace.',
    example: '/org create "Acme Research" slug:acme-research',
    may: 'Operators; anybody linked where CREATE_ORGANIZATIONS says anyone.',
    args: {
      name: name('Name', { placeholder: 'Acme Research' }),
      slug: optional({
        ...name('Short name', {
          placeholder: 'acme-research',
          hint: 'Letters, digits, hyphens; made from the name if left out',
        }),
      }),
      model: optional(choice('Access model', modelNames, (model) => models[model].title)),
    },
    run: async (ctx, args) => {
      const { name: called, slug, model } = args;
      const made = await createOrganization(ctx, { name: called, slug, model, workspace: ctx.workspace });
      await useOrganization(ctx, { organizationId: made.id, workspaceId: ctx.workspace.id });
      return organizationCreatedCard(made);
    },
  }),
  forLinked({
    root: 'org',
    name: 'connect',
    summary: 'Connect an organization',
    details: 'Ties an organization that you run to this workspace, so that its members can use it from here.',
    example: '/org connect acme',
    may: "The organization's administrators.",
    args: { slug: organization() },
    run: async (ctx, { slug }) =>
      connectedCard(await connectOrganization(ctx, { slug: slug.toLowerCase(), workspace: ctx.workspace })),
  }),
  forLinked({
    root: 'org',
    name: 'disconnect',
    summary: 'Disconnect organization',
    details: 'Unties an organization from this workspace; nobody reaches it from here any more.',
    example: '/org disconnect acme',
    may: 'Whoever holds settings:write: administrators.',
    permission: 'settings:write',
    args: { slug: organization() },
    preview: async (ctx, { slug }) => {
      const chosen = await named(ctx, slug);
      await look(ctx, chosen, async (s) => need(s, 'settings:write', 'disconnect this workspace'));
      return {
        title: `Disconnect ${chosen.name} from this workspace?`,
        lines: [
          {
            kind: 'text',
            text: 'Nobody reaches it from here any more, and nothing about it is posted here.',
          },
        ],
        yes: 'Disconnect',
        danger: true,
      };
    },
    run: async (ctx, { slug }) => {
      const chosen = await named(ctx, slug);
      return disconnectedCard(
        await disconnectOrganization(ctx, { organizationId: chosen.id, workspaceId: ctx.workspace.id }),
        chosen.slug,
      );
    },
  }),
  forLinked({
    root: 'org',
    name: 'list',
    summary: 'List my organizations',
    details: 'Shows the organizations that you are a member of.',
    example: '/org list',
    may: 'Everybody linked.',
    args: {},
    run: async (ctx) =>
      organizationListCard(
        ctx.caller.organizations.filter((membership) => membership.state !== undefined),
        ctx.caller.currentId,
        ctx.caller.operator || ctx.installation.createOrganizations === 'anyone',
      ),
  }),
  forLinked({
    root: 'org',
    name: 'use',
    summary: 'Choose the current one',
    details: 'Sets the organization that your commands in this workspace mean when they name none.',
    example: '/org use acme',
    may: 'Its members.',
    args: { slug: organization() },
    run: async (ctx, { slug }) => {
      const chosen = await named(ctx, slug);
      await useOrganization(ctx, { organizationId: chosen.id, workspaceId: ctx.workspace.id });
      return usingCard(chosen);
    },
  }),
  forAnybody({
    root: 'org',
    name: 'status',
    summary: 'Is everything working',
    details: 'Shows whether chat, mail, the queue and the clock work.',
    example: '/org status',
    may: 'Everybody.',
    args: {},
    run: async (ctx) => statusCard(await ctx.health()),
  }),
];

/** An organization that the caller named and can reach from here. */
const named = async (ctx: CommandContext, slug: string): Promise<Organization> => {
  const chosen = await chooseOrganization(ctx.db, ctx.caller, slug);
  if ('choices' in chosen) throw new Error('A named organization cannot be several');
  return chosen.organization;
};
