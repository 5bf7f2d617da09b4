import { z } from 'zod';
import type { Organization } from '../../core/organization/organization.ts';
import type { ListedRequest } from '../../core/request/list.ts';
import type { Card } from '../card.ts';
import { act, button, count, text } from '../parts.ts';
import { card } from '../plain.ts';
import { askedInWords } from '../request-list.ts';
import { by, doneBy, notice, reasonBlock } from './notice.ts';

/** To who asked: it was approved, could not be carried out, and is still open. */
export const requestFailed = notice(
  z.object({ request: z.string(), title: z.string(), by, why: z.string() }),
  (organization, data) =>
    card({
      title: `Not carried out: ${data.title}`,
      tone: 'warning',
      blocks: [
        {
          kind: 'text',
          text: `${doneBy(data.by)} approved ${data.request}, but it could not be done. ${data.why.replaceAll('`', '')} Nothing changed, and the request stays open until it is decided: it can be approved again, or you cancel it.`,
        },
        {
          kind: 'buttons',
          buttons: [
            button('Open', act('access request show', { request: data.request, org: organization.id })),
            button(
              'Cancel request',
              act('access request cancel', { request: data.request, org: organization.id }),
            ),
          ],
        },
        { kind: 'small', text: organization.name },
      ],
    }),
);

/** To who asked: the operators have it in front of them now, and why. */
export const requestEscalated = notice(
  z.object({ request: z.string(), late: z.boolean(), taken: z.boolean().default(false) }),
  (organization, data) =>
    card({
      title: `${data.request} went to the operators`,
      blocks: [
        {
          kind: 'text',
          text: data.late
            ? 'Nobody has decided it yet. The operators of this installation may decide it as well, before it expires.'
            : data.taken
              ? `Nobody else in ${organization.name} may look at what you took by now. The operators of this installation do.`
              : `Too few people in ${organization.name} may decide it by now. The operators of this installation may.`,
        },
        {
          kind: 'buttons',
          buttons: [
            button('Open', act('access request show', { request: data.request, org: organization.id })),
            ...(data.taken
              ? []
              : [
                  button(
                    'Cancel request',
                    act('access request cancel', { request: data.request, org: organization.id }),
                  ),
                ]),
          ],
        },
        { kind: 'small', text: organization.name },
      ],
    }),
);

/** What waits, in one message: first what is over first. */
export const requestsWaitingCard = (
  organization: Organization,
  waiting: readonly ListedRequest[],
  now: Date,
): Card =>
  card({
    title: `${count(waiting.length, 'request waits', 'requests wait')} for a decision in ${organization.name}`,
    blocks: [
      {
        kind: 'rows',
        rows: waiting.map((request) => ({
          text: askedInWords(request),
          detail: text('open until ', { time: request.expiresAt, style: 'time' }),
          buttons: [
            button('Review', act('access request show', { request: request.name, org: organization.id }), {
              says: `Review ${request.name}`,
            }),
          ],
        })),
      },
      {
        kind: 'small',
        text: text(
          'As of ',
          { time: now, style: 'time' },
          '. You hear of what waits after four hours, then once a day.',
        ),
      },
    ],
  });

/** To who broke the glass: what somebody else says of it. */
export const breakGlassReviewed = notice(
  z.object({ request: z.string(), by, justified: z.boolean(), reason: z.string(), ended: z.boolean() }),
  (organization, data) =>
    card({
      title: `${data.request} was reviewed: ${data.justified ? 'justified' : 'not justified'}`,
      tone: data.justified ? 'good' : 'warning',
      blocks: [
        {
          kind: 'text',
          text: `${doneBy(data.by)} looked at what you took without approval in ${organization.name}.${data.ended ? ' What it still gave has ended.' : ''}`,
        },
        ...reasonBlock(data.reason),
      ],
    }),
);
