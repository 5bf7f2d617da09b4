import { z } from 'zod';
import { activeMember, look, need } from '../core/change.ts';
import { createOrganizationToken } from '../core/token/create-organization.ts';
import { createPersonalToken } from '../core/token/create-personal.ts';
import { findAnyToken, findOrganizationToken, findPersonalToken } from '../core/token/find.ts';
import { listPersonalTokens, listTokens } from '../core/token/list.ts';
import { revokePersonalToken, revokeToken } from '../core/token/revoke.ts';
import { rotateOrganizationToken, rotatePersonalToken } from '../core/token/rotate.ts';
import { deactivateToken, reactivateToken } from '../core/token/set-state.ts';
import {
  organizationTokenCard,
  personalTokenCard,
  personalTokensCard,
  rotatedCard,
  tokenListCard,
  tokenStateCard,
} from '../views/token.ts';
import {
  type Argument,
  carried,
  duration,
  list,
  name,
  optional,
  organizationToken,
  person,
  project,
  projectAndRole,
  role,
  span,
} from './argument.ts';
import { always, type InOrganization, inOrganization, type Preview } from './command.ts';

const may = 'Whoever holds tokens:write: administrators.';
const permission = 'tokens:write';
const own = 'Every member, where the organization has personal tokens.';

const expires = () => optional({ ...duration('Works until'), hint: 'Such as 90d, or a date' });

const overlap = () =>
  optional({
    ...span('Old secret lives on for'),
    hint: 'Such as 24h; without it the old secret stops at once',
  });

const mine = (): Argument<string> => ({
  ...name('Token'),
  input: { kind: 'search', source: 'my-token', placeholder: 'Start typing its name' },
});

/** `project:role`, or the project alone where `role` says the rest. */
const somewhere = (): Argument<{ project: string; role?: string }> => {
  const both = projectAndRole();
  return {
    ...both,
    schema: z.union([both.schema, project().schema.transform((named) => ({ project: named }))]),
  };
};

const rotating = (called: string): Preview => ({
  title: `Rotate ${called}?`,
  lines: [
    {
      kind: 'text',
      text: 'The secret that is in use now stops working at once. To let it live on for a while, rotate with an overlap.',
    },
  ],
  yes: 'Rotate',
  danger: true,
});

/** What a change of a token of the organization asks first. */
const ending = async (
  ctx: InOrganization,
  typed: string,
  words: { verb: string; yes: string; text: string },
): Promise<Preview> =>
  look(ctx, ctx.organization, async (s) => {
    need(s, permission, 'change tokens');
    const [token] = await findAnyToken(s, typed);
    return {
      title: `${words.verb} ${token.name}?`,
      lines: [
        {
          kind: 'text',
          text: [`The token that ends with `, { code: `…${token.fingerprint}` }, '. ', words.text],
        },
      ],
      yes: words.yes,
      danger: true,
    };
  });

