import { and, eq } from 'drizzle-orm';
import { requests } from '../../db/schema/index.ts';
import { activeMember, type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { durationInWords, durationTyped, endOf, type When } from '../duration.ts';
import { DomainError } from '../errors.ts';
import { coveringRole } from '../grant/give.ts';
import { needOneSpan, spanOf } from '../grant/one-span.ts';
import { loadPolicies } from '../organization/policy.ts';
import type { Settings } from '../organization/settings.ts';
import { findProject, type Project } from '../project/find.ts';
import { findRole, type Role } from '../role/find.ts';
import { type Announced, announceRequest } from './announce.ts';
import { matterOf } from './deciders.ts';
import { requestName } from './find.ts';
import { writeRequest } from './write.ts';

export const LONGEST_REASON = 2000;

export interface Opened extends Announced {
  id: string;
  name: string;
  role: string;
  project: string | null;
  seconds: number | null;
  from: Date | null;
  expiresAt: Date;
}

/** A member asks for a role: in a project, or in the organization when no project is named. */
export const openRequest = async (
  ctx: Context,
  input: {
    organizationId: string;
    role: string;
    project?: string | undefined;
    for?: When | undefined;
    from?: When | undefined;
    reason?: string | undefined;
  },
): Promise<Opened> =>
  change(ctx, input.organizationId, async (c) => {
    const me = activeMember(c);
    const project = input.project ? await findProject(c, input.project, { refusedAlike: true }) : undefined;
    const role = await findRole(c, project ? 'project' : 'organization', input.role);
    needNotHeld(c, role, project);
    await needNoneOpen(c, me.id, role, project);
    if (input.from && !project) {
      throw new DomainError('invalid', 'Nothing was asked for: an organization role cannot start later.', {
        todo: 'Ask when you need it.',
        field: 'from',
      });
    }
    const policies = await loadPolicies(c.db, c.organization.id);
    const settings = policies.of(role.name);
    const asked = requestTerms(c, settings, input);
    if (project) {
      const key = { principalId: me.id, projectId: project.id, roleId: role.id };
      await needOneSpan(c, key, spanOf(asked, c.now), 'Nothing was asked for');
    }
    const row = await writeRequest(c, {
      kind: 'access',
      beneficiaryId: me.id,
      role,
      project,
      ...asked,
      life: settings['request-life'],
    });
    const announced = await announceRequest(c, row, matterOf(row, role, policies));
    c.audit({
      action: 'request.opened',
      target: requestName(row),
      reason: asked.reason,
      facts: {
        role: role.name,
        project: project?.name ?? null,
        seconds: asked.seconds,
        from: asked.startsAt?.toISOString() ?? null,
        operators: announced.toOperators,
      },
    });
    return {
      id: row.id,
      name: requestName(row),
      role: role.name,
      project: project?.name ?? null,
      seconds: asked.seconds,
      from: asked.startsAt,
      expiresAt: row.expiresAt,
      ...announced,
    };
  });

/** For how long, from when and why, under the organization's settings (abuse 23). @throws DomainError `invalid` */
export const requestTerms = (
  c: Change,
  settings: Settings,
  input: { for?: When | undefined; from?: When | undefined; reason?: string | undefined },
): { seconds: number | null; startsAt: Date | null; reason: string } => {
  const startsAt = input.from ? endOf(input.from, c.now, c.now, 'from') : null;
  const longest = settings['max-for'];
  const seconds = input.for
    ? Math.round(
        (endOf(input.for, startsAt ?? c.now, c.now, 'for').getTime() - (startsAt ?? c.now).getTime()) / 1000,
      )
    : longest;
  if (seconds !== null && longest !== null && seconds > longest) {
    throw new DomainError(
      'invalid',
      `Nothing was asked for: in ${c.organization.name} access can be asked for at most ${durationInWords(longest)}.`,
      {
        todo: `Ask for ${durationTyped(longest)} or less; it can be extended later.`,
        field: 'for',
        near: [durationTyped(longest)],
      },
    );
  }
  const reason = input.reason?.trim() ?? '';
  if (settings['reason-required'] && reason === '') {
    throw new DomainError('invalid', `Nothing was asked for: ${c.organization.name} wants a reason.`, {
      todo: 'Say what you need it for.',
      field: 'reason',
    });
  }
  if (reason.length > LONGEST_REASON) {
    throw new DomainError('invalid', `Nothing was asked for: the reason has ${reason.length} characters.`, {
      todo: `Use at most ${LONGEST_REASON}.`,
      field: 'reason',
    });
  }
  return { seconds, startsAt, reason };
};

export const needNotHeld = (c: Change, role: Role, project: Project | undefined): void => {
  const held = c.me?.roles.find(
    (mine) => mine.roleId === role.id && mine.projectId === project?.id && mine.through !== 'default-role',
  );
  if (held && held.until === undefined) {
    throw new DomainError(
      'wrong-state',
      `Nothing was asked for: you are ${role.name}${project ? ` in ${project.name}` : ''} already.`,
      { todo: 'See what you have with `/access`.' },
    );
  }
  const wider = project ? undefined : c.me && coveringRole(c.organization.model, c.me, undefined, role);
  if (wider) {
    throw new DomainError(
      'wrong-state',
      `Nothing was asked for: you are ${wider}, which gives all of ${role.name}.`,
      {
        todo: 'See what you have with `/access`.',
      },
    );
  }
};

/** Who asks for the same twice at once waits for the first decision. */
const needNoneOpen = async (
  c: Change,
  requesterId: string,
  role: Role,
  project: Project | undefined,
): Promise<void> => {
  const open = (
    await c.db
      .select({ number: requests.number, expiresAt: requests.expiresAt, projectId: requests.projectId })
      .from(requests)
      .where(
        and(
          eq(requests.organizationId, c.organization.id),
          eq(requests.requesterId, requesterId),
          eq(requests.roleId, role.id),
          eq(requests.state, 'pending'),
        ),
      )
  ).find((other) => other.expiresAt > c.now && other.projectId === (project?.id ?? null));
  if (open) {
    throw new DomainError(
      'wrong-state',
      `Nothing was asked for: ${requestName(open)} asks for the same and is open.`,
      {
        todo: 'Wait for the decision, or change it with `/access request edit`.',
        facts: { request: requestName(open) },
      },
    );
  }
};
