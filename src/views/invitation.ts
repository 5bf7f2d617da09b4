import type { AskedToInvite } from '../core/invitation/ask.ts';
import type { ListedInvitation } from '../core/invitation/list.ts';
import type { InvitationResult, InvitationsSent } from '../core/invitation/send.ts';
import type { Page } from '../core/member/list.ts';
import type { Action, Block, Card, Row } from './card.ts';
import { act, button, count, nextPage, roleName } from './parts.ts';
import { card } from './plain.ts';

const SENTENCES: Record<InvitationResult['outcome'], (result: InvitationResult) => string> = {
  sent: (r) => `${r.email}: invited`,
  asked: (r) => `${r.email}: is a member already, and is asked to sign in once`,
  'already-member': (r) => `${r.email}: is a member already, nothing was sent`,
  'deactivated-member': (r) => `${r.email}: is a deactivated member, nothing was sent`,
  pending: (r) => `${r.email}: ${r.detail}, nothing was sent`,
  'bad-address': (r) => `${r.email}: not sent, this is no e-mail address`,
  limit: (r) => `${r.email}: not sent, ${r.detail}`,
};

const resultRow = (result: InvitationResult): Row => {
  const args = { email: result.email };
  const open = [
    button('Copy link', act('org invite copy', args), { says: `Copy the link for ${result.email}` }),
    button('Revoke', act('org invite revoke', args), { says: `Revoke the invitation for ${result.email}` }),
  ];
  const offers: Record<InvitationResult['outcome'], Row['buttons']> = {
    sent: open,
    asked: open,
    'already-member': [
      button('Show member', act('org member show', { user: result.email }), { says: `Show ${result.email}` }),
    ],
    'deactivated-member': [
      button('Reactivate', act('org member reactivate', { user: result.email }), {
        says: `Reactivate ${result.email}`,
      }),
    ],
    pending: [button('Resend', act('org invite resend', args), { says: `Resend to ${result.email}` })],
    'bad-address': [],
    limit: [],
  };
  return { text: SENTENCES[result.outcome](result), buttons: offers[result.outcome] };
};

const MOST_ROWS = 15;

const isDone = ({ outcome }: InvitationResult): boolean => outcome === 'sent' || outcome === 'asked';

export const invitationsSentCard = (sent: InvitationsSent, words: { projects: string }): Card => {
  const done = sent.results.filter(isDone);
  const invited = sent.results.some(({ outcome }) => outcome === 'sent');
  const all = sent.results.length;
  const first = sent.results[0];
  const title =
    all === 1 && first
      ? done.length === 1
        ? first.outcome === 'asked'
          ? `${first.email} is asked to sign in`
          : `Invitation sent to ${first.email}`
        : `No invitation sent to ${first.email}`
      : `${done.length} of ${all} invited`;
  const gives = sent.projects.map(({ name, role }) => `${name}: ${role}`);
  const shown = [...sent.results].sort((a, b) => Number(isDone(a)) - Number(isDone(b)));
  const rows = shown.slice(0, MOST_ROWS).map(resultRow);
  const blocks: Block[] = all === 1 && done.length === 1 ? [] : [{ kind: 'rows', rows }];
  if (shown.length > MOST_ROWS) {
    blocks.push({
      kind: 'text',
      text: `And ${shown.length - MOST_ROWS} more: see them with the button below.`,
    });
  }
  if (done.length > 0) {
    blocks.push({
      kind: 'fields',
      fields: [
        ...(invited ? ([['Role', roleName(sent.role)]] as const) : []),
        [
          `Access to ${words.projects}${sent.inherited ? ', the same as yours' : ''}`,
          !invited ? 'what they have' : gives.length > 0 ? gives.join(', ') : 'none yet',
        ],
        ['Expires', { time: sent.expiresAt, style: 'time' }],
        ...(sent.sso ? [['Single sign-on', 'asked of them when they accept'] as const] : []),
      ],
    });
    blocks.push({
      kind: 'text',
      text: sent.mailed
        ? 'The letter with the link is on its way.'
        : 'No mail is set up here: pass the link on yourself with Copy link.',
    });
    if (invited && sent.role === null && gives.length === 0) {
      blocks.push({
        kind: 'text',
        text: 'This gives no access yet: name a role or projects, or give access later.',
      });
    }
    if (sent.advice) {
      blocks.push({
        kind: 'text',
        text: `${roleName(sent.role)} is broad. Where they need only some ${words.projects}, roles there are the better choice.`,
      });
    }
    const own = all === 1 ? (rows[0]?.buttons ?? []) : [];
    blocks.push({ kind: 'buttons', buttons: [...own, button('All invitations', act('org invite list'))] });
  }
  return card({ title, tone: done.length > 0 ? 'good' : 'warning', blocks });
};

