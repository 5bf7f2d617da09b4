import { checkAccess } from '../core/access/check.ts';
import { checkCard } from '../views/check.ts';
import { name, optional, person, project } from './argument.ts';
import { inOrganization } from './command.ts';

export const checkCommands = [
  inOrganization({
    root: 'access',
    name: 'check',
    summary: 'May I do this, and why',
    details:
      'Says whether something is allowed, through which roles and grants, or what would have to change.',
    example: '/access check flows:run search-prod',
    may: 'Everybody about themselves; whoever holds members:read about others.',
    args: {
      permission: name('Permission', { placeholder: 'flows:run', hint: 'resource:action' }),
      project: optional(project()),
      resource: optional({
        ...name('Resource', { placeholder: 'environments:dev-box' }),
        hint: 'A registered thing, as type:name',
      }),
      user: optional(person()),
    },
    run: async (ctx, args) => {
      const checked = await checkAccess(ctx, ctx.organization, {
        permission: args.permission,
        project: args.project,
        resource: args.resource,
        person: args.user && (await ctx.personOf(args.user)),
      });
      return checkCard(checked, ctx.organization.model.words, checked.email === ctx.caller.email);
    },
  }),
];
