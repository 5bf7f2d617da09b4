import { reassignToken } from '../core/token/reassign.ts';
import { reassignedCard } from '../views/token.ts';
import { carried, organizationToken, person } from './argument.ts';
import { always, inOrganization } from './command.ts';

export const tokenReassignCommands = [
  inOrganization({
    root: 'org',
    name: 'token reassign',
    summary: 'Reassign a token',
    details:
      'Associates an organization token with another member. Its secret stays; rotate it where somebody who left knew it.',
    example: '/org token reassign ci-deploy member:dana@example.com',
    may: 'Whoever holds tokens:write: administrators.',
    permission: 'tokens:write',
    changes: true,
    settles: always,
    args: { name: organizationToken(), member: person('Associated member'), from: carried() },
    run: async (ctx, args) =>
      reassignedCard(
        await reassignToken(ctx, {
          organizationId: ctx.organization.id,
          name: args.name,
          person: await ctx.personOf(args.member),
          from: args.from,
        }),
      ),
  }),
];
