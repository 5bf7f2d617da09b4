import { finishOffboarding, openOffboarding } from '../core/member/offboard.ts';
import { showOffboarding } from '../core/member/offboarding.ts';
import { endingLines } from '../views/member.ts';
import { offboardedCard, offboardingCard } from '../views/offboarding.ts';
import { carried, person } from './argument.ts';
import { inOrganization } from './command.ts';

export const offboardCommands = [
  inOrganization({
    root: 'org',
    name: 'member offboard',
    summary: 'Offboard a member',
    details:
      'Switches the account off at once, then leads through everything that they leave behind until the removal is done.',
    example: '/org member offboard dana@example.com',
    may: 'Whoever holds members:write: administrators; operators take the last step where the model says so.',
    permission: 'members:write',
    changes: true,
    settles: ({ finish }) => finish !== undefined,
    args: { user: person(), finish: carried() },
    preview: async (ctx, { user }) => {
      const { holder, offboarding } = await showOffboarding(ctx, ctx.organization, await ctx.personOf(user));
      if (offboarding) return undefined;
      return {
        title: `Offboard ${holder.email}?`,
        lines: endingLines(
          holder,
          ctx.organization.model.words,
          'Their account is switched off at once, their open requests are cancelled and their invitations withdrawn. Tokens and service accounts come next, one by one.',
        ),
        yes: 'Start offboarding',
        danger: true,
      };
    },
    run: async (ctx, { user, finish }) => {
      const input = { organizationId: ctx.organization.id, person: await ctx.personOf(user) };
      return finish
        ? offboardedCard(await finishOffboarding(ctx, input))
        : offboardingCard(await openOffboarding(ctx, input));
    },
  }),
];
