import { confirmLink } from '../core/user/confirm-link.ts';
import { startLink } from '../core/user/start-link.ts';
import { unlinkAccount } from '../core/user/unlink.ts';
import { codeSentCard, linkedCard, unlinkedCard } from '../views/link.ts';
import { email, name, optional } from './argument.ts';
import { forAnybody } from './command.ts';

const may = 'Everybody.';

export const linkCommands = [
  forAnybody({
    root: 'access',
    name: 'link start',
    summary: 'Link this chat account',
    details: 'Mails you a code that ties this chat account to your address.',
    example: '/access link start dana@example.com',
    may,
    args: { email: { ...email(), label: 'Your e-mail address' } },
    run: async (ctx, args) =>
      codeSentCard(await startLink(ctx, { email: args.email, workspaceName: ctx.workspace.name })),
  }),
  forAnybody({
    root: 'access',
    name: 'link code',
    summary: 'Enter the mailed code',
    details:
      'Ends the linking with the code from the letter; the address is needed only for the first operator.',
    example: '/access link code ABCD2345',
    may,
    args: {
      code: name('Code', { placeholder: 'ABCD2345' }),
      email: optional({ ...email(), hint: "Only with the code printed at the installation's start" }),
    },
    run: async (ctx, args) => linkedCard(await confirmLink(ctx, args)),
  }),
  forAnybody({
    root: 'access',
    name: 'link remove',
    summary: 'Unlink this chat account',
    details: 'Unties this chat account from you; your memberships stay.',
    example: '/access link remove',
    may,
    args: {},
    run: async (ctx) => unlinkedCard(await unlinkAccount(ctx)),
  }),
];
