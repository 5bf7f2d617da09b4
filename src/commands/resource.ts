import { look } from '../core/change.ts';
import { addResource } from '../core/resource/add.ts';
import { findManaged } from '../core/resource/find.ts';
import { listResources } from '../core/resource/list.ts';
import { removeResource } from '../core/resource/remove.ts';
import { act } from '../views/parts.ts';
import { resourceAddedCard, resourceListCard, resourceRemovedCard } from '../views/resource.ts';
import { carried, name, optional, person, project } from './argument.ts';
import { inOrganization } from './command.ts';

const may = 'Whoever holds registry:write: administrators.';
const type = name('Type', { placeholder: 'environments', hint: 'A resource that permissions speak of' });
const thing = name('Name', { placeholder: 'web-1' });

export const resourceCommands = [
  inOrganization({
    root: 'org',
    name: 'resource list',
    summary: 'List resources',
    details: 'Shows what is registered: its type, its name, who owns it and where it is.',
    example: '/org resource list type:environments',
    may,
    permission: 'registry:write',
    args: {
      type: optional(type),
      owner: optional(person('Owner')),
      project: optional(project()),
      after: carried(),
    },
    run: async (ctx, args) => {
      const owner = args.owner && (await ctx.personOf(args.owner));
      const page = await listResources(ctx, ctx.organization, { ...args, owner });
      const again = {
        ...(args.type ? { type: args.type } : {}),
        ...(args.project ? { project: args.project } : {}),
        ...(args.owner
          ? { owner: 'email' in args.owner ? args.owner.email : `<@${args.owner.mention}>` }
          : {}),
      };
      return resourceListCard(page, act('org resource list', again), ctx.organization.model.words);
    },
  }),
  inOrganization({
    root: 'org',
    name: 'resource add',
    summary: 'Register a resource',
    details: 'Registers a typed thing, with its owner and its project, so that decisions know it.',
    example: '/org resource add environments web-1 owner:dana@example.com',
    may,
    permission: 'registry:write',
    changes: true,
    args: { type, name: thing, owner: optional(person('Owner')), project: optional(project()) },
    run: async (ctx, args) =>
      resourceAddedCard(
        await addResource(ctx, {
          organizationId: ctx.organization.id,
          type: args.type,
          name: args.name,
          owner: args.owner && (await ctx.personOf(args.owner)),
          project: args.project,
        }),
        ctx.organization.model.words,
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'resource remove',
    summary: 'Take a resource off',
    details: 'Takes a thing off the register; the thing itself is not touched.',
    example: '/org resource remove environments web-1',
    may,
    permission: 'registry:write',
    changes: true,
    args: { type, name: thing },
    preview: async (ctx, args) => {
      const found = await look(ctx, ctx.organization, async (s) => findManaged(s, 'remove resources', args));
      return {
        title: `Take ${found.type} ${found.name} off the register?`,
        lines: [
          {
            kind: 'text',
            text: `${found.owner ?? 'Nobody'} is its owner as far as decisions go. From then on they believe what their caller says of it.`,
          },
        ],
        yes: 'Remove',
        danger: true,
      };
    },
    run: async (ctx, args) =>
      resourceRemovedCard(
        await removeResource(ctx, { organizationId: ctx.organization.id, type: args.type, name: args.name }),
      ),
  }),
];
