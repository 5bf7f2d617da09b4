import { DomainError } from '../core/errors.ts';
import { policyKeys } from '../core/organization/policy.ts';
import { editablePolicy, planPolicy, setPolicy } from '../core/organization/set-policy.ts';
import { listSettings, setSetting } from '../core/organization/set-setting.ts';
import { isSettingKey, type SettingKey, settingKeys } from '../core/organization/settings.ts';
import { unmarked } from '../views/answers.ts';
import type { Card } from '../views/card.ts';
import type { Form } from '../views/form.ts';
import { act } from '../views/parts.ts';
import { policyForm, policyLines, policyRoleForm, policySavedCard } from '../views/policy.ts';
import { settingSetCard, settingsCard } from '../views/settings.ts';
import { type Argument, carried, choice, name, optional, role } from './argument.ts';
import { channelId } from './channel.ts';
import { type InOrganization, inOrganization } from './command.ts';
import { formOf } from './form-of.ts';
import { refuseChange } from './four-eyes.ts';
import { commandNamed } from './index.ts';

const keys = Object.keys(settingKeys) as SettingKey[];

const perWorkspace = (key: SettingKey): boolean => 'perWorkspace' in settingKeys[key];

/** What the fields of the policy form say, by key. */
const policyFields = Object.fromEntries(policyKeys.map((key) => [key, carried()])) as Record<
  SettingKey,
  Argument<string | undefined>
>;

type PolicyArgs = { role?: string | null | undefined; seen?: string | undefined } & Partial<
  Record<SettingKey, string | undefined>
>;

/** An empty field says so: for the organization its own word for nothing, for a role that it has none. */
const inputOf = (args: PolicyArgs) => ({
  role: args.role ?? undefined,
  seen: args.seen,
  refuseChange,
  values: Object.fromEntries(
    policyKeys
      .filter((key) => args.seen !== undefined && (args.role === undefined || 'perRole' in settingKeys[key]))
      .map((key) => [
        key,
        args[key]?.trim() || (key === 'approvers' && args.role === undefined ? 'default' : 'none'),
      ]),
  ),
});

const asked = (action: Record<string, string>, wrong: Record<string, string> = {}): Form => {
  const command = commandNamed('org settings set');
  if (!command) throw new Error('There is no command to set settings');
  return formOf(command, act('org settings set', action), wrong);
};

/** What a field of the form was refused for comes back in the form, when it is sent. */
const needOwnField = (error: unknown): DomainError => {
  if (error instanceof DomainError && error.field !== undefined && error.field in policyFields) return error;
  throw error;
};

const savePolicy = async (ctx: InOrganization, args: PolicyArgs): Promise<Card | Form> => {
  const input = inputOf(args);
  try {
    return policySavedCard(await setPolicy(ctx, { ...input, organizationId: ctx.organization.id }));
  } catch (error) {
    const { field = '', whole } = needOwnField(error);
    const typed = Object.fromEntries(policyKeys.map((key) => [key, args[key] ?? '']));
    return policyForm(await editablePolicy(ctx, ctx.organization, input.role), ctx.organization, {
      field,
      error: unmarked(whole),
      typed,
    });
  }
};

export const settingsCommands = [
  inOrganization({
    root: 'org',
    name: 'settings show',
    summary: 'Show all settings',
    details:
      'Shows every setting of the organization with its value, and what single roles have for themselves.',
    example: '/org settings show',
    may: 'Every member.',
    args: {},
    run: async (ctx) => settingsCard(await listSettings(ctx, ctx.organization, ctx.workspace.id)),
  }),
  inOrganization({
    root: 'org',
    name: 'settings set',
    summary: 'Change a setting',
    details: `Changes one setting, or without one opens all that decides about approvals in one form. The settings: ${keys.join(', ')}. Named with a role, it holds for requests for that role alone, and none takes it away again. Limits are set by operators.`,
    example: '/org settings set approvals-required 2 role:admin',
    may: 'Whoever holds settings:write: administrators; operators for limits. Approval policies that ask for a second person are never changed alone.',
    permission: 'settings:write',
    secret: true,
    args: {
      key: optional(choice('Setting', keys, (key) => `${key}: ${settingKeys[key].says}`.slice(0, 75))),
      value: {
        ...optional(name('Value')),
        secret: true,
        hint: 'A channel as #name; durations as 7d; yes or no; none',
      },
      role: { ...optional(role()), hint: 'For requests for this role alone' } as Argument<
        string | null | undefined
      >,
      policy: carried(),
      seen: carried(),
      ...policyFields,
    },
    preview: async (ctx, args) => {
      if (args.policy !== 'save') return undefined;
      const plan = await planPolicy(ctx, ctx.organization, inputOf(args)).catch((error: unknown) => {
        needOwnField(error);
        return undefined;
      });
      if (plan === undefined || plan.changed.length === 0) return undefined;
      return {
        title: plan.role === null ? 'Save the approval policy?' : `Save the approval policy of ${plan.role}?`,
        lines: policyLines(plan),
        yes: 'Save',
        danger: false,
      };
    },
    calls: async (ctx, { key, value, role: one }) => {
      if (key === undefined || value === undefined) return undefined;
      const shown = await listSettings(ctx, ctx.organization, ctx.workspace.id);
      const setting = shown.find((every) => every.key === key);
      const own = setting?.roles.find((every) => every.role === one);
      const before = one ? (own?.value ?? 'none of its own') : setting?.value;
      return `Set ${key}${one ? ` for ${one}` : ''}: ${before} → ${value}`;
    },
    run: async (ctx, args) => {
      const { key, value, policy } = args;
      if (policy === 'save') {
        return await savePolicy(ctx, args);
      }
      if (policy === 'role' && !args.role) return policyRoleForm();
      if (key === undefined) {
        return policyForm(
          await editablePolicy(ctx, ctx.organization, args.role ?? undefined),
          ctx.organization,
        );
      }
      if (value === undefined) {
        return asked(
          { key, ...(args.role ? { role: args.role } : {}) },
          ctx.submitted ? { value: 'This is needed.' } : {},
        );
      }
      const channel = isSettingKey(key) && perWorkspace(key) && value.toLowerCase() !== 'none';
      const typed = channel ? channelId(value) : value;
      const set = await setSetting(ctx, {
        organizationId: ctx.organization.id,
        key,
        value: typed,
        workspaceId: ctx.workspace.id,
        inForm: ctx.submitted,
        role: args.role ?? undefined,
        refuseChange,
      });
      return settingSetCard(set, channel ? typed : undefined);
    },
  }),
];
