import { and, eq, inArray } from 'drizzle-orm';
import { members, principals, roles } from '../../db/schema/index.ts';
import { needToGive, type Standing } from '../change.ts';
import { DomainError } from '../errors.ts';
import { namedByOperators } from '../member/principal.ts';
import { listRolesOf } from '../role/find.ts';
import { needHighRiskRoles } from '../step-up/high-risk.ts';
import type { BreakGlass } from './break-glass.ts';
import { type SettingKey, settingKeys } from './settings.ts';

/** What a value names must be there, and be what the policy can work with. */
export const needPolicyValue = async (
  s: Standing,
  key: SettingKey,
  value: unknown,
  refuseChange: (command: string) => string | undefined,
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
  const known = new Set((await listRolesOf(s.db, s.organization.id)).map((role) => role.name));
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
