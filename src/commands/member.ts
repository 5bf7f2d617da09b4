import type { AccessModel } from '../core/access/model.ts';
import { activeMember, holds, look, need } from '../core/change.ts';
import { durationInWords } from '../core/duration.ts';
import { changeMemberRole } from '../core/member/change-role.ts';
import { findMember } from '../core/member/find.ts';
import { listMembers, showMember } from '../core/member/list.ts';
import { mayNameAdministrators } from '../core/member/principal.ts';
import { leaveOrganization, removeMember } from '../core/member/remove.ts';
import { setExternalId } from '../core/member/set-external-id.ts';
import { comingAlong } from '../core/member/set-role.ts';
import { deactivateMember, reactivateMember } from '../core/member/set-state.ts';
import { tokensOfMember } from '../core/token/of-member.ts';
import {
  deactivatedCard,
  endingLines,
  externalIdCard,
  memberCard,
  memberListCard,
  reactivatedCard,
  removedCard,
  roleChangedCard,
  tokenLines,
} from '../views/member.ts';
import { roleName } from '../views/parts.ts';
import type { TypedPerson } from './argument.ts';
import { carried, duration, name, optional, person, role } from './argument.ts';
import { always, type InOrganization, inOrganization, type Preview } from './command.ts';

const may = 'Whoever holds members:write: administrators.';
const permission = 'members:write';

const about = async (ctx: InOrganization, user: TypedPerson) =>
  showMember(ctx, ctx.organization, await ctx.personOf(user));

const ending = async (
  ctx: InOrganization,
  user: TypedPerson,
  words: { title: (email: string) => string; yes: string; kept: string; dies: string },
): Promise<Preview> => {
  await look(ctx, ctx.organization, async (s) => need(s, permission, 'change members'));
  const { holder } = await about(ctx, user);
  const tokens = await look(ctx, ctx.organization, async (s) => tokensOfMember(s, holder.id));
  return {
    title: words.title(holder.email),
    lines: [
      ...endingLines(holder, ctx.organization.model.words, words.kept),
      ...tokenLines(tokens, words.dies),
    ],
    yes: words.yes,
    danger: true,
  };
};

/** What goes with the administrator role, where operators take that away. */
const comesAlong = (model: AccessModel): string => {
  const names = comingAlong(model);
  return names.length === 0 ? '' : ` They also lose ${names.join(', ')} in every ${model.words.project}.`;
};

