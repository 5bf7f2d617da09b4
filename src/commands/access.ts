import { holds, look } from '../core/change.ts';
import { DomainError } from '../core/errors.ts';
import { accessOf } from '../core/grant/access.ts';
import { returnAccess } from '../core/grant/return.ts';
import { accountsOf } from '../core/member/find.ts';
import { listRequests } from '../core/request/list.ts';
import { listPersonalTokens } from '../core/token/list.ts';
import { chooseCard } from '../views/answers.ts';
import type { Card } from '../views/card.ts';
import { returnedCard } from '../views/grant.ts';
import { homeCard, welcomeCard, whoamiCard } from '../views/home.ts';
import { act } from '../views/parts.ts';
import { carried, optional, organization, project, role } from './argument.ts';
import { chooseOrganization } from './choose-organization.ts';
import { always, type CommandContext, forAnybody, inOrganization } from './command.ts';
import { needRoleName } from './need-role-name.ts';

const home = async (ctx: CommandContext, org: string | undefined): Promise<Card> => {
  const { caller } = ctx;
  const mayCreate = caller.operator || ctx.installation.createOrganizations === 'anyone';
  const mine = caller.organizations.filter(
    (membership) => membership.connected && membership.state === 'active',
  );
  if (!caller.userId || (mine.length === 0 && org === undefined)) return welcomeCard(caller, mayCreate);
  const chosen = await chooseOrganization(ctx.db, caller, org);
  if ('choices' in chosen) return chooseCard(act('access home'), chosen.choices);
  const { organization } = chosen;
  try {
    const [{ holder }, requests, personal, manage] = await Promise.all([
      accessOf(ctx, organization),
      listRequests(ctx, organization),
      listPersonalTokens(ctx, organization),
      look(ctx, organization, async (s) => ({
        invite: holds(s, 'invitations:write'),
        settings: holds(s, 'settings:write'),
        audit: holds(s, 'audit:read'),
        tokens: holds(s, 'tokens:read'),
        serviceAccounts:
          organization.model.policies.tokens.includes('service-account') &&
          holds(s, 'service-accounts:write'),
      })),
    ]);
    const tokens = personal.kept ? personal.tokens : undefined;
    const others = mine.filter(({ id }) => id !== organization.id);
    return homeCard({ organization, holder, ...requests, tokens, manage, others });
  } catch (error) {
    if (error instanceof DomainError && error.code === 'deactivated') return welcomeCard(caller, mayCreate);
    throw error;
  }
};

const homeCommand = {
  root: 'access' as const,
  summary: 'What concerns me',
  details: 'Shows your access, your requests and what waits for your decision.',
  may: 'Everybody.',
  args: { org: optional(organization()) },
};

export const accessCommands = [
  forAnybody({ ...homeCommand, name: '', example: '/access', run: async (ctx, { org }) => home(ctx, org) }),
  forAnybody({
    ...homeCommand,
    name: 'home',
    example: '/access home',
    run: async (ctx, { org }) => home(ctx, org),
  }),
  inOrganization({
    root: 'access',
    name: 'return',
    summary: 'Give access back',
    details: 'Gives back a role of yours before it ends, whether or not you had asked for it.',
    example: '/access return developer search-prod',
    may: 'Every member, for themselves.',
    settles: always,
    args: {
      role: role(),
      project: optional({ ...project(), hint: 'Leave it out for an organization role' }),
      until: carried(),
    },
    run: async (ctx, args) =>
      returnedCard(
        await returnAccess(ctx, {
          organizationId: ctx.organization.id,
          role: needRoleName(args.role),
          project: args.project,
          until: args.until,
        }),
        ctx.organization.model.words,
      ),
  }),
  forAnybody({
    root: 'access',
    name: 'whoami',
    summary: 'Who Rollcall thinks I am',
    details: 'Shows your linked chat accounts, your organizations and your roles.',
    example: '/access whoami',
    may: 'Everybody.',
    args: {},
    run: async (ctx) => {
      const { actor, caller } = ctx;
      if (actor.kind !== 'account') throw new Error('Commands come from chat accounts');
      return whoamiCard(caller, caller.userId ? await accountsOf(ctx.db, caller.userId) : [], actor);
    },
  }),
];
