import { z } from 'zod';
import type { Block } from '../card.ts';
import { act, button, count, roleName } from '../parts.ts';
import { card, shorten } from '../plain.ts';
import { notice } from './notice.ts';

export const invitationAccepted = notice(
  z.object({ email: z.string(), role: z.string().nullish() }),
  (organization, { email, role }) =>
    card({
      title: `${shorten(email, 80)} joined ${organization.name}`,
      tone: 'good',
      blocks: [
        {
          kind: 'fields',
          fields: [
            ['Member', email],
            ['Role', roleName(role)],
          ],
        },
        { kind: 'text', text: 'They accepted your invitation. Give more access when they need it.' },
        {
          kind: 'buttons',
          buttons: [
            button('Show member', act('org member show', { user: email, org: organization.id }), {
              says: shorten(`Show ${email}`, 75),
            }),
          ],
        },
      ],
    }),
);

/** So many have a button each; more are shown from the list. */
const ROWS = 5;

export const invitationsExpired = notice(
  z.object({ emails: z.array(z.string()), count: z.number() }),
  (organization, data) => {
    const org = organization.id;
    const them: Block[] =
      data.count <= ROWS
        ? [
            {
              kind: 'rows',
              rows: data.emails.map((email) => ({
                text: email,
                buttons: [
                  button('Send again', act('org invite resend', { email, org }), {
                    says: shorten(`Send the invitation to ${email} again`, 75),
                  }),
                ],
              })),
            },
          ]
        : [
            {
              kind: 'list',
              items: [
                ...data.emails,
                ...(data.count > data.emails.length ? [`and ${data.count - data.emails.length} more`] : []),
              ],
            },
            {
              kind: 'buttons',
              buttons: [
                button('Show expired invitations', act('org invite list', { state: 'expired', org })),
              ],
            },
          ];
    return card({
      title: `${count(data.count, 'invitation')} of yours in ${organization.name} expired`,
      blocks: [
        {
          kind: 'text',
          text: 'Nobody accepted in time, and the links no longer work. Sending one again starts its time anew.',
        },
        ...them,
      ],
    });
  },
);
