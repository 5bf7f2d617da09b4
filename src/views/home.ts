import type { Holder } from '../core/access/evaluate.ts';
import type { Organization } from '../core/organization/organization.ts';
import type { ListedRequest } from '../core/request/list.ts';
import type { TokenRow } from '../core/token/find.ts';
import type { Caller } from '../core/user/identify.ts';
import type { Block, Button, Card, Row } from './card.ts';
import { accessLines } from './member.ts';
import { act, button, roleName, text, until } from './parts.ts';
import { card } from './plain.ts';
import { askedInWords } from './request-list.ts';

/** What `home` shows of one organization. */
export interface HomeData {
  organization: Organization;
  holder: Holder;
  mine: readonly ListedRequest[];
  waiting: readonly ListedRequest[];
  /** Undefined where the organization has no personal tokens. */
  tokens: readonly Pick<TokenRow, 'name' | 'fingerprint' | 'expiresAt'>[] | undefined;
  /** Where else they are a member in this workspace. */
  others: readonly { id: string; name: string; role?: string | undefined }[];
  manage: { invite: boolean; settings: boolean; audit: boolean; tokens: boolean; serviceAccounts: boolean };
}

const SHOWN = 5;

const requestRow = (request: ListedRequest, organization: Organization, verb: string): Row => ({
  text: askedInWords(request),
  detail: [
    request.state === 'pending' ? 'waits until ' : `${request.state} · asked `,
    {
      time: request.state === 'pending' ? request.expiresAt : request.createdAt,
      style: 'time',
    },
  ],
  buttons: [
    button(verb, act('access request show', { request: request.name, org: organization.id }), {
      says: `${verb} ${request.name}`,
    }),
  ],
});

const section = (heading: string, rows: readonly Row[], none: string, all: Button): Block[] => [
  { kind: 'heading', text: heading },
  ...(rows.length === 0
    ? [{ kind: 'text', text: none } as const]
    : [{ kind: 'rows', rows: rows.slice(0, SHOWN) } as const]),
  ...(rows.length > SHOWN ? [{ kind: 'buttons', buttons: [all] } as const] : []),
];

const tokenSection = (tokens: NonNullable<HomeData['tokens']>, org: Record<string, string>): Block[] => [
  { kind: 'heading', text: 'Your tokens' },
  tokens.length === 0
    ? { kind: 'text', text: 'You have no tokens.' }
    : {
        kind: 'list',
        items: tokens
          .slice(0, SHOWN)
          .map((token) => text({ bold: token.name }, ` …${token.fingerprint}`, until(token.expiresAt))),
      },
  {
    kind: 'buttons',
    buttons: [
      ...(tokens.length > 0 ? [button('Your tokens', act('access token list', org))] : []),
      button('Create token', act('access token create', org)),
    ],
  },
];

export const homeCard = (home: HomeData): Card => {
  const { organization, holder } = home;
  const org = { org: organization.id };
  const manage: Button[] = [
    button('Organization', act('org show', org)),
    ...(home.manage.invite ? [button('Invite people', act('org invite send', org))] : []),
    button('Members', act('org member list', org)),
    ...(home.manage.tokens ? [button('Tokens', act('org token list', org))] : []),
    ...(home.manage.serviceAccounts
      ? [button('Service accounts', act('org service-account list', org))]
      : []),
    ...(home.manage.settings ? [button('Settings', act('org settings show', org))] : []),
    ...(home.manage.audit ? [button('Audit', act('org audit list', org))] : []),
  ];
  return card({
    title: `You in ${organization.name}`,
    blocks: [
      accessLines(holder, organization.model.words),
      {
        kind: 'buttons',
        buttons: [
          button('Request access', act('access request new', org), { style: 'primary' }),
          button('Help', act('access help')),
        ],
      },
      ...section(
        `Waiting for you (${home.waiting.length})`,
        home.waiting.map((request) => requestRow(request, organization, 'Review')),
        'Nobody waits for your decision.',
        button('Show all', act('access request list', org)),
      ),
      ...section(
        'Your requests',
        home.mine.map((request) => requestRow(request, organization, 'Open')),
        'You have asked for nothing yet.',
        button('Show all', act('access request list', org)),
      ),
      ...(home.tokens ? tokenSection(home.tokens, org) : []),
      { kind: 'heading', text: 'Manage' },
      { kind: 'buttons', buttons: manage },
      ...elsewhere(home.others),
    ],
  });
};

const elsewhere = (others: HomeData['others']): Block[] =>
  others.length === 0
    ? []
    : [
        { kind: 'heading', text: 'Elsewhere' },
        {
          kind: 'choose',
          label: 'Show another organization',
          options: others.map(({ id, name, role }) => ({
            label: name,
            ...(role === undefined ? {} : { description: role }),
            action: act('access home', { org: id }),
          })),
        },
      ];

/** For somebody who is nobody here yet: what there is to do first. */
export const welcomeCard = (caller: Caller, mayCreate: boolean): Card => {
  const linked = caller.userId !== undefined;
  const deactivated = caller.organizations.find((membership) => membership.state === 'deactivated');
  const where = deactivated
    ? `Your membership in ${deactivated.name} is deactivated. Ask one of its administrators.`
    : '';
  return card({
    title: 'Welcome to Rollcall',
    blocks: [
      {
        kind: 'text',
        text: linked
          ? where ||
            'You are not a member of any organization here yet. Ask for an invitation, or create one.'
          : 'Rollcall runs who has access to what, from chat. First it needs to know who you are: link this chat account to your e-mail address, once.',
      },
      {
        kind: 'buttons',
        buttons: [
          ...(linked
            ? []
            : [button('Link account', act('access link start'), { style: 'primary' as const })]),
          ...(linked && mayCreate && !deactivated
            ? [button('Create organization', act('org create'), { style: 'primary' as const })]
            : []),
          button('Help', act('access help')),
        ],
      },
    ],
  });
};

export const whoamiCard = (
  caller: Caller,
  accounts: readonly { platform: string; workspaceId: string; externalId: string }[],
  me: { platform: string; externalId: string; name: string },
): Card => {
  const mine = caller.organizations.filter((membership) => membership.state !== undefined);
  return card({
    title: caller.email ?? 'Not linked',
    blocks: [
      {
        kind: 'fields',
        fields: [
          [
            'Chat accounts',
            accounts.length > 0
              ? accounts.map((account) => `${account.platform} ${account.externalId}`).join(', ')
              : `${me.platform} ${me.externalId} (not linked to anybody)`,
          ],
          ...(caller.operator ? [['Operator', 'yes, of this installation'] as const] : []),
        ],
      },
      mine.length === 0
        ? { kind: 'text', text: 'You are in no organization.' }
        : {
            kind: 'list',
            items: mine.map((membership) => [
              { bold: membership.name },
              `: ${membership.state === 'deactivated' ? 'deactivated' : roleName(membership.role)}`,
              membership.connected ? '' : ' (not connected to this workspace)',
              membership.id === caller.currentId ? ' (current)' : '',
            ]),
          },
      {
        kind: 'buttons',
        buttons: caller.userId
          ? [
              button('My access', act('access home')),
              button('Unlink this account', act('access link remove')),
            ]
          : [button('Link account', act('access link start'), { style: 'primary' })],
      },
    ],
  });
};
