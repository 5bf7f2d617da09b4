import type { Answered } from '../core/review/answer.ts';
import { accessOf, itemName, type Review, type ReviewItem } from '../core/review/item.ts';
import type { Restored } from '../core/review/restore.ts';
import type { Progress, Questions, Result } from '../core/review/show.ts';
import type { Started } from '../core/review/start.ts';
import type { Block, Button, Card, Inline, Row, Text } from './card.ts';
import { act, button, count, nextPage } from './parts.ts';
import { card, shorten } from './plain.ts';

/** What is known of an access: since when, by whom, on which request, until when, last used. */
const evidence = (item: ReviewItem): Text => {
  const when = (label: string, at: Date | null): Inline[] =>
    at ? [label, { time: at, style: 'date' } as const] : [];
  const by = item.grantedBy ? [` by ${item.grantedBy}`] : [];
  return [
    ...when('Since ', item.grantedAt),
    ...by,
    ...(item.request ? [` (${item.request})`] : []),
    ...when(', until ', item.expiresAt),
    ...(item.lastUsedAt ? when(' · last used ', item.lastUsedAt) : [' · no use known']),
  ];
};

const subject = (item: ReviewItem): string => `${item.email}: ${accessOf(item)}`;

const pressing = (
  label: string,
  command: string,
  review: Pick<Review, 'number'>,
  item: ReviewItem,
  more: Partial<Button> = {},
): Button => {
  const name = itemName(review, item);
  return button(label, act(command, { item: name, org: item.organizationId }), {
    says: shorten(`${label} ${name}: ${subject(item)}`, 75),
    ...more,
  });
};

const question = (review: Pick<Review, 'number'>, item: ReviewItem): Row => ({
  text: subject(item),
  detail: evidence(item),
  buttons: [
    pressing('Keep', 'org review keep', review, item, { style: 'primary' }),
    pressing('Remove', 'org review remove', review, item, { style: 'danger' }),
  ],
});

/**
 * What one reviewer is asked, a few at a time: the next ones come as these are answered. Nothing is sent to who has
 * nothing to answer; what was sent says so.
 */
export const questionsCard = (
  asked: Questions,
  { days, sent }: { days: number | undefined; sent: boolean },
): Card | undefined => {
  const { organization, review, name, items, more, answered } = asked;
  if (items.length === 0 && answered === 0 && !sent) return undefined;
  const open = items.length + more;
  if (review.endedAt !== null || open === 0) {
    const title =
      review.endedAt !== null
        ? `${name} is over`
        : answered === 0
          ? `${name}: nothing is left for you to answer`
          : `${name}: you have answered everything`;
    const text =
      answered > 0
        ? `${organization.name}: ${count(answered, 'answer')} of yours. Thank you.`
        : review.endedAt !== null
          ? `${organization.name}: nothing is asked of you any more.`
          : `${organization.name}: others have answered, the access has ended, or it is not yours to take away any more.`;
    return card({ title, tone: 'good', blocks: [{ kind: 'text', text }] });
  }
  const title =
    days === undefined
      ? `${name}: do they still need this?`
      : `${name} ends in ${count(days, 'day')}: do they still need this?`;
  return card({
    title,
    ...(days === undefined ? {} : { tone: 'warning' as const }),
    blocks: [
      {
        kind: 'text',
        text: [
          `You may take this access in ${organization.name} away, so you are asked. `,
          { bold: 'What nobody keeps ends ' },
          { time: review.endsAt, style: 'time' },
          '.',
        ],
      },
      { kind: 'rows', rows: items.map((item) => question(review, item)) },
      {
        kind: 'small',
        text: `${answered} answered, ${open} open${more > 0 ? `: ${more} more come as you answer` : ''}. The first answer counts.`,
      },
    ],
  });
};

/** What is left out, where anything is. */
export const endingLine = (ending: number): string =>
  ending === 0
    ? ''
    : `${count(ending, 'access', 'accesses')} ${ending === 1 ? 'ends' : 'end'} by ${ending === 1 ? 'itself' : 'themselves'} before then and ${ending === 1 ? 'is' : 'are'} not asked about. `;

export const reviewStartedCard = ({ name, endsAt, accesses, ending, reviewers }: Started): Card =>
  card({
    title: `${name} has begun`,
    tone: reviewers.length > 0 ? 'good' : 'warning',
    blocks: [
      {
        kind: 'text',
        text: [
          `${count(accesses, 'access', 'accesses')} to look at. ${endingLine(ending)}`,
          reviewers.length > 0
            ? `Asked: ${listed(reviewers)}. `
            : 'Nobody but the people themselves may take it away, so nobody is asked and nothing ends. ',
          'What nobody keeps ends ',
          { time: endsAt, style: 'time' },
          '.',
        ],
      },
      { kind: 'buttons', buttons: [button('Progress', act('org review show'))] },
    ],
  });

const NAMED = 5;

const listed = (names: readonly string[]): string =>
  names.length > NAMED
    ? `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`
    : names.join(', ');