export const invitationListCard = (page: Page<ListedInvitation>, state: string, action: Action): Card =>
  card({
    title: page.items.length > 0 ? `Invitations: ${state}` : `No ${state} invitations`,
    blocks: [
      {
        kind: 'rows',
        rows: page.items.map((item) => ({
          text: `${item.email}: ${roleName(item.role)}, invited by ${item.inviter}`,
          detail: [item.state === 'pending' ? 'expires ' : 'until ', { time: item.expiresAt, style: 'time' }],
          buttons:
            item.state === 'pending'
              ? [
                  button('Copy link', act('org invite copy', { email: item.email }), {
                    says: `Copy the link for ${item.email}`,
                  }),
                  button('Resend', act('org invite resend', { email: item.email }), {
                    says: `Resend to ${item.email}`,
                  }),
                  button('Revoke', act('org invite revoke', { email: item.email }), {
                    says: `Revoke the invitation for ${item.email}`,
                    style: 'danger',
                  }),
                ]
              : item.state === 'expired'
                ? [
                    button('Resend', act('org invite resend', { email: item.email }), {
                      says: `Resend to ${item.email}`,
                    }),
                  ]
                : [],
        })),
      },
      ...nextPage(action, page.next),
      { kind: 'buttons', buttons: [button('Invite', act('org invite send'), { style: 'primary' })] },
    ],
  });

export const invitationResentCard = (resent: { email: string; expiresAt: Date; mailed: boolean }): Card =>
  card({
    title: `Invitation sent again to ${resent.email}`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text: [
          resent.mailed
            ? 'The same link, good until '
            : 'No mail is set up here: copy the link. It is good until ',
          { time: resent.expiresAt, style: 'time' },
          '.',
        ],
      },
      {
        kind: 'buttons',
        buttons: [button('Copy link', act('org invite copy', { email: resent.email }))],
      },
    ],
  });

export const invitationLinkCard = (copied: { email: string; link: string; expiresAt: Date }): Card =>
  card({
    title: `The link for ${copied.email}`,
    blocks: [
      { kind: 'code', text: copied.link },
      {
        kind: 'text',
        text: [
          'It is the one that was mailed, good until ',
          { time: copied.expiresAt, style: 'time' },
          '. Whoever has it can accept as this person, so pass it to them alone.',
        ],
      },
    ],
    text: `The invitation link for ${copied.email} is shown in the message.`,
  });

export const invitationRevokedCard = (revoked: { email: string }): Card =>
  card({
    title: `Invitation for ${revoked.email} revoked`,
    tone: 'good',
    blocks: [
      { kind: 'text', text: 'The link no longer works.' },
      {
        kind: 'buttons',
        buttons: [button('Invite again', act('org invite send', { email: revoked.email }))],
      },
    ],
  });

export const askedToInviteCard = ({ emails, administrators }: AskedToInvite): Card =>
  card({
    title: 'The administrators were asked',
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text: `${count(administrators, 'administrator')} of the organization can invite ${emails.join(', ')} with one button. Nothing has been sent to them yet.`,
      },
    ],
  });
