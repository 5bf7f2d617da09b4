import { and, eq, inArray } from 'drizzle-orm';
import { grants, principals, projects } from '../../db/schema/index.ts';
import type { Holder } from '../access/evaluate.ts';
import type { AccessModel } from '../access/model.ts';
import { isOperatorOnly } from '../access/patterns.ts';
import type { Change } from '../change.ts';
import { writeGrant } from '../grant/give.ts';
import { auditedAs } from '../grant/grantee.ts';
import { endGrants } from '../grant/revoke.ts';
import { warnAt } from '../grant/warn-at.ts';
import { directMessages } from '../message.ts';
import { endReplaced } from '../request/end.ts';
import { listRolesOf, type Role } from '../role/find.ts';
import { countAdministrators, fetchPrincipal } from './principal.ts';

/**
 * Sets the one organization role of a member or a token inside a change; rights have been checked. Until `until` it
 * is held, then the lasting one comes back. Whoever operators make an administrator is granted what the model gives them everywhere.
 */
export const setRole = async (
  c: Change,
  target: Holder,
  role: Role | undefined,
  until: Date | null,
): Promise<void> => {
  const before = await fetchPrincipal(c, target.id);
  const lasting = before.roleUntil === null ? before.roleId : before.roleAfterId;
  const after = {
    roleId: role?.id ?? null,
    roleUntil: until,
    roleAfterId: until === null ? null : lasting,
    roleWarnAt: warnAt(c.now, until),
  };
  await c.db
    .update(principals)
    .set(after)
    .where(and(eq(principals.organizationId, c.organization.id), eq(principals.id, target.id)));
  await countAdministrators(c, before, { ...before, ...after });
  await endReplaced(c, target.id);
  const held = target.roles.find((mine) => mine.through === 'organization-role')?.role ?? null;
  const facts = { before: held, after: role?.name ?? null, until: until?.toISOString() ?? null };
  c.audit({
    action: target.kind === 'member' ? 'member.role-changed' : 'token.role-changed',
    target: auditedAs(target),
    facts,
  });
  if (role?.administers && c.operator) {
    const lastingly = target.roles.some((mine) => mine.administers && mine.until === undefined);
    await grantEverywhere(c, target, lastingly ? null : until);
  }
  const steppedDown = !role?.administers && target.roles.some((mine) => mine.administers);
  if (steppedDown && c.operator) await takeWhatCameAlong(c, target);
  if (target.id === c.me?.id) return;
  c.say(
    ...(await directMessages(c.db, c.organization.id, [target.id], {
      notice: 'member-role-changed',
      data: { by: c.me?.email, before: facts.before, after: facts.after, until: until?.toISOString() },
    })),
  );
};

/** The project roles that come with being an administrator and that operators alone give: they go with it too. */
export const comingAlong = (model: AccessModel): string[] =>
  model.roles
    .filter(
      (role) =>
        role.scope === 'project' &&
        model.policies.administratorProjectRoles.includes(role.name) &&
        role.permissions.some((permission) => isOperatorOnly(model, permission)),
    )
    .map((role) => role.name);

const takeWhatCameAlong = async (c: Change, target: Holder): Promise<void> => {
  const names = comingAlong(c.organization.model);
  const ids = (await listRolesOf(c.db, c.organization.id))
    .filter((role) => role.scope === 'project' && names.includes(role.name))
    .map((role) => role.id);
  if (ids.length === 0) return;
  const ended = await endGrants(c, and(eq(grants.principalId, target.id), inArray(grants.roleId, ids)));
  for (const facts of ended) {
    c.audit({ action: 'grant.revoked', target: target.email, reason: 'no administrator any more', facts });
  }
};

/** The reason of what comes with being named an administrator. */
const NAMED = 'named administrator';

/** What comes with a role for a time ends with it, to the second; what they had for longer anyway stays as it is. */
const grantEverywhere = async (c: Change, target: Holder, until: Date | null): Promise<void> => {
  const names = c.organization.model.policies.administratorProjectRoles;
  if (names.length === 0) return;
  const given = (await listRolesOf(c.db, c.organization.id)).filter(
    (role) => role.scope === 'project' && names.includes(role.name),
  );
  const ending = comingAlong(c.organization.model);
  const had = await c.db
    .select()
    .from(grants)
    .where(and(eq(grants.organizationId, c.organization.id), eq(grants.principalId, target.id)));
  const all = await c.db.select().from(projects).where(eq(projects.organizationId, c.organization.id));
  for (const project of all) {
    for (const role of given) {
      const end = ending.includes(role.name) ? until : null;
      const before = had.find((grant) => grant.projectId === project.id && grant.roleId === role.id);
      if (before && before.reason !== NAMED && lastsAsLong(before, c.now, end)) continue;
      await writeGrant(c, target, project, role, { from: null, until: end }, { reason: NAMED });
    }
  }
};

/** Whether a grant gives now, and until then at least. */
const lastsAsLong = (
  { startsAt, expiresAt }: typeof grants.$inferSelect,
  now: Date,
  until: Date | null,
): boolean =>
  (startsAt === null || startsAt <= now) && (expiresAt === null || (until !== null && expiresAt >= until));
