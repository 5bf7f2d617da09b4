import { and, eq, sql } from 'drizzle-orm';
import { connections, settings } from '../../db/schema/index.ts';
import { activeMember, type Change, change, holds, look, need } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { followSettings, isScheduling } from '../schedule/follow.ts';
import { storedProvider } from '../sso/provider.ts';
import { isSsoKey, setSso, shownOf } from '../sso/set.ts';
import type { Organization } from './organization.ts';
import { parseSetting } from './parse-setting.ts';
import { loadPolicies, policyKeys } from './policy.ts';
import { notOfRoles, type PolicyDifference, type PolicyInput, setPolicy } from './set-policy.ts';
import { isSettingKey, loadSettings, type SettingKey, settingKeys } from './settings.ts';

export interface ShownSetting {
  key: SettingKey;
  says: string;
  values: string;
  value: string;
  /** A channel's id, where the value is a channel. */
  channel?: string;
  operatorsOnly: boolean;
  mayChange: boolean;
  /** The roles that have a value of their own. */
  roles: { role: string; value: string }[];
}

const isForOperators = (key: SettingKey): boolean => {
  const setting = settingKeys[key];
  return 'operatorsOnly' in setting && setting.operatorsOnly === true;
};

/** Every setting with its value as people read it, for any active member. */
export const listSettings = async (
  ctx: Context,
  organization: Organization,
  workspaceId: string,
): Promise<ShownSetting[]> =>
  look(ctx, organization, async (s) => {
    activeMember(s);
    const policies = await loadPolicies(s.db, organization.id);
    const stored = policies.organization;
    const provider = await storedProvider(s.db, organization.id);
    const [connection] = await s.db
      .select({ channels: connections.channels })
      .from(connections)
      .where(and(eq(connections.organizationId, organization.id), eq(connections.workspaceId, workspaceId)));
    return (Object.keys(settingKeys) as SettingKey[]).map((key) => {
      const setting = settingKeys[key];
      const channel = 'perWorkspace' in setting ? connection?.channels[key] : undefined;
      const show = setting.show as (value: unknown) => string;
      return {
        key,
        says: setting.says,
        values: setting.values,
        value: isSsoKey(key) ? shownOf(key, provider) : show(channel ?? stored[key]),
        channel,
        operatorsOnly: isForOperators(key),
        mayChange: isForOperators(key) ? s.operator : holds(s, 'settings:write'),
        roles: [...policies.roles].flatMap(([role, own]) =>
          own[key] === undefined ? [] : [{ role, value: show(own[key]) }],
        ),
      };
    });
  });

/** @throws DomainError `invalid` for an unknown key or a value that the key does not take */
export const setSetting = async (
  ctx: Context,
  input: {
    organizationId: string;
    key: string;
    value: string;
    workspaceId: string;
    /** The value came through a form, not in a message. */
    inForm?: boolean;
    /** The one role that it is set for. */
    role?: string | undefined;
    refuseChange?: PolicyInput['refuseChange'];
  },
): Promise<SetSetting> => {
  const { key, role } = input;
  if (isSettingKey(key) && policyKeys.includes(key)) return setOnePolicy(ctx, { ...input, key });
  if (role !== undefined && isSettingKey(key)) throw notOfRoles(key);
  return isSsoKey(key)
    ? setSso(ctx, { ...input, key, inForm: input.inForm ?? false })
    : setOrdinary(ctx, input);
};

export interface SetSetting {
  key: SettingKey;
  before: string;
  after: string;
  role?: string | undefined;
  /** What it means for the next change of a policy. */
  binds?: PolicyDifference['binds'];
}

const NO_COMMANDS: PolicyInput['refuseChange'] = () => 'nobody knows the commands here.';

const setOnePolicy = async (
  ctx: Context,
  input: {
    organizationId: string;
    key: SettingKey;
    value: string;
    role?: string | undefined;
    refuseChange?: PolicyInput['refuseChange'];
  },
): Promise<SetSetting> => {
  const { organizationId, key, value, role, refuseChange = NO_COMMANDS } = input;
  const { changed, binds } = await setPolicy(ctx, {
    organizationId,
    role,
    values: { [key]: value },
    refuseChange,
  });
  const [set] = changed;
  return { ...(set ?? { key, before: '', after: 'as it was' }), role, binds };
};

interface Typed {
  key: string;
  value: string;
  workspaceId: string;
}

const setOrdinary = async (
  ctx: Context,
  input: Typed & { organizationId: string },
): Promise<{ key: SettingKey; before: string; after: string }> =>
  change(ctx, input.organizationId, async (c) => putSetting(c, input));

/** Sets one setting inside a change, with everything that follows from it. */
export const putSetting = async (
  c: Change,
  input: Typed,
): Promise<{ key: SettingKey; before: string; after: string }> => {
  const organizationId = c.organization.id;
  const { key } = input;
  if (!isSettingKey(key)) {
    throw new DomainError('invalid', `Nothing was set: there is no setting \`${key.slice(0, 60)}\`.`, {
      todo: `The settings are ${Object.keys(settingKeys).join(', ')}.`,
      field: 'key',
    });
  }
  const setting = settingKeys[key];
  if ('operatorsOnly' in setting && setting.operatorsOnly) {
    if (!c.operator) {
      throw new DomainError('forbidden', `\`${key}\` was not set: operators alone set limits.`, {
        todo: 'Ask an operator of this installation.',
      });
    }
  } else {
    need(c, 'settings:write', 'change settings');
  }
  const value = parseSetting(key, input.value);
  const show = setting.show as (value: unknown) => string;
  const before = 'perWorkspace' in setting ? undefined : (await loadSettings(c.db, organizationId))[key];
  if ('perWorkspace' in setting) {
    const channels =
      value === null
        ? sql`${connections.channels} - ${key}::text`
        : sql`${connections.channels} || jsonb_build_object(${key}::text, ${value}::text)`;
    const kept = await c.db
      .update(connections)
      .set({ channels })
      .where(
        and(eq(connections.organizationId, organizationId), eq(connections.workspaceId, input.workspaceId)),
      )
      .returning({ id: connections.organizationId });
    if (kept.length === 0) {
      throw new DomainError(
        'wrong-state',
        `\`${key}\` was not set: it is kept for each connected workspace.`,
        {
          todo: 'Type it in a channel of the workspace that you mean.',
        },
      );
    }
  } else {
    await c.db
      .insert(settings)
      .values({ organizationId, key, value: sql`${JSON.stringify(value)}::jsonb` })
      .onConflictDoUpdate({
        target: [settings.organizationId, settings.key],
        set: { value: sql`${JSON.stringify(value)}::jsonb` },
      });
  }
  const shown = { key, before: before === undefined ? '' : show(before), after: show(value) };
  c.audit({ action: 'settings.changed', target: key, facts: { before: shown.before, after: shown.after } });
  if (isScheduling(key)) await followSettings(c);
  return shown;
};
