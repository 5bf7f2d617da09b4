import { z } from 'zod';
import type { Block } from '../card.ts';
import { act, button, count, roleName } from '../parts.ts';
import { card, shorten } from '../plain.ts';
import { notice, outcome, reasonBlock, unlessSettled } from './notice.ts';

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
  z.object({
    emails: z.array(z.string()),
    count: z.number(),
    states: z.record(z.string(), z.string()).default({}),
  }),
  (organization, data) => {
    const org = organization.id;
    const { states } = data;
    const them: Block[] =
      data.count <= ROWS
        ? [
            {
              kind: 'rows',
              rows: data.emails.map((email) => ({
                text: states[email] ? `${email}: ${states[email]} now` : email,
                buttons: states[email]
                  ? []
                  : [
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

/** Pressed, it is `/org invite send` as the member filled it in, under the administrator's own rights. */
export const invitationWanted = notice(
  z.object({
    by: z.string(),
    email: z.string(),
    role: z.string().nullish(),
    project: z.string().nullish(),
    reason: z.string().nullish(),
    outcome,
  }),
  (organization, { by, email, role, project, reason, outcome: settled }) => {
    const people = shorten(email.replaceAll(',', ', '), 120);
    const args = { email, ...(role ? { role } : {}), ...(project ? { project } : {}), org: organization.id };
    return card({
      title: `${shorten(by, 60)} asks you to invite ${people}`,
      blocks: [
        {
          kind: 'fields',
          fields: [
            ['Organization', organization.name],
            ['Role', role ?? 'what an invitation gives'],
            ...(project ? ([['Access', project.replaceAll(',', ', ')]] as const) : []),
          ],
        },
        ...reasonBlock(reason),
        {
          kind: 'text',
          text: 'They may not invite people. Sending it is yours to decide; nothing is sent until you do.',
        },
        ...unlessSettled(settled, [
          button('Invite', act('org invite send', args), {
            style: 'primary',
            says: shorten(`Invite ${people}`, 75),
            confirm: {
              title: 'Send the invitation?',
              text: shorten(`${people} is invited to ${organization.name} by you.`, 290),
              yes: 'Send',
            },
          }),
        ]),
      ],
    });
  },
);

export const invitationWrongAddress = notice(
  z.object({ email: z.string(), address: z.string(), outcome }),
  (organization, { email, address, outcome: settled }) =>
    card({
      title: `Somebody else tried to accept your invitation of ${shorten(email, 80)}`,
      tone: 'warning',
      blocks: [
        {
          kind: 'text',
          text: `They signed in as ${shorten(address, 120)}, so they were refused, and ${organization.name} gained no member. The link has been passed on: if that is not meant so, revoke the invitation.`,
        },
        ...unlessSettled(settled, [
          button('Revoke', act('org invite revoke', { email, org: organization.id }), {
            says: shorten(`Revoke the invitation for ${email}`, 75),
          }),
        ]),
      ],
    }),
);
