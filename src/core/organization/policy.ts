import { eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { rolePolicies } from '../../db/schema/index.ts';
import { isSettingKey, loadSettings, type SettingKey, type Settings, settingKeys } from './settings.ts';

export const isRoleKey = (key: SettingKey): boolean => 'perRole' in settingKeys[key];

/** How requests are decided: in the organization, and where a role differs from it. */
export interface Policies {
  organization: Settings;
  /** What a role has for itself, by its name. */
  roles: ReadonlyMap<string, Partial<Settings>>;
  /** What holds for requests for a role; what is not about a role has the organization's. */
  of(role: string | null): Settings;
}

export const loadPolicies = async (db: Db, organizationId: string): Promise<Policies> => {
  const organization = await loadSettings(db, organizationId);
  const rows = await db
    .select()
    .from(rolePolicies)
    .where(eq(rolePolicies.organizationId, organizationId))
    .orderBy(rolePolicies.role, rolePolicies.key);
  const roles = new Map(
    [...Map.groupBy(rows, (row) => row.role)].map(([role, own]) => [
      role,
      Object.fromEntries(
        own.filter(({ key }) => isSettingKey(key)).map(({ key, value }) => [key, value]),
      ) as Partial<Settings>,
    ]),
  );
  return {
    organization,
    roles,
    of: (role) => ({ ...organization, ...(role === null ? {} : roles.get(role)) }),
  };
};

/** What holds for requests for this role. */
export const loadPolicy = async (db: Db, organizationId: string, role: string | null): Promise<Settings> =>
  (await loadPolicies(db, organizationId)).of(role);

export const policyKeys = (Object.keys(settingKeys) as SettingKey[]).filter(
  (key) => 'policy' in settingKeys[key],
);

export const rolePolicyKeys = policyKeys.filter(isRoleKey);

/**
 * Whether the policies ask anybody for a second person. From then on they are changed as everything else is that nobody
 * does alone: under the policy that stands, not under the one that somebody wants (abuse 22).
 */
export const asksSecondPerson = ({ organization, roles }: Policies): boolean =>
  [organization, ...roles.values()].some((policy) => (policy['approvals-required'] ?? 1) > 1) ||
  organization['approvals-changes'] !== null ||
  organization['break-glass'] !== null ||
  organization['high-risk-roles'] !== null;
