import { z } from 'zod';
import type { Inline } from '../card.ts';
import { act, button, roleName, text } from '../parts.ts';
import { card, shorten } from '../plain.ts';
import { by, doneBy, instant, myAccess, notice, outcome, unlessSettled } from './notice.ts';

const role = z.string().nullish();

export const memberRoleChanged = notice(
  z.object({ by, before: role, after: role, until: instant }),
  (organization, data) => {
    const end: Inline[] = data.until ? [{ time: data.until, style: 'time' }] : ['no end'];
    return card({
      title: `Your role in ${organization.name} changed`,
      blocks: [
        {
          kind: 'fields',
          fields: [
            ['Role now', text({ bold: roleName(data.after) })],
            ['Before', roleName(data.before)],
            ...(data.after ? ([['Until', end]] as const) : []),
            ['Changed by', doneBy(data.by)],
          ],
        },
        {
          kind: 'text',
          text: data.until
            ? 'After that your lasting role comes back by itself. Ask for access if you need something else.'
            : 'Ask for access if you need something else.',
        },
        myAccess(organization),
      ],
    });
  },
);

export const memberRoleEnded = notice(z.object({ before: role, after: role }), (organization, data) =>
  card({
    title: `Your temporary role in ${organization.name} has ended`,
    blocks: [
      {
        kind: 'fields',
        fields: [
          ['Ended', roleName(data.before)],
          ['Role now', { bold: roleName(data.after) }],
        ],
      },
      {
        kind: 'text',
        text: 'Its time is over, and your lasting role is back. If you still need the other one, ask for it again.',
      },
      myAccess(organization),
    ],
  }),
);

export const memberDeactivated = notice(z.object({ by }), (organization, data) =>
  card({
    title: `Your membership in ${organization.name} is deactivated`,
    tone: 'warning',
    blocks: [
      { kind: 'fields', fields: [['Deactivated by', doneBy(data.by)]] },
      {
        kind: 'text',
        text: `Nothing you could do in ${organization.name} works for now. Your roles and access are kept for a reactivation. If you need them, ask one of its administrators.`,
      },
    ],
  }),
);

export const memberReactivated = notice(z.object({ by }), (organization, data) =>
  card({
    title: `Your membership in ${organization.name} works again`,
    tone: 'good',
    blocks: [
      { kind: 'fields', fields: [['Reactivated by', doneBy(data.by)]] },
      {
        kind: 'text',
        text: 'Your roles and access are back, but for what ended meanwhile. Look at what you have, and ask for what is missing.',
      },
      myAccess(organization),
    ],
  }),
);

export const memberRemoved = notice(z.object({ by }), (organization, data) =>
  card({
    title: `You are no longer a member of ${organization.name}`,
    tone: 'warning',
    blocks: [
      { kind: 'fields', fields: [['Removed by', doneBy(data.by)]] },
      {
        kind: 'text',
        text: `Your roles and access in ${organization.name} have ended. If you need to come back, ask one of its administrators for a new invitation; it starts from nothing.`,
      },
    ],
  }),
);

export const memberLeftWorkspace = notice(
  z.object({
    email: z.string(),
    deactivated: z.boolean().default(false),
    last: z.boolean().default(false),
    off: z.boolean().optional(),
    gone: z.boolean().default(false),
    outcome,
  }),
  (organization, { email, deactivated, last, off = deactivated, gone, outcome: settled }) => {
    const args = { user: email, org: organization.id };
    const says = (verb: string) => ({ says: shorten(`${verb} ${email}`, 75) });
    return card({
      title: `${shorten(email, 80)} left the workspace`,
      tone: 'warning',
      blocks: [
        {
          kind: 'text',
          text: deactivated
            ? `Their chat account is gone, and their membership in ${organization.name} was deactivated, as the setting leavers says. Their tokens and service accounts are still there.`
            : last
              ? `Their chat account is gone, and they are the only administrator of ${organization.name} without an end. They stay it, because somebody has to be able to act: name another one, then offboard them.`
              : `Their chat account is gone, and they are still an active member of ${organization.name}. Nothing was taken away by itself.`,
        },
        ...(off && !deactivated
          ? [{ kind: 'text', text: { bold: 'Their membership is deactivated now.' } } as const]
          : []),
        ...unlessSettled(
          settled,
          [
            button('Offboard', act('org member offboard', args), { style: 'primary', ...says('Offboard') }),
            ...(off
              ? []
              : [
                  button('Deactivate', act('org member deactivate', args), {
                    style: 'danger',
                    ...says('Deactivate'),
                  }),
                ]),
          ],
          gone ? [] : [button('Show member', act('org member show', args), says('Show'))],
        ),
      ],
    });
  },
);
