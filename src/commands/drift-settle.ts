import { answerAboutFinding, askAboutFinding } from '../core/drift/ask.ts';
import { acceptBaseline, planBaseline } from '../core/drift/baseline.ts';
import { acceptFinding, reopenFinding, snoozeFinding } from '../core/drift/settle.ts';
import { inFull } from '../views/drift.ts';
import {
  acceptedCard,
  answeredCard,
  askedCard,
  baselineCard,
  baselineLines,
  reopenedCard,
  snoozedCard,
} from '../views/drift-settle.ts';
import { carried, choice, duration, finding, flag, name, optional, person, prose } from './argument.ts';
import { always, inOrganization } from './command.ts';

const may = 'Whoever holds drift:write: administrators.';
const permission = 'drift:write';

export const driftSettleCommands = [
  inOrganization({
    root: 'org',
    name: 'drift snooze',
    summary: 'Put a finding off',
    details:
      'Leaves a finding out of the reports until a time; then it is open again by itself, if it is still so.',
    example: '/org drift snooze DRF-3 until:14d reason:"gone with the migration"',
    may,
    permission,
    settles: always,
    args: {
      finding: finding(),
      until: { ...duration('Until'), hint: 'A duration such as 14d, or a date' },
      reason: prose('Reason'),
      was: carried(),
    },
    run: async (ctx, args) =>
      snoozedCard(
        await snoozeFinding(ctx, { organizationId: ctx.organization.id, ...args }),
        inFull(ctx.organization.model.words),
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'drift accept',
    summary: 'Accept as it should be',
    details:
      "Accepts one finding for good, with a reason. Without one it accepts everybody's access as it is now as the baseline that later reports compare with.",
    example: '/org drift accept DRF-3 reason:"the break-glass account"',
    may,
    permission,
    settles: ({ finding: one, reason, undo }) => one !== undefined && (reason ?? undo) !== undefined,
    args: {
      finding: optional(finding()),
      reason: optional(prose('Reason')),
      undo: optional({ ...flag('Take it back'), hint: 'Reports the finding again' }),
      was: carried(),
    },
    preview: async (ctx, args) =>
      args.finding === undefined
        ? {
            title: 'Accept the baseline?',
            lines: baselineLines(await planBaseline(ctx, ctx.organization), ctx.organization.model.words),
            yes: 'Accept baseline',
            danger: false,
            planned: true,
          }
        : undefined,
    run: async (ctx, args) => {
      const { organization } = ctx;
      const told = inFull(organization.model.words);
      if (args.finding === undefined) return baselineCard(await acceptBaseline(ctx, organization, args));
      const { finding: named, reason = '', was } = args;
      const input = { organizationId: organization.id, finding: named, reason, was };
      return args.undo
        ? reopenedCard(await reopenFinding(ctx, input), told)
        : acceptedCard(await acceptFinding(ctx, input), told);
    },
  }),
  inOrganization({
    root: 'org',
    name: 'drift ask',
    summary: 'Ask about a finding',
    details:
      'Asks whoever a finding is about, or somebody else, in a direct message; you hear what they answer.',
    example: '/org drift ask DRF-3',
    may,
    permission,
    settles: always,
    args: {
      finding: finding(),
      user: optional({ ...person(), hint: 'Whoever it is about, if nobody is named' }),
      note: optional(prose('What to ask')),
    },
    run: async (ctx, args) =>
      askedCard(
        await askAboutFinding(ctx, {
          organizationId: ctx.organization.id,
          finding: args.finding,
          person: args.user && (await ctx.personOf(args.user)),
          note: args.note,
        }),
        inFull(ctx.organization.model.words),
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'drift answer',
    summary: 'Answer about a finding',
    details: 'Says whether what you were asked about is right; the message that asks has the buttons for it.',
    example: '/org drift answer 0190f3a4-7c1e-7b2a-9d3c-1f2e3d4c5b6a right',
    may: 'Whoever was asked.',
    settles: always,
    args: {
      question: { ...name('Question'), hint: 'Its id, as the message has it' },
      answer: choice('Answer', ['right', 'wrong']),
      note: optional(prose('Note')),
    },
    run: async (ctx, args) =>
      answeredCard((await answerAboutFinding(ctx, { organizationId: ctx.organization.id, ...args })).finding),
  }),
];
