import type { ShownRequest } from '../core/request/show.ts';
import { breakGlassCard } from './break-glass.ts';
import type { Block, Card, Inline } from './card.ts';
import { text } from './parts.ts';
import { personAndAddress, type Reader } from './people.ts';
import { card, shorten } from './plain.ts';
import { approvalFields, decisionFields, whoDecides } from './request-approvals.ts';
import { decideButtons, detailsButton, ownButtons } from './request-buttons.ts';
import { changeBlocks } from './request-change.ts';
import { accessInWords, effectOf, lasting, period } from './request-terms.ts';

export interface RequestCardOptions {
  /** Everything, as Details shows it; otherwise long reasons and lists are cut. */
  full?: boolean;
  /** The reader asked for it, and may change or withdraw it. */
  mine?: boolean;
  mayDecide?: boolean;
  reader?: Reader | undefined;
}

/** What of a reason stands on the card itself; Details shows all of it. */
const REASON = 400;

/** The one card of a request, in every state that it can have; posted copies are redrawn from it. */
export const requestCard = (request: ShownRequest, options: RequestCardOptions = {}): Card =>
  request.kind === 'break-glass' ? breakGlassCard(request, options) : ordinaryCard(request, options);

const ordinaryCard = (request: ShownRequest, options: RequestCardOptions): Card =>
  card({
    title: `${TITLES[request.state]}: ${shorten(accessInWords(request), 110)}`,
    tone: TONES[request.state],
    blocks: request.state === 'pending' ? pending(request, options) : settled(request, options),
  });

const TITLES: Record<ShownRequest['state'], string> = {
  pending: 'Approval needed',
  approved: 'Approved',
  denied: 'Denied',
  cancelled: 'Cancelled',
  expired: 'Expired',
  returned: 'Returned early',
  ended: 'Ended',
};

const TONES: Partial<Record<ShownRequest['state'], Card['tone']>> = {
  approved: 'good',
  denied: 'bad',
  expired: 'warning',
};

const reasonOf = ({ reason, state }: ShownRequest, full: boolean | undefined): Block[] =>
  reason === ''
    ? []
    : [
        {
          kind: 'quote',
          label: state === 'pending' ? 'Reason' : 'Reason for asking',
          text: full ? reason : shorten(reason, REASON),
        },
      ];

const pending = (request: ShownRequest, options: RequestCardOptions): Block[] => {
  const { organization, requester } = request;
  return [
    {
      kind: 'fields',
      fields: [
        ['Who', personAndAddress(requester, options.reader)],
        [
          request.change ? 'Wants' : 'Asks for',
          text({ bold: accessInWords(request) }, `, ${organization.name}`),
        ],
        ...(request.change ? [] : [['For how long', lasting(request)] as const]),
        ...approvalFields(request),
      ],
    },
    ...reasonOf(request, options.full),
    ...(request.change
      ? changeBlocks(request, options.full)
      : [{ kind: 'text', text: effectOf(request, options.full) } as const]),
    ...buttonsOf(request, options),
    {
      kind: 'small',
      text: text(whoDecides(request), `${request.name}, open until `, {
        time: request.expiresAt,
        style: 'time',
      }),
    },
  ];
};

const settled = (request: ShownRequest, options: RequestCardOptions): Block[] => {
  const { full, reader } = options;
  const last = request.decisions.at(-1);
  const decision = last?.reason ? last : undefined;
  return [
    {
      kind: 'fields',
      fields: [
        ['Who', personAndAddress(request.requester, reader)],
        [
          request.change ? 'Wanted' : 'Access',
          text({ bold: accessInWords(request) }, `, ${request.organization.name}`),
        ],
        ...outcomeOf(request),
        ...decisionFields(request.decisions),
      ],
    },
    ...reasonOf(request, full),
    ...(decision
      ? [
          {
            kind: 'quote',
            label: decision.decision === 'denied' ? 'Why it was denied' : 'Note of the approver',
            text: full ? decision.reason : shorten(decision.reason, REASON),
          } as const,
        ]
      : []),
    ...buttonsOf(request, options),
    { kind: 'small', text: text(`${request.name}, asked `, { time: request.createdAt, style: 'time' }) },
  ];
};

type Field = readonly [label: string, value: readonly Inline[]];

const outcomeOf = (request: ShownRequest): Field[] => {
  const when: Inline[] = request.settledAt ? [' on ', { time: request.settledAt, style: 'time' }] : [];
  switch (request.state) {
    case 'approved':
      return request.change ? [['Outcome', ['Done', ...when, '.']]] : [['For how long', period(request)]];
    case 'cancelled':
      return [['Outcome', ['Closed without a decision', ...when, '. It gave nothing.']]];
    case 'expired':
      return [
        ['Outcome', ['Nobody decided by ', { time: request.expiresAt, style: 'time' }, '. It gave nothing.']],
      ];
    case 'returned':
      return [['Outcome', ['Given back', ...endedAt(request), '.']]];
    case 'ended':
      return [['Outcome', ['The access is over: its time ran out, or it was taken away.']]];
    case 'denied':
      return [['Outcome', ['Nothing changed.']]];
    case 'pending':
      return [];
  }
};

const endedAt = ({ accessEndsAt }: ShownRequest): Inline[] =>
  accessEndsAt ? [' on ', { time: accessEndsAt, style: 'time' }] : [];

/** Always in this order. Nobody decides a settled request, so copies that were posted lose their buttons. */
const buttonsOf = (request: ShownRequest, { full, mine, mayDecide }: RequestCardOptions): Block[] => {
  const open = request.state === 'pending';
  const buttons = [
    ...(open && mayDecide ? decideButtons(request) : []),
    ...(mine ? ownButtons(request) : []),
    ...(open && !full ? [detailsButton(request)] : []),
  ];
  return buttons.length > 0 ? [{ kind: 'buttons', buttons }] : [];
};
