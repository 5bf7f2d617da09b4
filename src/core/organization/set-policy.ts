import { and, eq, sql } from 'drizzle-orm';
import { rolePolicies, roles, settings } from '../../db/schema/index.ts';
import { type Change, change, look, need, type Standing } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { administratorsOf } from '../member/administrators.ts';
import { needSecondPerson } from '../second-person.ts';
import { sha256 } from '../secret.ts';
import { needPolicyValue } from './need-policy-value.ts';
import type { Organization } from './organization.ts';
import { parseSetting } from './parse-setting.ts';
import {
  asksSecondPerson,
  isRoleKey,
  loadPolicies,
  type Policies,
  policyKeys,
  rolePolicyKeys,
} from './policy.ts';
import { type SettingKey, settingKeys, showSetting, writeSetting } from './settings.ts';

export interface PolicyInput {
  /** The role that has its own; none for the organization. */
  role?: string | undefined;
  /** What was typed, by key. For a role `none`, or nothing at all, takes its own value away. */
  values: Partial<Record<SettingKey, string>>;
  /** Why a command cannot be listed in `approvals-changes`, or undefined where it can. */
  refuseChange: (command: string) => string | undefined;
  /** The state of things that was shown. */
  seen?: string | undefined;
}

export interface PolicyDifference {
  role: string | null;
  changed: { key: SettingKey; before: string; after: string }[];
  /** From now on nobody changes the policies alone: how many others it takes, and how many administrators those could be. */
  binds?: { approvals: number; others: number } | undefined;
}

const FROM_ORGANIZATION = 'as in the organization';

/** The policies of the organization, or of one role, as a form shows them. */
export const editablePolicy = async (
  ctx: Context,
  organization: Organization,
  typedRole?: string,
): Promise<{
  role: string | null;
  seen: string;
  fields: { key: SettingKey; says: string; values: string; typed: string; inherited: string | undefined }[];
}> =>
  look(ctx, organization, async (s) => {
    need(s, 'settings:write', 'change settings');
    const policies = await loadPolicies(s.db, organization.id);
    const role = typedRole === undefined ? null : await needRole(s, typedRole, policies);
    const own = role === null ? policies.organization : (policies.roles.get(role) ?? {});
    return {
      role,
      seen: stateOf(policies),
      fields: (role === null ? policyKeys : rolePolicyKeys).map((key) => ({
        key,
        says: settingKeys[key].says,
        values: settingKeys[key].values,
        typed: own[key] === undefined ? '' : writeSetting(key, own[key]),
        inherited: role === null ? undefined : showSetting(key, policies.organization[key]),
      })),
    };
  });

/** What saving would change, for whoever may. */
export const planPolicy = async (
  ctx: Context,
  organization: Organization,
  input: PolicyInput,
): Promise<PolicyDifference> =>
  look(ctx, organization, async (s) => {
    const { role, changed } = await differences(s, input);
    return { role, changed: changed.map(shown) };
  });

/** Sets policies of the organization or of one role, all together; alone only while nobody is asked for a second person. */
export const setPolicy = async (
  ctx: Context,
  input: PolicyInput & { organizationId: string },
): Promise<PolicyDifference> =>
  change(ctx, input.organizationId, async (c) => {
    const { role, changed, policies } = await differences(c, input);
    const secondPerson = asksSecondPerson(policies);
    if (changed.length > 0 && secondPerson) {
      needSecondPerson(
        c,
        `How ${c.organization.name} approves is never changed by one person alone: the policy that stands decides.`,
      );
    }
    for (const each of changed) {
      await store(c, role, each.key, each.value);
      c.audit({
        action: 'settings.changed',
        target: each.key,
        facts: { ...(role === null ? {} : { role }), before: each.before, after: each.after },
      });
    }
    const binds = secondPerson || changed.length === 0 ? undefined : await bindingFrom(c);
    return { role, changed: changed.map(shown), binds };
  });

/** What the policies ask for a change of themselves, as they stand by now; undefined while one person may. */
const bindingFrom = async (c: Change): Promise<PolicyDifference['binds']> => {
  const policies = await loadPolicies(c.db, c.organization.id);
  if (!asksSecondPerson(policies)) return undefined;
  const others = await administratorsOf(c, { except: c.me?.id ?? null });
  return { approvals: policies.organization['approvals-required'], others: others.length };
};

