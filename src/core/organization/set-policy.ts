import { and, eq, inArray, sql } from 'drizzle-orm';
import { members, principals, rolePolicies, roles, settings } from '../../db/schema/index.ts';
import { type Change, change, look, need, needToGive, type Standing } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { namedByOperators } from '../member/principal.ts';
import { needSecondPerson } from '../second-person.ts';
import { sha256 } from '../secret.ts';
import { needHighRiskRoles } from '../step-up/high-risk.ts';
import type { BreakGlass } from './break-glass.ts';
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
  /** It becomes a request: the policies that stand ask for a second person. */
  secondPerson: boolean;
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
    const { role, changed, policies } = await differences(s, input);
    return { role, changed: changed.map(shown), secondPerson: asksSecondPerson(policies) };
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
        `How ${c.organization.name} approves is changed by two people, under the policy that stands.`,
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
    return { role, changed: changed.map(shown), secondPerson };
  });

interface Difference {
  key: SettingKey;
  before: string;
  after: string;
  /** Undefined: the role has none of its own any more. */
  value: unknown;
}

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
    const value = removed ? undefined : parseSetting(key, typed);
    if (!removed) await needKnown(s, key, value, input.refuseChange);
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

/** What a value names must be there, and be what the policy can work with. */
const needKnown = async (
  s: Standing,
  key: SettingKey,
  value: unknown,
  refuseChange: PolicyInput['refuseChange'],
): Promise<void> => {
  const refuse = (message: string): never => {
    throw new DomainError('invalid', `\`${key}\` was not set: ${message}`, {
      todo: `It takes ${settingKeys[key].values}.`,
      field: 'value',
    });
  };
  if (key === 'approvals-changes') {
    for (const name of (value ?? []) as string[]) {
      const why = refuseChange(name);
      if (why !== undefined) refuse(why);
    }
  }
  const needNames = async (names: readonly string[]): Promise<void> => {
    const unknown = await firstUnknown(s, names);
    if (unknown !== undefined) {
      refuse(`\`${unknown.slice(0, 60)}\` is neither an active member nor a role of ${s.organization.name}.`);
    }
  };
  if (key === 'high-risk-roles') await needHighRiskRoles(s, value as string[] | null);
  if (key === 'approvers') await needNames((value ?? []) as string[]);
  if (key === 'break-glass') {
    const entries = (value ?? []) as BreakGlass[];
    await needNames(entries.flatMap(({ role, people }) => [role, ...people]));
    await needToGiveAll(
      s,
      entries.map(({ role }) => role),
    );
  }
};

/** Rule 5: nobody lets anybody take what they may not give themselves; what operators alone give is never taken. */
const needToGiveAll = async (s: Standing, names: readonly string[]): Promise<void> => {
  const rows = await s.db
    .select()
    .from(roles)
    .where(and(eq(roles.organizationId, s.organization.id), inArray(roles.name, [...names])));
  for (const role of rows) {
    needToGive({ ...s, operator: false }, role.permissions, `letting people take ${role.name}`);
    if (role.scope === 'organization' && namedByOperators(s, role.name)) {
      throw new DomainError('not-given', `Nothing was set: operators alone name ${role.name}.`, {
        todo: 'Name a role that administrators give.',
      });
    }
  }
};

/** The first of these names that is neither a role nor the address of an active member. */
const firstUnknown = async (s: Standing, names: readonly string[]): Promise<string | undefined> => {
  const known = new Set(
    (
      await s.db.select({ name: roles.name }).from(roles).where(eq(roles.organizationId, s.organization.id))
    ).map((row) => row.name),
  );
  const active = await s.db
    .select({ email: members.email })
    .from(members)
    .innerJoin(
      principals,
      and(eq(principals.organizationId, members.organizationId), eq(principals.id, members.userId)),
    )
    .where(
      and(
        eq(members.organizationId, s.organization.id),
        inArray(members.email, [...names]),
        eq(principals.state, 'active'),
      ),
    );
  for (const { email } of active) known.add(email);
  return names.find((name) => !known.has(name));
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
