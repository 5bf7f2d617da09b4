import type { ShownSetting } from '../core/organization/set-setting.ts';
import type { Card } from './card.ts';
import { act, button } from './parts.ts';
import { card } from './plain.ts';

export const settingsCard = (settings: readonly ShownSetting[]): Card =>
  card({
    title: 'Settings',
    blocks: [
      {
        kind: 'rows',
        rows: settings.map((setting) => ({
          text: setting.channel ? setting.key : `${setting.key}: ${setting.value}`,
          detail: setting.channel ? { channel: setting.channel } : undefined,
          buttons: setting.mayChange
            ? [
                button('Change', act('org settings set', { key: setting.key }), {
                  says: `Change ${setting.key}`,
                }),
              ]
            : [],
        })),
      },
    ],
  });

export const settingSetCard = (set: { key: string; before: string; after: string }, channel?: string): Card =>
  card({
    title: `${set.key} is set`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text: channel
          ? ['Now: ', { channel }]
          : `Now: ${set.after}.${set.before && set.before !== set.after ? ` Before: ${set.before}.` : ''}`,
      },
      { kind: 'buttons', buttons: [button('All settings', act('org settings show'))] },
    ],
  });
