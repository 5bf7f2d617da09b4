import type { Taken } from '../core/request/break-glass.ts';
import type { ShownRequest } from '../core/request/show.ts';
import type { Block, Button, Card } from './card.ts';
import { act, button, text } from './parts.ts';
import { personAndAddress, type Reader } from './people.ts';
import { card, shorten } from './plain.ts';
import { detailsButton, ownButtons } from './request-buttons.ts';
import { accessInWords, period } from './request-terms.ts';

interface Options {
  full?: boolean;
  mine?: boolean;
  mayDecide?: boolean;
  reader?: Reader | undefined;
}

const REASON = 400;
const SAYS = 75;

/** What somebody took without approval, until and after somebody else has looked at it. */
export const breakGlassCard = (request: ShownRequest, options: Options = {}): Card => {
  const { organization, requester, reason, reviewedAt, state } = request;
  const buttons = [
    ...(reviewedAt === null && options.mayDecide ? reviewButtons(request) : []),
    ...(options.mine && state === 'approved' ? ownButtons(request) : []),
    ...(options.full ? [] : [detailsButton(request)]),
  ];
  return card({
    title: `Break-glass: ${requester.email} took ${shorten(accessInWords(request), 90)} without approval`,
    tone: reviewedAt === null ? 'bad' : 'warning',
    blocks: [
      {
        kind: 'fields',
        fields: [
          ['Who', personAndAddress(requester, options.reader)],
          ['Took', text({ bold: accessInWords(request) }, `, ${organization.name}`)],
          ['For how long', state === 'approved' ? period(request) : 'It is over.'],
          ['Review', reviewOf(request)],
        ],
      },
      { kind: 'quote', label: 'Reason', text: options.full ? reason : shorten(reason, REASON) },
      ...whyOf(request, options.full),
      ...(buttons.length > 0 ? [{ kind: 'buttons', buttons } as const] : []),
      {
        kind: 'small',
        text: text(`${request.name}, taken `, { time: request.createdAt, style: 'time' }),
      },
    ],
  });
};

const last = (request: ShownRequest) => (request.reviewedAt ? request.decisions.at(-1) : undefined);

const reviewOf = (request: ShownRequest) => {
  const review = last(request);
  return review
    ? text(`${review.decision === 'justified' ? 'Justified' : 'Not justified'}, says ${review.by}, `, {
        time: review.at,
        style: 'time',
      })
    : 'Nobody has looked at it yet. Somebody else who could have approved it says whether it was justified.';
};

const whyOf = (request: ShownRequest, full: boolean | undefined): Block[] => {
  const review = last(request);
  if (!review?.reason) return [];
  return [
    {
      kind: 'quote',
      label: 'Note of the review',
      text: full ? review.reason : shorten(review.reason, REASON),
    },
  ];
};

const reviewButtons = (request: ShownRequest): Button[] => {
  const which = { request: request.name, org: request.organization.id };
  const says = (verb: string): string =>
    shorten(`${verb}: ${request.name}, ${request.role} taken by ${request.requester.email}`, SAYS);
  return [
    button('Reviewed: justified', act('access request approve', which), { says: says('Justified') }),
    button('Not justified', act('access request deny', { ...which, taken: 'yes' }), {
      style: 'danger',
      says: says('Not justified'),
    }),
  ];
};

export const takenCard = (taken: Taken): Card =>
  card({
    title: `You are ${taken.role}${taken.project ? ` in ${taken.project}` : ''} now`,
    tone: 'warning',
    blocks: [
      {
        kind: 'text',
        text: text(
          'Until ',
          { time: taken.until, style: 'time' },
          '; it ends by itself. Everybody who could have approved it was told, and one of them will review it.',
        ),
      },
      {
        kind: 'buttons',
        buttons: [
          button('Open', act('access request show', { request: taken.name })),
          button('Return', act('access request return', { request: taken.name }), {
            confirm: { title: 'Return this access now?', text: 'You lose it at once.', yes: 'Return' },
          }),
        ],
      },
      { kind: 'small', text: taken.name },
    ],
  });

export const breakGlassReviewedCard = (
  decided: { name: string; done?: string | undefined },
  justified: boolean,
): Card =>
  card({
    title: `${decided.name}: ${justified ? 'justified' : 'not justified'}`,
    tone: justified ? 'good' : 'warning',
    blocks: [
      {
        kind: 'text',
        text: `Your review is kept, and who took it was told.${decided.done ? ` ${decided.done}.` : ''}`,
      },
    ],
  });
