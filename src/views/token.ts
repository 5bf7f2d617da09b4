import type { Page } from '../core/member/list.ts';
import type { NewOrganizationToken } from '../core/token/create-organization.ts';
import type { TokenRow } from '../core/token/find.ts';
import type { ListedToken } from '../core/token/list.ts';
import type { NewToken } from '../core/token/mint.ts';
import type { Reassigned } from '../core/token/reassign.ts';
import type { Rotated } from '../core/token/rotate.ts';
import type { TokenKind } from '../core/token/text.ts';
import type { Block, Button, Card, Inline, Text } from './card.ts';
import { act, button, nextPage, text } from './parts.ts';
import { card } from './plain.ts';

const KINDS: Readonly<Record<TokenKind, string>> = {
  organization: 'organization token',
  personal: 'personal token',
  'service-account': 'service-account key',
};

const at = (time: Date | null, without: string): Text => (time ? { time, style: 'time' } : without);

/** A secret with what its holder must know: it is shown this once. */
export const secretBlocks = (made: NewToken, label: string): Block[] => [
  { kind: 'secret', label, value: made.secret },
  {
    kind: 'text',
    text: 'This is the only time it is shown. Keep it in a secret store, and never in chat.',
  },
  {
    kind: 'fields',
    fields: [
      ['Name', made.name],
      ['Ends with', { code: `…${made.fingerprint}` }],
      ['Works until', at(made.expiresAt, 'no end')],
      ['Id', { code: made.id }],
    ],
  },
];

const oldLine = (rotated: Rotated): Block => ({
  kind: 'text',
  text: rotated.oldUntil
    ? text('The secret before still works until ', { time: rotated.oldUntil, style: 'time' }, '.')
    : 'The secret before has stopped working.',
});

export const personalTokenCard = (made: NewToken): Card =>
  card({
    title: `Token ${made.name} created`,
    tone: 'good',
    blocks: [
      ...secretBlocks(made, 'Your personal token'),
      { kind: 'text', text: 'It may always exactly what you may at that moment.' },
      {
        kind: 'buttons',
        buttons: [button('My tokens', act('access token list'))],
      },
    ],
  });

export const organizationTokenCard = (made: NewOrganizationToken): Card =>
  card({
    title: `Token ${made.name} created`,
    tone: 'good',
    blocks: [
      ...secretBlocks(made, 'Organization token'),
      {
        kind: 'text',
        text: made.member
          ? `It belongs to the organization and is associated with ${made.member}: it goes on working without them.`
          : 'It belongs to the organization.',
      },
      made.grants.length > 0 || made.role
        ? {
            kind: 'list',
            items: [
              ...(made.role ? [[{ bold: made.role }, ' in the organization']] : []),
              ...made.grants.map(({ project, role }) => [{ bold: role }, ` in ${project}`]),
            ],
          }
        : { kind: 'text', text: 'It has no access yet.' },
      {
        kind: 'buttons',
        buttons: [
          button('Give access', act('org access grant', { token: made.name })),
          button('All tokens', act('org token list')),
        ],
      },
    ],
  });

export const rotatedCard = (rotated: Rotated): Card => {
  const list = rotated.kind === 'personal' ? 'access token list' : 'org token list';
  return card({
    title: `Token ${rotated.name} rotated`,
    tone: 'good',
    blocks: [
      ...secretBlocks(rotated, 'The new secret'),
      oldLine(rotated),
      { kind: 'buttons', buttons: [button('Tokens', act(list))] },
    ],
  });
};

export const reassignedCard = ({ name, before, member }: Reassigned): Card =>
  card({
    title: `${member} looks after ${name} now`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text: `It works as before, with the same secret.${before ? ` Rotate it where ${before} may have known that.` : ''}`,
      },
      {
        kind: 'buttons',
        buttons: [
          button('Rotate', act('org token rotate', { name })),
          button('All tokens', act('org token list')),
        ],
      },
    ],
  });

const lifeLine = (token: Pick<ListedToken, 'expiresAt' | 'lastUsedAt'>): Inline[] => [
  ...(token.expiresAt
    ? (['works until ', { time: token.expiresAt, style: 'time' }] as const)
    : ['without an end']),
  ...(token.lastUsedAt
    ? ([', last used ', { time: token.lastUsedAt, style: 'time' }] as const)
    : [', never used']),
];

