import type { PolicyDifference } from '../core/organization/set-policy.ts';
import type { ShownSetting } from '../core/organization/set-setting.ts';
import type { Block, Card } from './card.ts';
import { act, button } from './parts.ts';
import { card } from './plain.ts';
import { bindingLines } from './policy.ts';

export const settingsCard = (settings: readonly ShownSetting[]): Card =>
  card({
    title: 'Settings',
    blocks: [
      {
        kind: 'rows',
        rows: settings.map((setting) => ({
          text: setting.channel ? setting.key : `${setting.key}: ${setting.value}`,
          detail: setting.channel ? { channel: setting.channel } : rolesOf(setting),
          buttons: setting.mayChange
            ? [
                button('Change', act('org settings set', { key: setting.key }), {
                  says: `Change ${setting.key}`,
                }),
              ]
            : [],
        })),
      },
      ...(settings.some(({ key, mayChange }) => key === 'approvals-required' && mayChange) ? POLICY : []),
    ],
  });

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

const rolesOf = ({ roles }: ShownSetting): string | undefined =>
  roles.length === 0 ? undefined : roles.map(({ role, value }) => `${role}: ${value}`).join('; ');

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
