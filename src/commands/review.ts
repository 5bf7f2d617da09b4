import { answerReview } from '../core/review/answer.ts';
import { endReview, planEnd } from '../core/review/end.ts';
import { restoreReviewed } from '../core/review/restore.ts';
import { showReview } from '../core/review/show.ts';
import { planReview, startReview } from '../core/review/start.ts';
import { count } from '../views/parts.ts';
import {
  answeredCard,
  endingLine,
  progressCard,
  restoredCard,
  reviewEndedCard,
  reviewStartedCard,
} from '../views/review.ts';
import { carried, duration, name, optional, project } from './argument.ts';
import { always, inOrganization } from './command.ts';

const may = 'Whoever holds members:write: administrators.';
const permission = 'members:write';
const answers = 'Whoever may take that access away; never the person who has it.';

const item = () => ({ ...name('Access', { placeholder: 'REV-2.15' }), short: 'REV-2.15' });

export const reviewCommands = [
  inOrganization({
    root: 'org',
    name: 'review start',
    summary: 'Ask who still needs what',
    details:
      'Asks everybody who may take access away whether its holders still need it, a few questions at a time. What nobody keeps by the date ends, after two warnings.',
    example: '/org review start until:14d',
    may,
    permission,
    args: {
      scope: optional({ ...project(), label: 'Scope', short: 'Project or all' }),
      until: optional({ ...duration('Until'), hint: 'Such as 14d, or a date' }),
    },
    preview: async (ctx, args) => {
      const plan = await planReview(ctx, ctx.organization, args);
      return {
        title: 'Start an access review?',
        lines: [
          {
            kind: 'text',
            text: [
              `It asks about ${count(plan.accesses, 'access', 'accesses')} of ${count(plan.people, 'person', 'people')}. ${endingLine(plan.ending)}What nobody keeps ends `,
              { time: plan.endsAt, style: 'time' },
              '; it can be restored for a week.',
            ],
          },
        ],
        yes: 'Start',
        danger: false,
        planned: true,
      };
    },
    run: async (ctx, args) => {
      const started = await startReview(ctx, ctx.organization.id, args);
      if (!started) throw new Error('Only the schedule passes over a review');
      return reviewStartedCard(started);
    },
  }),
  inOrganization({
    root: 'org',
    name: 'review show',
    summary: 'How the access review goes',
    details: 'Shows the open access review, or the last one: answers, who was asked, what is open or ended.',
    example: '/org review show',
    may: 'Whoever holds members:read.',
    permission: 'members:read',
    args: { after: carried() },
    run: async (ctx, { after }) => progressCard(await showReview(ctx, ctx.organization, { after })),
  }),
  inOrganization({
    root: 'org',
    name: 'review end',
    summary: 'End the access review now',
    details: 'Ends the open access review. What nobody has answered stays as it is.',
    example: '/org review end',
    may,
    permission,
    args: {},
    preview: async (ctx) => {
      const plan = await planEnd(ctx, ctx.organization);
      return {
        title: `End ${plan.name} now?`,
        lines: [
          {
            kind: 'text',
            text: `${count(plan.open, 'access', 'accesses')} without an answer stay as they are, and nobody is asked any more.`,
          },
        ],
        yes: 'End now',
        danger: false,
        planned: true,
      };
    },
    run: async (ctx) => reviewEndedCard(await endReview(ctx, { organizationId: ctx.organization.id })),
  }),
  inOrganization({
    root: 'org',
    name: 'review keep',
    summary: 'They still need this',
    details: 'Answers one question of an access review: the access stays.',
    example: '/org review keep REV-2.15',
    may: answers,
    settles: always,
    args: { item: item() },
    run: async (ctx, args) =>
      answeredCard(
        await answerReview(ctx, { organizationId: ctx.organization.id, item: args.item, answer: 'keep' }),
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'review remove',
    summary: 'They no longer need this',
    details: 'Answers one question of an access review: the access is taken away at once.',
    example: '/org review remove REV-2.15',
    may: answers,
    settles: always,
    args: { item: item() },
    run: async (ctx, args) =>
      answeredCard(
        await answerReview(ctx, { organizationId: ctx.organization.id, item: args.item, answer: 'remove' }),
      ),
  }),
  inOrganization({
    root: 'org',
    name: 'review restore',
    summary: 'Restore what ended',
    details: 'Gives back access that ended because nobody answered, with the end it had, within a week.',
    example: '/org review restore REV-2.15',
    may: 'Whoever may give that access.',
    changes: true,
    amountsTo: async () => ['access grant', 'member role'],
    settles: always,
    args: { item: item() },
    run: async (ctx, args) =>
      restoredCard(await restoreReviewed(ctx, { organizationId: ctx.organization.id, item: args.item })),
  }),
];