const STATES: Readonly<Record<ListedToken['state'], string>> = {
  active: '',
  deactivated: ' (deactivated)',
  expired: ' (expired)',
  inert: ' (off with whom it acts as)',
};

/** An organization token goes by its name; those of others by their ids, because names are each owner's own. */
const buttonsOf = (token: ListedToken): Button[] => {
  const owned = token.kind === 'organization';
  const args = { name: owned ? token.name : token.id };
  const says = (verb: string) => ({ says: `${verb} ${token.name} …${token.fingerprint}`.slice(0, 75) });
  const revoke = button('Revoke', act('org token revoke', args), { style: 'danger', ...says('Revoke') });
  if (token.state === 'deactivated') {
    return [button('Reactivate', act('org token reactivate', args), says('Reactivate')), revoke];
  }
  return [
    ...(owned ? [button('Rotate', act('org token rotate', args), says('Rotate'))] : []),
    button('Deactivate', act('org token deactivate', args), says('Deactivate')),
    revoke,
  ];
};

export const tokenListCard = (
  page: Page<ListedToken> & { mayChange: boolean },
  kinds: readonly TokenKind[],
): Card =>
  card({
    title: page.items.length === 0 ? 'No tokens' : 'Tokens of the organization',
    blocks: [
      {
        kind: 'rows',
        rows: page.items.map((token) => ({
          text: `${token.name}: ${KINDS[token.kind]}${token.member ? ` of ${token.member}` : ''}${token.role ? `, ${token.role} (organization role)` : ''}, …${token.fingerprint}${STATES[token.state]}`,
          detail: lifeLine(token),
          buttons: page.mayChange ? buttonsOf(token) : [],
        })),
      },
      ...nextPage(act('org token list'), page.next),
      ...(page.mayChange && kinds.includes('organization')
        ? [
            {
              kind: 'buttons',
              buttons: [button('Create token', act('org token create'), { style: 'primary' })],
            } as const,
          ]
        : []),
    ],
  });

export const personalTokensCard = (listed: { tokens: readonly TokenRow[]; now: Date; kept: boolean }): Card =>
  card({
    title: listed.tokens.length === 0 ? 'You have no tokens' : 'Your tokens',
    blocks: [
      {
        kind: 'rows',
        rows: listed.tokens.map((token) => {
          const expired = token.expiresAt !== null && token.expiresAt <= listed.now;
          const off = token.state === 'deactivated' ? STATES.deactivated : expired ? STATES.expired : '';
          const says = (verb: string) => ({ says: `${verb} ${token.name} …${token.fingerprint}` });
          return {
            text: `${token.name}: …${token.fingerprint}${off}`,
            detail: lifeLine(token),
            buttons: [
              button('Rotate', act('access token rotate', { name: token.name }), says('Rotate')),
              button('Revoke', act('access token revoke', { name: token.name }), {
                style: 'danger' as const,
                ...says('Revoke'),
              }),
            ],
          };
        }),
      },
      listed.kept
        ? {
            kind: 'buttons',
            buttons: [button('Create token', act('access token create'), { style: 'primary' })],
          }
        : { kind: 'text', text: 'This organization has no personal tokens.' },
    ],
  });

export const tokenStateCard = (
  name: string,
  state: 'deactivated' | 'reactivated' | 'revoked',
  typed: string = name,
): Card => {
  const WHAT = {
    deactivated: 'It does not work from this moment on. What it may is kept for a reactivation.',
    reactivated: 'It works again, unless it has expired meanwhile.',
    revoked: 'It will never work again, and what it was given has ended.',
  };
  return card({
    title: `Token ${name} is ${state}`,
    tone: 'good',
    blocks: [
      { kind: 'text', text: WHAT[state] },
      ...(state === 'deactivated'
        ? [
            {
              kind: 'buttons',
              buttons: [button('Reactivate', act('org token reactivate', { name: typed }))],
            } as const,
          ]
        : []),
    ],
  });
};