export const tokenCommands = [
  inOrganization({
    root: 'access',
    name: 'token list',
    summary: 'List my tokens',
    details: 'Shows your personal tokens: when they end and when they were last used.',
    example: '/access token list',
    may: own,
    args: {},
    run: async (ctx) => personalTokensCard(await listPersonalTokens(ctx, ctx.organization)),
  }),
  inOrganization({
    root: 'access',
    name: 'token create',
    summary: 'Create a personal token',
    details: 'Makes a token that may what you may; its secret is shown once, to you alone.',
    example: '/access token create laptop expires:90d',
    may: own,
    args: { name: name('Name', { placeholder: 'laptop' }), expires: expires() },
    run: async (ctx, args) =>
      personalTokenCard(await createPersonalToken(ctx, { organizationId: ctx.organization.id, ...args })),
  }),
  inOrganization({
    root: 'access',
    name: 'token rotate',
    summary: 'Rotate a token of mine',
    details: 'Makes a new secret for a personal token; the old one stops at once, or after an overlap.',
    example: '/access token rotate laptop overlap:24h',
    may: own,
    args: { name: mine(), expires: expires(), overlap: overlap() },
    preview: async (ctx, args) => {
      if (args.overlap !== undefined) return undefined;
      return look(ctx, ctx.organization, async (s) =>
        rotating((await findPersonalToken(s, activeMember(s).id, args.name))[0].name),
      );
    },
    run: async (ctx, args) =>
      rotatedCard(await rotatePersonalToken(ctx, { organizationId: ctx.organization.id, ...args })),
  }),
  inOrganization({
    root: 'access',
    name: 'token revoke',
    summary: 'Revoke a token of mine',
    details: 'Ends a personal token of yours for good.',
    example: '/access token revoke laptop',
    may: own,
    args: { name: mine() },
    preview: async (ctx, args) =>
      look(ctx, ctx.organization, async (s) => {
        const [token] = await findPersonalToken(s, activeMember(s).id, args.name);
        return {
          title: `Revoke ${token.name}?`,
          lines: [{ kind: 'text', text: 'Whatever uses it stops working at once. There is no way back.' }],
          yes: 'Revoke',
          danger: true,
        };
      }),
    run: async (ctx, args) => {
      const gone = await revokePersonalToken(ctx, { organizationId: ctx.organization.id, name: args.name });
      return tokenStateCard(gone.name, 'revoked');
    },
  }),
  inOrganization({
    root: 'org',
    name: 'token list',
    summary: "List the organization's tokens",
    details: 'Shows every token here: whose it is, when it ends and when it was last used.',
    example: '/org token list',
    may: 'Whoever holds tokens:read: administrators.',
    permission: 'tokens:read',
    args: { after: carried() },
    run: async (ctx, { after }) =>
      tokenListCard(
        await listTokens(ctx, ctx.organization, { after }),
        ctx.organization.model.policies.tokens,
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'token create',
    summary: 'Create a token',
    details:
      "Makes a token that is the organization's own, with access of its own; its secret is shown once.",
    example: '/org token create ci-deploy expires:90d',
    may,
    permission,
    secret: true,
    args: {
      name: name('Name', { placeholder: 'ci-deploy' }),
      member: optional({ ...person('Associated member'), hint: 'Who looks after it; it works without them' }),
      project: optional(list(somewhere())),
      role: optional({
        ...role(),
        hint: 'In the projects that are named without one; with none named, in the organization',
      }),
      expires: expires(),
    },
    amountsTo: async (_, args) =>
      args.project !== undefined ? ['access grant'] : args.role ? ['member role'] : [],
    run: async (ctx, args) =>
      organizationTokenCard(
        await createOrganizationToken(ctx, {
          organizationId: ctx.organization.id,
          name: args.name,
          member: args.member && (await ctx.personOf(args.member)),
          projects: args.project,
          role: args.role ?? undefined,
          expires: args.expires,
        }),
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'token rotate',
    summary: 'Rotate a token',
    details: 'Makes a new secret for an organization token, perhaps for another associated member.',
    example: '/org token rotate ci-deploy overlap:24h',
    may,
    permission,
    secret: true,
    args: {
      name: organizationToken(),
      expires: expires(),
      overlap: overlap(),
      member: optional({ ...person('Associated member'), hint: 'Who looks after it from now on' }),
    },
    preview: async (ctx, args) =>
      args.overlap === undefined
        ? look(ctx, ctx.organization, async (s) => {
            need(s, permission, 'rotate tokens');
            return rotating((await findOrganizationToken(s, args.name))[0].name);
          })
        : undefined,
    run: async (ctx, args) =>
      rotatedCard(
        await rotateOrganizationToken(ctx, {
          organizationId: ctx.organization.id,
          name: args.name,
          expires: args.expires,
          overlap: args.overlap,
          member: args.member && (await ctx.personOf(args.member)),
        }),
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'token deactivate',
    summary: 'Switch a token off',
    details: 'Switches a token off until it is reactivated: an organization token by name, any by its id.',
    example: '/org token deactivate ci-deploy',
    may,
    permission,
    changes: true,
    args: { name: organizationToken() },
    preview: async (ctx, args) =>
      ending(ctx, args.name, {
        verb: 'Deactivate',
        yes: 'Deactivate',
        text: 'Whatever uses it stops working at once, until it is reactivated.',
      }),
    run: async (ctx, args) => {
      const off = await deactivateToken(ctx, { organizationId: ctx.organization.id, name: args.name });
      return tokenStateCard(off.name, 'deactivated', args.name);
    },
  }),
  inOrganization({
    root: 'org',
    name: 'token reactivate',
    summary: 'Switch a token on again',
    details: 'Lets a deactivated token work again.',
    example: '/org token reactivate ci-deploy',
    may,
    permission,
    changes: true,
    settles: always,
    args: { name: organizationToken() },
    run: async (ctx, args) => {
      const on = await reactivateToken(ctx, { organizationId: ctx.organization.id, name: args.name });
      return tokenStateCard(on.name, 'reactivated');
    },
  }),
  inOrganization({
    root: 'org',
    name: 'token revoke',
    summary: 'Revoke a token',
    details: 'Ends a token for good, with what it was given: an organization token by name, any by its id.',
    example: '/org token revoke ci-deploy',
    may,
    permission,
    changes: true,
    args: { name: organizationToken() },
    preview: async (ctx, args) =>
      ending(ctx, args.name, {
        verb: 'Revoke',
        yes: 'Revoke',
        text: 'Whatever uses it stops working at once. There is no way back.',
      }),
    run: async (ctx, args) => {
      const gone = await revokeToken(ctx, { organizationId: ctx.organization.id, name: args.name });
      return tokenStateCard(gone.name, 'revoked');
    },
  }),
];
