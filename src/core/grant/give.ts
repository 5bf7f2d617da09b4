import { and, eq } from 'drizzle-orm';
import { grants } from '../../db/schema/index.ts';
import { missingToGive } from '../access/cover.ts';
import { type Holder, rolesAt } from '../access/evaluate.ts';
import type { AccessModel } from '../access/model.ts';
import { isOperatorOnly } from '../access/patterns.ts';
import { type Change, change, missingFor, need, needToGive } from '../change.ts';
import type { Context } from '../context.ts';
import { endOf, type When } from '../duration.ts';
import { DomainError } from '../errors.ts';
import { directMessages } from '../message.ts';
import { findProject, type Project } from '../project/find.ts';
import { askOperators } from '../request/ask-operators.ts';
import { endRequests } from '../request/end.ts';
import { findRole, type Role } from '../role/find.ts';
import { auditedAs, calledOf, findGrantee, type Grantee } from './grantee.ts';
import { needToOpen } from './open.ts';
import { warnAt } from './warn-at.ts';

export interface Given {
  kind: Holder['kind'];
  /** The member's address, or the name of a service account or token. */
  email: string;
  project: string;
  role: string;
  from: Date | null;
  until: Date | null;
  /** `same`: they had exactly this already. `asked`: operators alone give it, and this request asks them to (CW-46). */
  outcome: 'added' | 'changed' | 'same' | { asked: string };
  /** PF-28: why this grant adds nothing, if so: the wider role they hold already. */
  coveredBy: string | undefined;
}

/** Writes a grant inside a change; rights have been checked. A second grant of the same role sets its times anew. */
export const writeGrant = async (
  c: Change,
  target: Holder,
  project: Pick<Project, 'id' | 'name'>,
  role: Role,
  times: { from: Date | null; until: Date | null },
  why: { reason?: string | undefined; requestId?: string; by?: string | undefined },
): Promise<'added' | 'changed' | 'same'> => {
  const key = and(
    eq(grants.organizationId, c.organization.id),
    eq(grants.principalId, target.id),
    eq(grants.projectId, project.id),
    eq(grants.roleId, role.id),
  );
  const [before] = await c.db.select().from(grants).where(key);
  const same = (a: Date | null, b: Date | null): boolean => a?.getTime() === b?.getTime();
  const sameTimes = before && same(before.startsAt, times.from) && same(before.expiresAt, times.until);
  if (sameTimes && (why.requestId === undefined || why.requestId === before.requestId)) return 'same';
  if (before?.requestId) await endRequests(c, [before.requestId]);
  const written = {
    startsAt: times.from,
    expiresAt: times.until,
    opensVersion: times.from && times.from > c.now ? role.version : null,
    barred: false,
    warnAt: target.kind === 'member' ? warnAt(times.from ?? c.now, times.until) : null,
    reason: why.reason ?? null,
    requestId: why.requestId ?? null,
    grantedBy: why.by ?? null,
  };
  if (before) {
    await c.db.update(grants).set(written).where(key);
  } else {
    await c.db.insert(grants).values({
      organizationId: c.organization.id,
      principalId: target.id,
      projectId: project.id,
      roleId: role.id,
      ...written,
    });
  }
  c.audit({
    action: before ? 'grant.changed' : 'grant.added',
    target: auditedAs(target),
    reason: why.reason,
    facts: {
      project: project.name,
      role: role.name,
      from: times.from?.toISOString() ?? null,
      until: times.until?.toISOString() ?? null,
    },
  });
  return before ? 'changed' : 'added';
};

/** Gives a member, a service account or an organization token a role in one project, perhaps from and until a time. */
export const giveGrant = async (
  ctx: Context,
  input: {
    organizationId: string;
    person: Grantee;
    project: string;
    role: string;
    for?: When;
    from?: When;
    reason?: string;
  },
): Promise<Given> =>
  change(ctx, input.organizationId, async (c) => {
    const { model } = c.organization;
    const project = await findProject(c, input.project, { evenHidden: c.operator });
    const byOperator = c.operator && (await isForOperators(c, input.role));
    if (!byOperator) need(c, 'grants:write', `give access to ${project.name}`, project.id);
    const role = await findRole(c, 'project', input.role);
    const target = await findGrantee(c, input.person);
    const missing = byOperator ? [] : missingFor(c, role.permissions, project.id);
    const forOperators = missing.length > 0 && missing.every((one) => isOperatorOnly(model, one));
    if (forOperators && target.kind === 'member' && !input.for && !input.from) {
      const asking = { kind: 'grant', beneficiary: target, role, project, reason: input.reason } as const;
      return {
        kind: target.kind,
        email: target.email,
        project: project.name,
        role: role.name,
        from: null,
        until: null,
        outcome: await askOperators(c, asking),
        coveredBy: undefined,
      };
    }
    if (!byOperator) needToGive(c, role.permissions, `the role ${role.name}`, project.id);
    const from = input.from ? endOf(input.from, c.now, c.now, 'from') : null;
    const until = input.for ? endOf(input.for, from ?? c.now, c.now, 'for') : null;
    const covered = coveringRole(c.organization.model, target, project.id, role);
    const outcome = await writeGrant(
      c,
      target,
      project,
      role,
      { from, until },
      {
        reason: input.reason,
        by: c.me?.id,
      },
    );
    if (from) await needToOpen(c, { principalId: target.id, projectId: project.id, roleId: role.id });
    if (outcome !== 'same' && target.id !== c.me?.id) {
      c.say(
        ...(await directMessages(c.db, c.organization.id, [target.id], {
          notice: 'grant-given',
          data: {
            by: c.me?.email,
            project: project.name,
            role: role.name,
            from: from?.toISOString(),
            until: until?.toISOString(),
            reason: input.reason,
          },
        })),
      );
    }
    return {
      kind: target.kind,
      email: calledOf(target),
      project: project.name,
      role: role.name,
      from,
      until,
      outcome,
      coveredBy: covered,
    };
  });

/** Whether a role carries what operators alone give: then they give it from outside the organization too (rule 11). */
const isForOperators = async (c: Change, name: string): Promise<boolean> =>
  (await findRole(c, 'project', name)).permissions.some((one) => isOperatorOnly(c.organization.model, one));

/** The name of a role of theirs that already gives everything this one would, if there is one (PF-28). */
export const coveringRole = (
  model: AccessModel,
  target: Holder,
  projectId: string | undefined,
  role: Pick<Role, 'id' | 'permissions'>,
): string | undefined =>
  rolesAt({ ...target, state: 'active' }, projectId).find(
    (held) =>
      held.roleId !== role.id &&
      missingToGive(
        model,
        { operator: false, administers: false, permissions: held.permissions },
        role.permissions,
      ).length === 0,
  )?.role;

export const noGrant = (email: string, project: string): DomainError =>
  new DomainError('not-found', `Nothing was taken away: ${email} has no such access to ${project}.`, {
    todo: 'See what they have with `/org access show`.',
  });
