import type { Card } from './card.ts';
import { act, button } from './parts.ts';
import { card } from './plain.ts';

export const codeSentCard = (sent: { email: string; minutes: number; mailed: boolean }): Card =>
  card({
    title: sent.mailed ? `A code is on its way to ${sent.email}` : `A code is ready for ${sent.email}`,
    blocks: [
      {
        kind: 'text',
        text: sent.mailed
          ? `It works for ${sent.minutes} minutes, from this chat account alone, and can be tried five times.`
          : `No mail is set up here: ask an operator for it. It works for ${sent.minutes} minutes, from this chat account alone.`,
      },
      { kind: 'buttons', buttons: [button('Enter code', act('access link code'), { style: 'primary' })] },
    ],
  });

export const linkedCard = (linked: { email: string; operator: boolean }): Card =>
  card({
    title: `Linked to ${linked.email}`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text: linked.operator
          ? 'You are the first operator of this installation. Next: create an organization.'
          : 'From now on Rollcall knows this chat account as you.',
      },
      {
        kind: 'buttons',
        buttons: linked.operator
          ? [button('Create organization', act('org create'), { style: 'primary' })]
          : [button('What concerns me', act('access home'), { style: 'primary' })],
      },
    ],
  });

export const unlinkedCard = (unlinked: { email: string }): Card =>
  card({
    title: `Unlinked from ${unlinked.email}`,
    tone: 'good',
    blocks: [
      { kind: 'text', text: 'This chat account is nobody to Rollcall now. Your memberships are untouched.' },
      { kind: 'buttons', buttons: [button('Link again', act('access link start'))] },
    ],
  });
