import { listSettings, setSetting } from '../core/organization/set-setting.ts';
import { isSettingKey, type SettingKey, settingKeys } from '../core/organization/settings.ts';
import { settingSetCard, settingsCard } from '../views/settings.ts';
import { choice, name } from './argument.ts';
import { channelId } from './channel.ts';
import { inOrganization } from './command.ts';

const keys = Object.keys(settingKeys) as SettingKey[];

const perWorkspace = (key: SettingKey): boolean => 'perWorkspace' in settingKeys[key];

export const settingsCommands = [
  inOrganization({
    root: 'org',
    name: 'settings show',
    summary: 'Show all settings',
    details: 'Shows every setting of the organization with its value.',
    example: '/org settings show',
    may: 'Every member.',
    args: {},
    run: async (ctx) => settingsCard(await listSettings(ctx, ctx.organization, ctx.workspace.id)),
  }),
  inOrganization({
    root: 'org',
    name: 'settings set',
    summary: 'Change a setting',
    details: `Changes one setting: ${keys.join(', ')}. Limits are set by operators.`,
    example: '/org settings set max-for 14d',
    may: 'Whoever holds settings:write: administrators; operators for limits.',
    permission: 'settings:write',
    args: {
      key: choice('Setting', keys, (key) => `${key}: ${settingKeys[key].says}`.slice(0, 75)),
      value: { ...name('Value'), hint: 'A channel as #name; durations as 7d; yes or no; none' },
    },
    run: async (ctx, { key, value }) => {
      const channel = isSettingKey(key) && perWorkspace(key) && value.toLowerCase() !== 'none';
      const typed = channel ? channelId(value) : value;
      const set = await setSetting(ctx, {
        organizationId: ctx.organization.id,
        key,
        value: typed,
        workspaceId: ctx.workspace.id,
        inForm: ctx.submitted,
      });
      return settingSetCard(set, channel ? typed : undefined);
    },
  }),
];
