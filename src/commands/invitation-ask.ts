import { askToInvite } from '../core/invitation/ask.ts';
import { askedToInviteCard } from '../views/invitation.ts';
import { addresses } from './addresses.ts';
import { list, optional, projectAndRole, prose, role } from './argument.ts';
import { inOrganization } from './command.ts';

export const invitationAskCommands = [
  inOrganization({
    root: 'org',
    name: 'invite ask',
    summary: 'Ask for an invitation',
    details: 'Hands an invitation on to the administrators, filled in, for whoever may not invite people.',
    example: '/org invite ask dana@example.com reason:"joins our team"',
    may: 'Every member who may not invite people.',
    args: {
      email: addresses(),
      role: optional({ ...role('organization'), label: 'Organization role' }),
      project: optional(list(projectAndRole())),
      reason: optional(prose('Reason')),
    },
    run: async (ctx, { email, role: wanted, project, reason }) =>
      askedToInviteCard(
        await askToInvite(ctx, {
          organizationId: ctx.organization.id,
          emails: email,
          role: wanted ?? undefined,
          projects: project?.map((one) => `${one.project}:${one.role}`).join(','),
          reason,
        }),
      ),
  }),
];
