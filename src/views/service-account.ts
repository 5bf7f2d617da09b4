import type { Page } from '../core/member/list.ts';
import type { NewKey } from '../core/service-account/create.ts';
import type { ListedServiceAccount, ShownServiceAccount } from '../core/service-account/list.ts';
import type { NewToken } from '../core/token/mint.ts';
import type { Rotated } from '../core/token/rotate.ts';
import type { Block, Card } from './card.ts';
import { accessLines } from './member.ts';
import { act, button, count, nextPage, text } from './parts.ts';
import { card } from './plain.ts';
import { secretBlocks } from './token.ts';

/** PF-18: the key with the command that makes it a client's. */
const keyBlocks = (made: NewToken, publicUrl: string): Block[] => [
  ...secretBlocks(made, 'Key'),
  {
    kind: 'secret',
    label: 'Configure a client',
    value: configuration(made.secret, publicUrl),
  },
];

const configuration = (secret: string, publicUrl: string): string =>
  [
    `export ROLLCALL_URL=${publicUrl.replace(/\/$/, '')}`,
    `export ROLLCALL_TOKEN=${secret}`,
    'curl -fsS "$ROLLCALL_URL/oauth2/introspect" -H "Authorization: Bearer $ROLLCALL_TOKEN" -d "token=$ROLLCALL_TOKEN"',
  ].join('\n');

export const serviceAccountCreatedCard = (made: NewKey, publicUrl: string): Card =>
  card({
    title: `Service account ${made.name} created`,
    tone: 'good',
    blocks: [
      ...keyBlocks(made, publicUrl),
      {
        kind: 'text',
        text: `${made.responsible} answers for it. It has no access yet, and no default role reaches it.`,
      },
      {
        kind: 'buttons',
        buttons: [
          button('Give access', act('org access grant', { 'service-account': made.name }), {
            style: 'primary',
          }),
          button('Show', act('org service-account show', { name: made.name })),
        ],
      },
    ],
  });

export const serviceAccountRotatedCard = (made: Rotated, publicUrl: string): Card =>
  card({
    title: `New key for ${made.name}`,
    tone: 'good',
    blocks: [
      ...keyBlocks(made, publicUrl),
      {
        kind: 'text',
        text: made.oldUntil
          ? text('The key before still works until ', { time: made.oldUntil, style: 'time' }, '.')
          : 'The key before has stopped working.',
      },
      {
        kind: 'buttons',
        buttons: [button('Show', act('org service-account show', { name: made.name }))],
      },
    ],
  });

const stateName = (state: 'active' | 'deactivated'): string => (state === 'active' ? 'enabled' : 'disabled');

export const serviceAccountListCard = (
  page: Page<ListedServiceAccount> & { mayChange: boolean },
  words: { project: string; projects: string },
): Card =>
  card({
    title: page.items.length === 0 ? 'No service accounts' : 'Service accounts',
    blocks: [
      {
        kind: 'rows',
        rows: page.items.map((account) => ({
          text: [
            `${account.name}${account.state === 'active' ? '' : ' (disabled)'}`,
            count(account.projects, words.project, words.projects),
            account.responsible ?? 'nobody answers for it',
          ].join(' · '),
          detail: account.lastUsedAt
            ? text('last used ', { time: account.lastUsedAt, style: 'time' })
            : 'never used',
          buttons: [
            button('Show', act('org service-account show', { name: account.name }), {
              says: `Show ${account.name}`,
            }),
          ],
        })),
      },
      ...nextPage(act('org service-account list'), page.next),
      ...(page.mayChange
        ? [
            {
              kind: 'buttons',
              buttons: [
                button('Create service account', act('org service-account create'), { style: 'primary' }),
              ],
            } as const,
          ]
        : []),
    ],
  });

export const serviceAccountCard = (shown: ShownServiceAccount, words: { project: string }): Card => {
  const { account, keys } = shown;
  const name = { name: account.name };
  return card({
    title: `Service account ${account.name}`,
    blocks: [
      {
        kind: 'fields',
        fields: [
          ['State', stateName(account.state)],
          ['Id', { code: account.id }],
          ['Responsible', shown.responsible ?? 'nobody'],
        ],
      },
      keys.length === 0
        ? { kind: 'text', text: 'It has no key: rotate it for a new one.' }
        : {
            kind: 'list',
            items: keys.map((key) =>
              text(
                'Key ',
                { code: `…${key.fingerprint}` },
                key.state === 'active' ? '' : ` (${key.state})`,
                key.expiresAt
                  ? [', works until ', { time: key.expiresAt, style: 'time' }]
                  : [', without an end'],
                key.lastUsedAt ? [', last used ', { time: key.lastUsedAt, style: 'time' }] : [', never used'],
              ),
            ),
          },
      accessLines(shown.holder, words),
      ...(shown.mayChange
        ? [
            {
              kind: 'buttons',
              buttons: [
                button('Give access', act('org access grant', { 'service-account': account.name })),
                button('Edit', act('org service-account edit', name)),
                button('Rotate key', act('org service-account rotate', name)),
                account.state === 'active'
                  ? button('Disable', act('org service-account disable', name), { style: 'danger' })
                  : button('Enable', act('org service-account enable', name)),
                button('Delete', act('org service-account delete', name), { style: 'danger' }),
              ],
            } as const,
          ]
        : []),
    ],
  });
};

export const serviceAccountEditedCard = (edited: {
  before: string;
  name: string;
  responsible: string | undefined;
}): Card =>
  card({
    title: `Service account ${edited.name} is changed`,
    tone: 'good',
    blocks: [
      {
        kind: 'fields',
        fields: [
          ...(edited.before === edited.name ? [] : ([['Name before', edited.before]] as const)),
          ...(edited.responsible ? ([['Responsible', edited.responsible]] as const) : []),
        ],
      },
      {
        kind: 'buttons',
        buttons: [button('Show', act('org service-account show', { name: edited.name }))],
      },
    ],
  });

export const serviceAccountStateCard = (name: string, state: 'disabled' | 'enabled' | 'deleted'): Card => {
  const WHAT = {
    disabled: 'Its keys do not work from this moment on. They and its access are kept.',
    enabled: 'Its keys work again, unless they have expired meanwhile.',
    deleted: 'Its keys and all its access have ended.',
  };
  return card({
    title: `Service account ${name} is ${state}`,
    tone: 'good',
    blocks: [
      { kind: 'text', text: WHAT[state] },
      ...(state === 'disabled'
        ? [
            {
              kind: 'buttons',
              buttons: [button('Enable', act('org service-account enable', { name }))],
            } as const,
          ]
        : []),
    ],
  });
};