export const memberCommands = [
  inOrganization({
    root: 'org',
    name: 'member list',
    summary: 'List members',
    details: 'Shows the members with their roles, a page at a time.',
    example: '/org member list',
    may: 'Whoever holds members:list: every member here.',
    permission: 'members:list',
    args: { after: carried() },
    run: async (ctx, { after }) =>
      memberListCard(await listMembers(ctx, ctx.organization, { after }), ctx.organization.model.words),
  }),
  inOrganization({
    root: 'org',
    name: 'member show',
    summary: "Show a member's access",
    details: 'Shows one member: state, role, access and until when, linked chat accounts.',
    example: '/org member show dana@example.com',
    may: 'Whoever holds members:read, and everybody about themselves.',
    permission: 'members:read',
    args: { user: person() },
    run: async (ctx, { user }) => {
      const shown = await about(ctx, user);
      const mayChange = await look(ctx, ctx.organization, async (s) => holds(s, 'members:write'));
      return memberCard(shown, ctx.organization.model.words, mayChange);
    },
  }),
  inOrganization({
    root: 'org',
    name: 'member role',
    summary: "Set a member's role",
    details: 'Sets the one organization role of a member, for good or for a time; role:none takes it away.',
    example: '/org member role dana@example.com member',
    may,
    permission,
    changes: true,
    args: { user: person(), role: role('organization'), for: optional(duration()) },
    preview: async (ctx, args) => {
      const named = await ctx.personOf(args.user);
      const holder = await look(ctx, ctx.organization, async (s) => {
        if (!mayNameAdministrators(s)) need(s, permission, 'change roles');
        return findMember(s, named);
      });
      const before = holder.roles.find((held) => held.through === 'organization-role');
      const administering = ctx.organization.model.roles.find((known) => known.administers)?.name;
      if (!before?.administers && args.role !== administering) return undefined;
      const raised = args.role === administering;
      const time =
        args.for === undefined
          ? ''
          : 'seconds' in args.for
            ? ` for ${durationInWords(args.for.seconds)}`
            : ` until ${args.for.at.toISOString()}`;
      return {
        title: `Change the role of ${holder.email}?`,
        lines: [
          {
            kind: 'text',
            text: `${holder.email} is ${roleName(before?.role)} now and would be ${roleName(args.role)}${time}. ${
              raised
                ? `Administrators may do everything in ${ctx.organization.name}.`
                : `They could no longer run ${ctx.organization.name}.${comesAlong(ctx.organization.model)}`
            }`,
          },
        ],
        yes: 'Change role',
        danger: !raised,
      };
    },
    run: async (ctx, args) =>
      roleChangedCard(
        await changeMemberRole(ctx, {
          organizationId: ctx.organization.id,
          person: await ctx.personOf(args.user),
          role: args.role,
          for: args.for,
        }),
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'member deactivate',
    summary: 'Switch a member off',
    details: 'Takes away everything a member may do here at once, and keeps it for a reactivation.',
    example: '/org member deactivate dana@example.com',
    may,
    permission,
    changes: true,
    args: { user: person() },
    preview: async (ctx, { user }) =>
      ending(ctx, user, {
        title: (email) => `Deactivate ${email}?`,
        yes: 'Deactivate',
        kept: 'None of it works while they are deactivated; reactivation brings it back.',
        dies: 'until a reactivation',
      }),
    run: async (ctx, { user }) =>
      deactivatedCard(
        (
          await deactivateMember(ctx, {
            organizationId: ctx.organization.id,
            person: await ctx.personOf(user),
          })
        ).email,
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'member reactivate',
    summary: 'Switch a member on again',
    details: 'Gives a deactivated member their role and access back, except for what ended meanwhile.',
    example: '/org member reactivate dana@example.com',
    may,
    permission,
    changes: true,
    settles: always,
    args: { user: person() },
    run: async (ctx, { user }) =>
      reactivatedCard(
        (
          await reactivateMember(ctx, {
            organizationId: ctx.organization.id,
            person: await ctx.personOf(user),
          })
        ).email,
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'member remove',
    summary: 'End a membership',
    details: 'Ends a membership with all its access, and withdraws the invitations they sent.',
    example: '/org member remove dana@example.com',
    may,
    permission,
    changes: true,
    args: { user: person() },
    preview: async (ctx, { user }) =>
      ending(ctx, user, {
        title: (email) => `Remove ${email} from ${ctx.organization.name}?`,
        yes: 'Remove',
        kept: 'All of it ends, and invitations that they sent are withdrawn. Only a new invitation brings them back, from nothing. To keep it for later, deactivate instead.',
        dies: 'for good',
      }),
    run: async (ctx, { user }) =>
      removedCard(
        await removeMember(ctx, { organizationId: ctx.organization.id, person: await ctx.personOf(user) }),
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'member external-id',
    summary: 'Set an external id',
    details:
      'Sets the id under which another system asks for decisions about this member; id:none clears it.',
    example: '/org member external-id dana@example.com id:E-1042',
    may,
    permission,
    changes: true,
    args: { user: person(), id: name('External id') },
    run: async (ctx, { user, id }) =>
      externalIdCard(
        await setExternalId(ctx, {
          organizationId: ctx.organization.id,
          person: await ctx.personOf(user),
          externalId: id.toLowerCase() === 'none' ? null : id,
        }),
      ),
  }),
  inOrganization({
    root: 'access',
    name: 'leave',
    summary: 'Leave the organization',
    details: 'Ends your own membership with all your access.',
    example: '/access leave',
    may: 'Every member, but for the last administrator.',
    args: {},
    preview: async (ctx) => {
      await look(ctx, ctx.organization, async (s) => activeMember(s));
      return {
        title: `Leave ${ctx.organization.name}?`,
        lines: [
          {
            kind: 'text',
            text: 'Your membership and all your access here end. Only a new invitation brings you back.',
          },
        ],
        yes: 'Leave',
        danger: true,
      };
    },
    run: async (ctx) =>
      removedCard(await leaveOrganization(ctx, { organizationId: ctx.organization.id }), true),
  }),
];
