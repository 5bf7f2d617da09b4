import { accessOf } from '../core/grant/access.ts';
import { giveGrant } from '../core/grant/give.ts';
import { giveEverywhere } from '../core/grant/give-everywhere.ts';
import { calledOf } from '../core/grant/grantee.ts';
import { revokeGrants } from '../core/grant/revoke.ts';
import { accessCard, givenCard, givenEverywhereCard, revokedCard, revokeLines } from '../views/grant.ts';
import {
  duration,
  grantee,
  optional,
  organizationToken,
  person,
  project,
  prose,
  role,
  serviceAccount,
} from './argument.ts';
import { inOrganization } from './command.ts';
import { granteeOf, needGrantee } from './grantee-of.ts';
import { needRoleName } from './need-role-name.ts';

const may = "Administrators, and a project's owners there.";
const permission = 'grants:write';

/** Instead of a project's name: every one of them. */
const EVERY = 'all';

export const grantCommands = [
  inOrganization({
    root: 'org',
    name: 'access show',
    summary: "Show somebody's access",
    details: 'Shows what a member, a service account or a token holds, through what, and until when.',
    example: '/org access show dana@example.com',
    may: 'Whoever holds members:read, and everybody about themselves.',
    permission: 'members:read',
    args: {
      user: optional(person()),
      'service-account': optional(serviceAccount()),
      token: optional(organizationToken()),
    },
    run: async (ctx, args) => {
      const asked = await granteeOf(ctx, args);
      const { holder, mayChange } = await accessOf(ctx, ctx.organization, asked);
      return accessCard(holder, ctx.organization.model.words, holder.id === ctx.caller.userId, mayChange);
    },
  }),
  inOrganization({
    root: 'org',
    name: 'access grant',
    summary: 'Give project access',
    details:
      'Gives a member, a service account or a token a role in one project, or in all with project:all, perhaps from and until a time.',
    example: '/org access grant dana@example.com search-prod developer for:7d',
    may,
    permission,
    changes: true,
    args: {
      ...grantee(),
      project: { ...project(), hint: 'Its name, or all' },
      role: role('project'),
      for: optional(duration()),
      from: optional(duration('From')),
      reason: optional(prose('Reason')),
    },
    run: async (ctx, args) => {
      const input = {
        organizationId: ctx.organization.id,
        person: await needGrantee(ctx, args),
        role: needRoleName(args.role),
        for: args.for,
        from: args.from,
        reason: args.reason,
      };
      return args.project.toLowerCase() === EVERY
        ? givenEverywhereCard(await giveEverywhere(ctx, input), ctx.organization.model.words)
        : givenCard(await giveGrant(ctx, { ...input, project: args.project }));
    },
  }),
  inOrganization({
    root: 'org',
    name: 'access revoke',
    summary: 'Take access away',
    details: "Takes somebody's access to one project, or to all of them with project:all.",
    example: '/org access revoke dana@example.com search-prod',
    may,
    permission,
    changes: true,
    args: {
      ...grantee(),
      project: { ...project(), hint: 'Its name, or all' },
      role: optional(role('project')),
      reason: optional(prose('Reason')),
    },
    preview: async (ctx, args) => {
      const { holder } = await accessOf(ctx, ctx.organization, await needGrantee(ctx, args));
      const wanted = args.project.toLowerCase();
      const projects = holder.roles.flatMap((held) =>
        held.through === 'grant' &&
        (wanted === EVERY || held.project === wanted) &&
        (!args.role || held.role === args.role)
          ? (held.project ?? [])
          : [],
      );
      if (projects.length === 0) return undefined;
      return {
        title: `Take access from ${calledOf(holder)}?`,
        lines: revokeLines(holder, projects, ctx.organization.model.words),
        yes: 'Take away',
        danger: true,
      };
    },
    run: async (ctx, args) =>
      revokedCard(
        await revokeGrants(ctx, {
          organizationId: ctx.organization.id,
          person: await needGrantee(ctx, args),
          project: args.project,
          role: args.role ?? undefined,
          reason: args.reason,
        }),
      ),
  }),
];
