import { askerOf } from '../core/passkey/asker.ts';
import { startEnrolment } from '../core/passkey/enrol.ts';
import { findPasskey } from '../core/passkey/find.ts';
import { listPasskeys } from '../core/passkey/list.ts';
import { removePasskey } from '../core/passkey/remove.ts';
import { enrolmentSentCard, passkeyRemovedCard, passkeysCard } from '../views/passkey.ts';
import { name, optional } from './argument.ts';
import { type CommandContext, forLinked } from './command.ts';

const may = 'Everybody, for themselves.';

/** The only passkey needs no name; of several, one has to be chosen. */
const chosen = async (ctx: CommandContext, typed: string | undefined): Promise<string | undefined> => {
  if (typed !== undefined) return typed;
  const mine = await listPasskeys(ctx);
  return mine.length === 1 ? mine[0]?.name : undefined;
};

export const passkeyCommands = [
  forLinked({
    root: 'access',
    name: 'passkey add',
    summary: 'Add a passkey of mine',
    details: 'Mails you a link on which your device makes a passkey. Approving a high-risk role takes one.',
    example: '/access passkey add laptop',
    may,
    args: {
      name: optional(name('Name', { placeholder: 'laptop', hint: 'What you call the device that holds it' })),
    },
    run: async (ctx, args) => enrolmentSentCard(await startEnrolment(ctx, args)),
  }),
  forLinked({
    root: 'access',
    name: 'passkey list',
    summary: 'List my passkeys',
    details: 'Shows your passkeys: when each was added, and when it last confirmed something.',
    example: '/access passkey list',
    may,
    args: {},
    run: async (ctx) => passkeysCard(await listPasskeys(ctx)),
  }),
  forLinked({
    root: 'access',
    name: 'passkey remove',
    summary: 'Remove a passkey of mine',
    details: 'Forgets a passkey of yours; without a name, it shows all of them to choose from.',
    example: '/access passkey remove laptop',
    may,
    args: { name: optional(name('Name')) },
    preview: async (ctx, args) => {
      const wanted = await chosen(ctx, args.name);
      if (wanted === undefined) return undefined;
      const found = await findPasskey(ctx.db, askerOf(ctx).userId, wanted);
      return {
        title: `Remove the passkey ${found.name}?`,
        lines: [
          { kind: 'text', text: 'Nothing can be confirmed with it any more. You can add it again by mail.' },
        ],
        yes: 'Remove',
        danger: true,
        carries: { name: found.name },
      };
    },
    run: async (ctx, args) =>
      args.name === undefined
        ? passkeysCard(await listPasskeys(ctx))
        : passkeyRemovedCard((await removePasskey(ctx, { name: args.name })).name),
  }),
];
