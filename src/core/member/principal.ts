import { and, eq, inArray } from 'drizzle-orm';
import { principals, roles } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import { type Change, missingFor, type Standing } from '../change.ts';
import { DomainError } from '../errors.ts';
import type { Role } from '../role/find.ts';

export type Principal = typeof principals.$inferSelect;

export const fetchPrincipal = async (s: Standing, id: string): Promise<Principal> => {
  const [row] = await s.db
    .select()
    .from(principals)
    .where(and(eq(principals.organizationId, s.organization.id), eq(principals.id, id)));
  if (!row) throw new DomainError('not-found', `There is no such member in ${s.organization.name}.`);
  return row;
};

/** The role that a stored row gives at this moment. */
export const roleIdNow = (row: Principal, now: Date): string | null =>
  row.roleUntil === null || row.roleUntil > now ? row.roleId : row.roleAfterId;

/** Which of these role ids is the administrator role. */
const administering = async (s: Standing, ids: readonly (string | null)[]): Promise<Set<string>> => {
  const wanted = ids.filter((id): id is string => id !== null);
  if (wanted.length === 0) return new Set();
  const rows = await s.db
    .select({ id: roles.id })
    .from(roles)
    .where(
      and(
        eq(roles.organizationId, s.organization.id),
        inArray(roles.id, wanted),
        eq(roles.administers, true),
      ),
    );
  return new Set(rows.map((row) => row.id));
};

type Hold = Pick<Principal, 'state' | 'roleId' | 'roleUntil'>;

/**
 * Keeps the count of rule 6 right over one change of a member: active ones with the administrator role and no end.
 * `change()` refuses the whole when none would be left.
 */
export const countAdministrators = async (c: Change, before: Hold, after: Hold): Promise<void> => {
  const admins = await administering(c, [before.roleId, after.roleId]);
  const counts = (hold: Hold): number =>
    hold.state === 'active' && hold.roleUntil === null && hold.roleId !== null && admins.has(hold.roleId)
      ? 1
      : 0;
  c.count('admins', counts(after) - counts(before));
};

/** Nobody acts on a member whose organization role they may not give: a lesser manager can't unseat an administrator. */
export const needToOutrank = (c: Change, target: Holder, what: string): void => {
  const role = target.roles.find((held) => held.through === 'organization-role');
  const missing = role ? missingFor(c, role.permissions) : [];
  if (missing.length === 0) return;
  throw new DomainError(
    'not-given',
    `You can't ${what} ${target.email} in ${c.organization.name}: they are ${role?.role}, which you may not give.`,
    { todo: 'Ask an administrator.', facts: { missing: missing.join(',') } },
  );
};

/** Whether the model leaves giving and taking this organization role to operators. */
export const namedByOperators = (s: Pick<Standing, 'organization'>, role: string | undefined): boolean =>
  s.organization.model.roles.some(
    (known) => known.scope === 'organization' && known.name === role && known.namedByOperators === true,
  );

/** @throws DomainError `forbidden` where operators alone name the role and the actor is none */
export const needToNameAdministrators = (s: Standing, role: Pick<Role, 'name'> | undefined): void => {
  if (s.operator || !namedByOperators(s, role?.name)) return;
  throw new DomainError(
    'forbidden',
    `Not changed: in ${s.organization.name} operators alone make somebody ${role?.name}.`,
    { todo: 'Invite them first, then change their role: that asks the operators.' },
  );
};

/** Operators reach members by name where the model leaves administrators to them (rule 11). */
export const mayNameAdministrators = (s: Standing): boolean =>
  s.operator && s.organization.model.roles.some((known) => known.namedByOperators === true);
