import { z } from 'zod';
import { act, button } from '../parts.ts';
import { card } from '../plain.ts';
import { myAccess, notice } from './notice.ts';

const MOST = 10;

const listed = (access: readonly string[]): string[] => [
  ...access.slice(0, MOST),
  ...(access.length > MOST ? [`and ${access.length - MOST} more`] : []),
];

/** To whoever holds access that nobody has said is still needed, a day before it ends. */
export const reviewEnding = notice(
  z.object({ review: z.string(), endsAt: z.coerce.date(), access: z.array(z.string()) }),
  (organization, { review, endsAt, access }) =>
    card({
      title: `Access of yours in ${organization.name} may end tomorrow`,
      tone: 'warning',
      blocks: [
        {
          kind: 'text',
          text: [
            `Nobody has said yet in ${review} whether you still need this. It ends `,
            { time: endsAt, style: 'time' },
            ' unless somebody keeps it: tell an administrator if you do.',
          ],
        },
        { kind: 'list', items: listed(access) },
        myAccess(organization),
      ],
    }),
);

export const reviewAccessEnded = notice(
  z.object({ review: z.string(), access: z.array(z.string()) }),
  (organization, { review, access }) =>
    card({
      title: `Access of yours in ${organization.name} has ended`,
      tone: 'warning',
      blocks: [
        {
          kind: 'text',
          text: `Nobody said in ${review} that you still need it. If you do, ask for it, or have an administrator restore it.`,
        },
        { kind: 'list', items: listed(access) },
        {
          kind: 'buttons',
          buttons: [button('Ask for access', act('access request new', { org: organization.id }))],
        },
      ],
    }),
);
