import type { PolicyDifference } from '../core/organization/set-policy.ts';
import type { ShownSetting } from '../core/organization/set-setting.ts';
import type { SettingKey } from '../core/organization/settings.ts';
import type { Block, Card, Text } from './card.ts';
import { act, button, text } from './parts.ts';
import { card } from './plain.ts';
import { bindingLines } from './policy.ts';

const GROUPS = {
  approvals: 'Asking and approving',
  invitations: 'Invitations',
  tokens: 'Tokens',
  drift: 'What counts as drift',
  reports: 'Drift reports',
  reviews: 'Access reviews',
  limits: 'Limits',
  sso: 'Single sign-on',
} as const;

/** What each setting stands under: nobody finds one among all of them. */
const groupOf: Readonly<Record<SettingKey, keyof typeof GROUPS>> = {
  'approvals-channel': 'approvals',
  'approvals-required': 'approvals',
  approvers: 'approvals',
  'approvals-changes': 'approvals',
  'request-life': 'approvals',
  'max-for': 'approvals',
  'reason-required': 'approvals',
  'break-glass': 'approvals',
  'high-risk-roles': 'approvals',
  'invitation-life': 'invitations',
  'token-max-life': 'tokens',
  secrets: 'tokens',
  'dormant-after': 'drift',
  'invitation-stale-after': 'drift',
  'most-admins': 'drift',
  leavers: 'drift',
  'drift-channel': 'reports',
  'drift-cron': 'reports',
  'drift-timezone': 'reports',
  'drift-emails': 'reports',
  'review-cron': 'reviews',
  'review-life': 'reviews',
  'bulk-limit': 'limits',
  'members-limit': 'limits',
  'service-accounts-limit': 'limits',
  'projects-limit': 'limits',
  'sso-issuer': 'sso',
  'sso-client-id': 'sso',
  'sso-client-secret': 'sso',
};

export const settingsCard = (settings: readonly ShownSetting[]): Card => {
  const grouped = (Object.keys(GROUPS) as (keyof typeof GROUPS)[]).map((group) => ({
    heading: GROUPS[group],
    settings: settings.filter(({ key }) => groupOf[key] === group),
  }));
  return card({
    title: 'Settings',
    blocks: [
      ...grouped.flatMap(({ heading, settings: some }): Block[] => [
        { kind: 'heading', text: heading },
        { kind: 'list', items: some.map(lineOf) },
      ]),
      ...changing(grouped.flatMap(({ settings: some }) => some)),
    ],
  });
};

const lineOf = ({ key, value, channel, operatorsOnly, roles }: ShownSetting): Text =>
  text(
    { bold: key },
    ': ',
    channel ? { channel } : value,
    ...roles.map((own) => ` · ${own.role}: ${own.value}`),
    operatorsOnly ? ' · operators set it' : '',
  );

const changing = (settings: readonly ShownSetting[]): Block[] => {
  const mine = settings.filter(({ mayChange }) => mayChange);
  if (mine.length === 0) return [];
  return [
    { kind: 'divider' },
    {
      kind: 'choose',
      label: 'Change a setting',
      options: mine.map(({ key, says }) => ({
        label: key,
        description: says,
        action: act('org settings set', { key }),
      })),
    },
    ...(mine.some(({ key }) => key === 'approvals-required') ? POLICY : []),
  ];
};

const POLICY: readonly Block[] = [
  {
    kind: 'buttons',
    buttons: [
      button('Approval policy', act('org settings set', { policy: 'edit' }), {
        says: 'Change the approval policy of the organization',
      }),
      button('Policy of one role', act('org settings set', { policy: 'role' }), {
        says: 'Change the approval policy of one role',
      }),
    ],
  },
];

export const settingSetCard = (
  set: {
    key: string;
    before: string;
    after: string;
    role?: string | undefined;
    binds?: PolicyDifference['binds'];
  },
  channel?: string,
): Card =>
  card({
    title: set.role ? `${set.key} is set for ${set.role}` : `${set.key} is set`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text: channel
          ? ['Now: ', { channel }]
          : `Now: ${set.after}.${set.before && set.before !== set.after ? ` Before: ${set.before}.` : ''}`,
      },
      ...bindingLines(set.binds),
      { kind: 'buttons', buttons: [button('All settings', act('org settings show'))] },
    ],
  });
