import type { ShownRequest } from '../../core/request/show.ts';
import type { Block, Card, Inline } from '../card.ts';
import { text } from '../parts.ts';
import { card, shorten } from '../plain.ts';
import { decisionFields } from '../request-approvals.ts';
import { ownButtons } from '../request-buttons.ts';
import { accessInWords, period } from '../request-terms.ts';

const TITLES: Record<ShownRequest['state'], string> = {
  pending: 'Not decided yet',
  approved: 'Approved',
  denied: 'Denied',
  cancelled: 'Cancelled',
  expired: 'Expired without a decision',
  returned: 'Returned',
  ended: 'Ended',
};

const TONES: Partial<Record<ShownRequest['state'], Card['tone']>> = {
  approved: 'good',
  denied: 'bad',
  expired: 'warning',
};

const NEXT_PENDING = 'Those who may decide have it in front of them.';

const NEXT: Record<ShownRequest['state'], (request: ShownRequest) => string> = {
  pending: () => NEXT_PENDING,
  approved: ({ accessEndsAt }) =>
    accessEndsAt
      ? 'It ends by itself. Return it earlier when you are done, or ask to extend it before it ends.'
      : 'Return it when you are done.',
  denied: () => 'Nothing changed. You can ask again with another reason.',
  cancelled: () => 'Nothing was given. You can ask again.',
  expired: () => 'Nobody decided in time, and nothing changed. You can ask again.',
  returned: () => 'You gave it back. You can ask again.',
  ended: () => 'This access is over. You can ask again.',
};

const nextOfChange = (state: ShownRequest['state']): string => {
  if (state === 'approved') return 'It was done as you, at the last approval.';
  return state === 'pending' ? NEXT_PENDING : 'Nothing was done. You can type the command again.';
};

/** To the requester: what became of a request of theirs, by whom, why, until when, and what to do next. */
export const requestSettled = (request: ShownRequest): Card => {
  const { state, organization, name } = request;
  const decision = request.decisions.at(-1);
  const fields: (readonly [string, readonly Inline[]])[] = [
    [request.change ? 'Wanted' : 'Access', [{ bold: accessInWords(request) }, `, ${organization.name}`]],
    ...(state === 'approved' && !request.change ? [['For how long', period(request)] as const] : []),
    ...decisionFields(request.decisions),
  ];
  const why: Block[] =
    decision && decision.reason !== ''
      ? [{ kind: 'quote', label: state === 'denied' ? 'Why' : 'Note', text: decision.reason }]
      : [];
  return card({
    title: `${TITLES[state]}: ${shorten(accessInWords(request), 110)}`,
    tone: TONES[state],
    blocks: [
      { kind: 'fields', fields },
      ...why,
      { kind: 'text', text: request.change ? nextOfChange(state) : NEXT[state](request) },
      ...(request.change ? [] : [{ kind: 'buttons', buttons: ownButtons(request) } as const]),
      { kind: 'small', text: text(`${name}, asked `, { time: request.createdAt, style: 'time' }) },
    ],
  });
};
