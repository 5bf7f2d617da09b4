import { look } from '../core/change.ts';
import { breakGlass } from '../core/request/break-glass.ts';
import { needBreakGlass } from '../core/request/need-break-glass.ts';
import { takenCard } from '../views/break-glass.ts';
import { optional, project, prose, role } from './argument.ts';
import { inOrganization } from './command.ts';
import { needRoleName } from './need-role-name.ts';

export const breakGlassCommands = [
  inOrganization({
    root: 'access',
    name: 'break-glass',
    summary: 'Take emergency access',
    details:
      'Takes a role at once without approval, for the short time that the policy says. It is announced, ends by itself, and somebody else reviews it.',
    example: '/access break-glass owner search-prod reason:"incident 77, nobody answers"',
    may: 'Whom the setting break-glass names, for the roles that it names.',
    args: {
      role: role(),
      project: optional({ ...project(), hint: 'Leave it out for an organization role' }),
      reason: prose('Reason'),
    },
    ready: async (ctx) => look(ctx, ctx.organization, needBreakGlass),
    run: async (ctx, args) =>
      takenCard(
        await breakGlass(ctx, {
          organizationId: ctx.organization.id,
          role: needRoleName(args.role),
          project: args.project,
          reason: args.reason,
        }),
      ),
  }),
];