interface Difference {
  key: SettingKey;
  before: string;
  after: string;
  /** Undefined: the role has none of its own any more. */
  value: unknown;
}

/** Of a form that holds them all, an error stands under the field that it is about. */
const understood = async (
  s: Standing,
  key: SettingKey,
  typed: string,
  input: PolicyInput,
): Promise<unknown> => {
  try {
    const value = parseSetting(key, typed);
    await needPolicyValue(s, key, value, input.refuseChange);
    return value;
  } catch (error) {
    if (!(error instanceof DomainError) || input.seen === undefined) throw error;
    const { code, message, todo, facts } = error;
    throw new DomainError(code, message, { todo, facts, field: key });
  }
};

const shown = ({ key, before, after }: Difference) => ({ key, before, after });

const stateOf = ({ organization, roles: own }: Policies): string =>
  sha256(JSON.stringify([policyKeys.map((key) => organization[key]), [...own]])).slice(0, 16);

const differences = async (
  s: Standing,
  input: PolicyInput,
): Promise<{ role: string | null; changed: Difference[]; policies: Policies }> => {
  need(s, 'settings:write', 'change settings');
  const policies = await loadPolicies(s.db, s.organization.id);
  if (input.seen !== undefined && input.seen !== stateOf(policies)) {
    throw new DomainError('changed', 'Nothing was saved: the policies have changed since this was drawn.', {
      todo: 'Open them again with `/org settings set`.',
    });
  }
  const role = input.role === undefined ? null : await needRole(s, input.role, policies);
  const own = role === null ? policies.organization : (policies.roles.get(role) ?? {});
  const changed: Difference[] = [];
  for (const [key, typed] of Object.entries(input.values) as [SettingKey, string][]) {
    if (role !== null && !isRoleKey(key)) throw notOfRoles(key);
    const removed = role !== null && ['', 'none'].includes(typed.trim().toLowerCase());
    const value = removed ? undefined : await understood(s, key, typed, input);
    const [before, after] = [own[key], value].map((each) =>
      each === undefined ? FROM_ORGANIZATION : showSetting(key, each),
    );
    if (before !== undefined && after !== undefined && before !== after)
      changed.push({ key, before, after, value });
  }
  return { role, changed, policies };
};

export const notOfRoles = (key: SettingKey): DomainError =>
  new DomainError('invalid', `\`${key}\` was not set: a role has no value of its own for it.`, {
    todo: `Roles have their own ${rolePolicyKeys.join(', ')}.`,
    field: 'role',
  });

/** A role of either scope by its name, or one that is gone and left its policies behind. */
const needRole = async (s: Standing, typed: string, policies: Policies): Promise<string> => {
  const name = typed.trim().toLowerCase();
  const rows = await s.db
    .select({ name: roles.name })
    .from(roles)
    .where(eq(roles.organizationId, s.organization.id));
  if (rows.some((row) => row.name === name) || policies.roles.has(name)) return name;
  throw new DomainError(
    'not-found',
    `Nothing was set: there is no role \`${typed.slice(0, 60)}\` in ${s.organization.name}.`,
    {
      todo: `The roles are ${[...new Set(rows.map((row) => row.name))].sort().join(', ')}.`,
      field: 'role',
    },
  );
};

const store = async (c: Change, role: string | null, key: SettingKey, value: unknown): Promise<void> => {
  const organizationId = c.organization.id;
  const json = sql`${JSON.stringify(value ?? null)}::jsonb`;
  if (role === null) {
    await c.db
      .insert(settings)
      .values({ organizationId, key, value: json })
      .onConflictDoUpdate({ target: [settings.organizationId, settings.key], set: { value: json } });
    return;
  }
  if (value === undefined) {
    await c.db
      .delete(rolePolicies)
      .where(
        and(
          eq(rolePolicies.organizationId, organizationId),
          eq(rolePolicies.role, role),
          eq(rolePolicies.key, key),
        ),
      );
    return;
  }
  await c.db
    .insert(rolePolicies)
    .values({ organizationId, role, key, value: json })
    .onConflictDoUpdate({
      target: [rolePolicies.organizationId, rolePolicies.role, rolePolicies.key],
      set: { value: json },
    });
};
