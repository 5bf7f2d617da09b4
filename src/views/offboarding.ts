import type { Offboarding } from '../core/member/offboarding.ts';
import type { Block, Card } from './card.ts';
import { act, button } from './parts.ts';
import { card } from './plain.ts';

const step = (number: number, done: boolean, what: string): Block => ({
  kind: 'text',
  text: [{ bold: `${number}. ${done ? 'Done' : 'To do'}: ` }, what],
});

/** The removal as it stands, with a button for everything that is left to do. */
export const offboardingCard = (open: Offboarding): Card => {
  const user = { user: open.email };
  const left = open.tokens.length + open.serviceAccounts.length;
  const again = button('Refresh', act('org member offboard', user));
  if (open.ended) return endedCard(open.email, open.ended);
  return card({
    title: `Offboarding ${open.email}`,
    tone: 'warning',
    blocks: [
      step(1, open.accountOff, 'The account and their personal tokens are off.'),
      step(
        2,
        left === 0,
        left === 0
          ? 'No token or service account of theirs works any more.'
          : 'Decide on each token and service account that still works.',
      ),
      {
        kind: 'rows',
        rows: [
          ...open.tokens.map(({ name }) => ({
            text: `Token ${name}`,
            buttons: [
              button('Deactivate', act('org token deactivate', { name }), {
                says: `Deactivate token ${name}`,
              }),
              button('Reassign', act('org token reassign', { name, from: open.email }), {
                says: `Reassign token ${name}`,
              }),
              button('Revoke', act('org token revoke', { name }), {
                style: 'danger',
                says: `Revoke token ${name}`,
              }),
            ],
          })),
          ...open.serviceAccounts.map((name) => ({
            text: `Service account ${name}`,
            buttons: [
              button('Reassign', act('org service-account edit', { name, from: open.email }), {
                says: `Reassign ${name}`,
              }),
              button('Disable', act('org service-account disable', { name }), { says: `Disable ${name}` }),
              button('Delete', act('org service-account delete', { name }), {
                style: 'danger',
                says: `Delete service account ${name}`,
              }),
            ],
          })),
        ],
      },
      step(
        3,
        false,
        open.asked
          ? `${open.asked} asks the operators to finish the removal.`
          : open.operatorsFinish
            ? 'The operators finish the removal.'
            : 'End the membership.',
      ),
      {
        kind: 'buttons',
        buttons:
          left === 0 && !open.asked
            ? [
                button(
                  open.operatorsFinish ? 'Ask the operators' : 'End the membership',
                  act('org member offboard', { ...user, finish: 'yes' }),
                  {
                    style: 'primary',
                  },
                ),
                again,
              ]
            : [again],
      },
      { kind: 'small', text: 'It stays open until every step is done.' },
    ],
  });
};

const endedCard = (email: string, ended: 'removed' | 'reactivated'): Card =>
  card({
    title: ended === 'removed' ? `${email} is removed` : `${email} was reactivated`,
    tone: ended === 'removed' ? 'good' : 'warning',
    blocks: [
      {
        kind: 'text',
        text:
          ended === 'removed'
            ? 'Every step of the offboarding is done.'
            : 'The offboarding has ended with that: they are a member again. What was switched off meanwhile stays off.',
      },
    ],
  });

export const offboardedCard = (done: { email: string; asked: string | null }): Card =>
  done.asked
    ? card({
        title: `${done.asked} asks the operators`,
        tone: 'good',
        blocks: [
          { kind: 'text', text: `They take the last step of removing ${done.email}. You will hear.` },
          { kind: 'buttons', buttons: [button('Open', act('access request show', { request: done.asked }))] },
        ],
      })
    : card({
        title: `${done.email} is removed`,
        tone: 'good',
        blocks: [{ kind: 'text', text: 'Every step is done. A new invitation starts from nothing.' }],
      });