const ended = ({ review, counts, name }: Result): string =>
  `${name}${review.project ? ` of ${review.project}` : ''}: ${counts.kept} kept, ${counts.removed} removed, ${counts.ended} ended unanswered, ${counts.unanswered} left as they are, ${counts.gone} had ended already${counts['not-asked'] > 0 ? `, ${counts['not-asked']} not asked about because they end by themselves` : ''}.`;

const csv = (organizationId: string): Button =>
  button('Evidence as CSV', act('org export', { what: 'reviews', format: 'csv', org: organizationId }));

/** How a review goes, or went, for who runs it. */
export const progressCard = (progress: Progress): Card => {
  const { review, name, counts, reviewers, next, startedBy, mayRun } = progress;
  const open = review.endedAt === null;
  const total = Object.values(counts).reduce((sum, one) => sum + one, 0) - counts['not-asked'];
  return card({
    title: open ? `${name}: ${total - counts.open} of ${total} answered` : `${name} is over`,
    blocks: [
      {
        kind: 'fields',
        fields: [
          ['About', review.project ?? 'all access'],
          ['Started by', startedBy ?? 'the schedule'],
          [open ? 'Ends' : 'Ended', { time: review.endedAt ?? review.endsAt, style: 'time' }],
          ['Kept', String(counts.kept)],
          ['Removed', String(counts.removed)],
          ...(open
            ? ([['Open', String(counts.open)]] as const)
            : ([
                ['Ended unanswered', String(counts.ended)],
                ['Left as it is', String(counts.unanswered)],
              ] as const)),
          ['Ended before', String(counts.gone)],
          ...(counts['not-asked'] > 0
            ? ([['Not asked about', `${counts['not-asked']}, which end by themselves`]] as const)
            : []),
        ],
      },
      ...(reviewers.length > 0
        ? [
            {
              kind: 'list',
              items: [
                ...reviewers.slice(0, 10).map(({ email, answered }) => `${email}: ${answered} answered`),
                ...(reviewers.length > 10 ? [`and ${reviewers.length - 10} more`] : []),
              ],
            } as const,
          ]
        : []),
      ...itemBlocks(progress),
      ...nextPage(act('org review show'), next),
      {
        kind: 'buttons',
        buttons: [
          csv(review.organizationId),
          ...(mayRun && open ? [button('End now', act('org review end'))] : []),
          ...(mayRun && !open ? [button('Start another', act('org review start'))] : []),
        ],
      },
    ],
  });
};

const itemBlocks = ({ review, items, mine }: Result): Block[] => {
  if (items.length === 0) return [];
  const rows = items.map((item): Row => {
    const answerable = mine.includes(item.number);
    if (review.endedAt === null) {
      return answerable ? question(review, item) : { text: subject(item), detail: evidence(item) };
    }
    return {
      text: subject(item),
      detail: item.restoredAt ? `restored by ${item.restoredByEmail ?? 'somebody'}` : evidence(item),
      buttons:
        item.restoredAt || !answerable ? [] : [pressing('Restore', 'org review restore', review, item)],
    };
  });
  return [
    { kind: 'heading', text: review.endedAt === null ? 'Still open' : 'Ended because nobody answered' },
    { kind: 'rows', rows },
  ];
};

/** What a review came to, said once to who started it. */
export const reviewDoneCard = (result: Result, name: string): Card => {
  const { review, counts } = result;
  return card({
    title: `${name}: ${result.name} is over`,
    tone: counts.ended > 0 ? 'warning' : 'good',
    blocks: [
      { kind: 'text', text: ended(result) },
      ...itemBlocks(result),
      ...(counts.ended > 0
        ? [{ kind: 'small', text: 'Restore gives the same access again, for a week.' } as const]
        : []),
      {
        kind: 'buttons',
        buttons: [
          button('Show all', act('org review show', { org: review.organizationId })),
          csv(review.organizationId),
        ],
      },
    ],
  });
};

const OUTCOMES = { kept: 'is kept', removed: 'is taken away', gone: 'had ended already' } as const;

export const answeredCard = ({ name, email, access, outcome }: Answered): Card =>
  card({
    title:
      typeof outcome === 'object'
        ? `${name}: operators were asked (${outcome.asked})`
        : `${name}: ${access} ${OUTCOMES[outcome]}`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text:
          typeof outcome === 'object'
            ? `${email} keeps ${access} until an operator decides.`
            : `${email}: ${access} ${OUTCOMES[outcome]}.`,
      },
    ],
  });

export const restoredCard = ({ name, email, access, asked }: Restored): Card =>
  card({
    title: asked ? `${name}: operators were asked (${asked})` : `${email} has ${access} again`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text: asked
          ? `Operators alone give ${access}. ${email} has it again once one of them approves.`
          : `${name} is restored, with the end that it had.`,
      },
    ],
  });

export const reviewEndedCard = ({ name, unanswered }: { name: string; unanswered: number }): Card =>
  card({
    title: `${name} is over`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text:
          unanswered === 0
            ? 'Everything had been answered.'
            : `${count(unanswered, 'access', 'accesses')} had no answer and stay${unanswered === 1 ? 's' : ''} as it is.`,
      },
      { kind: 'buttons', buttons: [button('Show', act('org review show'))] },
    ],
  });
