import { copyInvitation } from '../core/invitation/copy.ts';
import type { InvitationState } from '../core/invitation/find.ts';
import { listInvitations } from '../core/invitation/list.ts';
import { resendInvitation } from '../core/invitation/resend.ts';
import { revokeInvitation } from '../core/invitation/revoke.ts';
import { sendInvitations } from '../core/invitation/send.ts';
import { offersSso } from '../core/sso/offer.ts';
import {
  invitationLinkCard,
  invitationListCard,
  invitationResentCard,
  invitationRevokedCard,
  invitationsSentCard,
} from '../views/invitation.ts';
import { act } from '../views/parts.ts';
import { addresses } from './addresses.ts';
import {
  carried,
  choice,
  duration,
  flag,
  invited,
  list,
  optional,
  projectAndRole,
  role,
} from './argument.ts';
import { always, inOrganization } from './command.ts';

const may = 'Whoever holds invitations:write: administrators.';
const permission = 'invitations:write';
const STATES = ['pending', 'accepted', 'revoked', 'expired'] as const satisfies readonly InvitationState[];

export const invitationCommands = [
  inOrganization({
    root: 'org',
    name: 'invite send',
    summary: 'Invite people by e-mail',
    details:
      'Mails each address a link to join, with the access that you name. With `sso`, a member who never signed in is asked to, and keeps what they have.',
    example: '/org invite send dana@example.com,kai@example.com role:member',
    may,
    permission,
    changes: true,
    settles: always,
    args: {
      email: addresses(),
      role: optional({ ...role('organization'), label: 'Organization role' }),
      project: optional(list(projectAndRole())),
      'no-access': optional(flag('Start with no access')),
      sso: optional({
        ...flag('Must use single sign-on'),
        offered: (ctx, organization) => offersSso(ctx.db, ctx.installation, organization),
      }),
      expires: optional({ ...duration('Link works for') }),
    },
    amountsTo: async ({ organization }, args) => {
      const { defaultRole, namesRole, inheritsGrants } = organization.model.policies.invitation;
      const raised = namesRole && args.role !== undefined && args.role !== defaultRole;
      const inherits = inheritsGrants && args.project === undefined && args['no-access'] !== true;
      return [
        ...(raised && args.role !== null ? ['member role'] : []),
        ...(args.project !== undefined || inherits ? ['access grant'] : []),
      ];
    },
    run: async (ctx, args) =>
      invitationsSentCard(
        await sendInvitations(ctx, {
          organizationId: ctx.organization.id,
          emails: args.email,
          role: args.role,
          projects: args.project,
          noAccess: args['no-access'],
          sso: args.sso,
          expires: args.expires,
        }),
        ctx.organization.model.words,
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'invite list',
    summary: 'List invitations',
    details:
      'Shows invitations, pending ones unless you name another state, with what can be done about each.',
    example: '/org invite list state:expired',
    may,
    permission,
    args: { state: optional(choice('State', STATES)), after: carried() },
    run: async (ctx, { state, after }) =>
      invitationListCard(
        await listInvitations(ctx, ctx.organization, { state, after }),
        state ?? 'pending',
        act('org invite list', state ? { state } : {}),
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'invite resend',
    summary: 'Mail an invitation again',
    details: 'Mails the same link again and starts its time anew.',
    example: '/org invite resend dana@example.com',
    may,
    permission,
    changes: true,
    settles: always,
    args: { email: invited() },
    run: async (ctx, { email }) =>
      invitationResentCard(await resendInvitation(ctx, { organizationId: ctx.organization.id, email })),
  }),
  inOrganization({
    root: 'org',
    name: 'invite copy',
    summary: 'Show an invitation link',
    details: 'Shows you the very link that was mailed. Nothing is sent and nothing is extended.',
    example: '/org invite copy dana@example.com',
    may,
    permission,
    secret: true,
    args: { email: invited() },
    run: async (ctx, { email }) =>
      invitationLinkCard(await copyInvitation(ctx, { organizationId: ctx.organization.id, email })),
  }),
  inOrganization({
    root: 'org',
    name: 'invite revoke',
    summary: 'Withdraw an invitation',
    details: 'Makes the link unusable at once.',
    example: '/org invite revoke dana@example.com',
    may,
    permission,
    changes: true,
    settles: always,
    args: { email: invited() },
    run: async (ctx, { email }) =>
      invitationRevokedCard(await revokeInvitation(ctx, { organizationId: ctx.organization.id, email })),
  }),
];
