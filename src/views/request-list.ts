import type { Announced } from '../core/request/announce.ts';
import type { Decided } from '../core/request/decide.ts';
import type { ListedRequest } from '../core/request/list.ts';
import type { Opened } from '../core/request/open.ts';
import { breakGlassReviewedCard } from './break-glass.ts';
import type { Block, Card, Row } from './card.ts';
import { act, button, count, text } from './parts.ts';
import { card } from './plain.ts';
import { changeDecidedCard } from './request-change.ts';

interface Words {
  project: string;
}

/** `REQ-7: sam@example.com asks for developer in etl`. */
export const askedInWords = ({ name, kind, requester, change, role, project }: ListedRequest): string => {
  if (change) return `${name}: ${requester} wants: ${change}`;
  const verb = kind === 'break-glass' ? 'took without approval' : 'asks for';
  return `${name}: ${requester} ${verb} ${role}${project ? ` in ${project}` : ''}`;
};

const row = (request: ListedRequest, verb: string): Row => ({
  text: askedInWords(request),
  detail:
    request.state === 'pending'
      ? text('open until ', { time: request.expiresAt, style: 'time' })
      : text(
          request.state,
          request.accessEndsAt
            ? [
                request.state === 'approved' ? ' until ' : ', over ',
                { time: request.accessEndsAt, style: 'time' },
              ]
            : [],
        ),
  buttons: [
    button(verb, act('access request show', { request: request.name }), { says: `${verb} ${request.name}` }),
  ],
});

export const requestListCard = (requests: {
  mine: readonly ListedRequest[];
  waiting: readonly ListedRequest[];
}): Card => {
  const of = (heading: string, rows: readonly Row[], none: string): Block[] => [
    { kind: 'heading', text: heading },
    rows.length > 0 ? { kind: 'rows', rows } : { kind: 'text', text: none },
  ];
  return card({
    title: 'Requests',
    blocks: [
      ...of(
        `Waiting for you (${requests.waiting.length})`,
        requests.waiting.map((request) => row(request, 'Review')),
        'Nobody waits for your decision.',
      ),
      ...of(
        'Yours',
        requests.mine.map((request) => row(request, 'Open')),
        'You have asked for nothing yet.',
      ),
      {
        kind: 'buttons',
        buttons: [button('Request access', act('access request new'), { style: 'primary' })],
      },
    ],
  });
};

const named = (deciders: readonly string[], joint: string): string =>
  deciders.length > 3
    ? `${deciders.slice(0, 3).join(', ')} ${joint} ${count(deciders.length - 3, 'other')}`
    : deciders.join(` ${joint} `);

export const deciding = ({ deciders, required, toOperators }: Announced): string => {
  if (deciders.length === 0) return 'The operators of this installation, because nobody else here may';
  if (toOperators) {
    return `It takes ${required} approvals, and only ${named(deciders, 'and')} may decide: the operators of this installation may complete it`;
  }
  return required === 1
    ? named(deciders, 'or')
    : `${required} of ${count(deciders.length, 'person', 'people')}: ${named(deciders, 'and')}`;
};

/** True for as long as it stands there: nobody draws an answer again. */
export const openedTitle = (name: string): string => `${name} is open until it is decided`;

export const openedCard = (opened: Opened, words: Words, lasting: string): Card =>
  card({
    title: openedTitle(opened.name),
    tone: 'good',
    blocks: [
      {
        kind: 'fields',
        fields: [
          [
            'You asked for',
            `${opened.role}${opened.project ? ` in ${words.project} ${opened.project}` : ''}, ${lasting}`,
          ],
          ['Who decides', deciding(opened)],
          ['Open until', { time: opened.expiresAt, style: 'time' }],
        ],
      },
      {
        kind: 'text',
        text:
          opened.channels > 0
            ? 'It goes to the approvals channel. You will hear here directly.'
            : 'They get it as a direct message. You will hear here directly.',
      },
      {
        kind: 'buttons',
        buttons: [
          button('Open', act('access request show', { request: opened.name })),
          button('Cancel request', act('access request cancel', { request: opened.name })),
        ],
      },
    ],
  });

export const requestChangedCard = (title: string, what: string, request: string): Card =>
  card({
    title,
    tone: 'good',
    blocks: [
      { kind: 'text', text: what },
      { kind: 'buttons', buttons: [button('Open', act('access request show', { request }))] },
    ],
  });

export const decidedCard = (decided: Decided, verb: 'approved' | 'denied'): Card => {
  if (decided.waiting) return approvalGivenCard(decided.name, decided.waiting);
  if (decided.kind === 'change') return changeDecidedCard(decided, verb);
  if (decided.kind === 'break-glass') return breakGlassReviewedCard(decided, verb === 'approved');
  const what = `${decided.role}${decided.project ? ` in ${decided.project}` : ''}`;
  if (decided.kind === 'removal') {
    const sentence =
      verb === 'approved'
        ? `${decided.requester} is removed. A new invitation starts from nothing.`
        : `${decided.requester} is not removed; who asked was told why.`;
    return card({ title: `${decided.name} ${verb}`, blocks: [{ kind: 'text', text: sentence }] });
  }
  return card({
    title: `${decided.name} ${verb}`,
    tone: verb === 'approved' ? 'good' : undefined,
    blocks: [
      {
        kind: 'text',
        text:
          verb === 'approved' && decided.lastsAlready
            ? `${decided.requester} is ${what} without an end already, so the time that was asked for changes nothing.`
            : verb === 'approved'
              ? text(
                  `${decided.requester} is ${what} now`,
                  decided.until ? [', until ', { time: decided.until, style: 'time' }] : ', without an end',
                  '. They were told.',
                )
              : `${decided.requester} did not get ${what}, and was told why.`,
      },
    ],
  });
};

const approvalGivenCard = (name: string, { given, required }: { given: number; required: number }): Card =>
  card({
    title: `${name}: ${given} of ${required} approvals`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text: `Your approval counts. Nothing is given before ${count(required - given, 'more person has', 'more people have')} approved.`,
      },
    ],
  });
