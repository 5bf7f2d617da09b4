import { and, eq, sql } from 'drizzle-orm';
import { invitationProjects, requests, roles } from '../../db/schema/index.ts';
import { type Change, change, look, need, type Standing } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { needToNameAdministrators } from '../member/principal.ts';
import { directMessages } from '../message.ts';
import type { Organization } from '../organization/organization.ts';
import { cancelRequestsWhere } from '../request/cancel-where.ts';
import { tellRequester } from '../request/tell-requester.ts';
import { findCustomRole } from './custom.ts';
import { findRole, type Role, type Scope } from './find.ts';
import { replaceRole } from './replace.ts';
import { isUsed, needToGiveWhereUsed, type RoleUse, useOf, whoseAccessChanges } from './use.ts';

export interface Deletion {
  role: string;
  scope?: Scope | undefined;
  /** What its holders get instead, of the same scope. */
  replaceWith?: string | undefined;
}

export interface PlannedDeletion {
  role: Role;
  replacement: Role | undefined;
  use: RoleUse;
  /** Open requests for it, which end with it. */
  requests: number;
}

export interface Deleted extends PlannedDeletion {
  /** How many holders were told; undefined when they were too many. */
  told: number | undefined;
}

/** Deletes a custom role. Whoever has it, or would get it, is moved to another one in the same transaction. */
export const deleteRole = async (
  ctx: Context,
  input: Deletion & { organizationId: string },
): Promise<Deleted> =>
  change(ctx, input.organizationId, async (c) => {
    const plan = await planned(c, input);
    const { role, replacement } = plan;
    const concerned = replacement ? await whoseAccessChanges(c, role, replacement.permissions) : [];
    await cancelRequests(c, role);
    if (replacement) await replaceRole(c, role, replacement);
    await forget(c, role);
    await c.db.delete(roles).where(and(eq(roles.organizationId, c.organization.id), eq(roles.id, role.id)));
    c.audit({
      action: 'role.deleted',
      target: role.name,
      facts: { scope: role.scope, replacement: replacement?.name ?? null, held: plan.use.held },
    });
    c.say(
      ...(await directMessages(c.db, c.organization.id, concerned ?? [], {
        notice: 'role-replaced',
        data: { by: c.me?.email, role: role.name, replacement: replacement?.name ?? '' },
      })),
    );
    return { ...plan, told: concerned?.length };
  });

/** What a deletion would do, under the same checks. */
export const planDeletion = async (
  ctx: Context,
  organization: Organization,
  deletion: Deletion,
): Promise<PlannedDeletion> => look(ctx, organization, async (s) => planned(s, deletion));

const planned = async (s: Standing, deletion: Deletion): Promise<PlannedDeletion> => {
  need(s, 'roles:write', 'delete roles');
  const role = await findCustomRole(s, deletion.role, deletion.scope, 'deleted');
  const use = await useOf(s, role);
  const replacement =
    deletion.replaceWith === undefined
      ? undefined
      : await findRole(s, role.scope as Scope, deletion.replaceWith);
  if (replacement?.id === role.id) {
    throw new DomainError('invalid', `Nothing was deleted: ${role.name} can't replace itself.`, {
      todo: 'Name another role.',
      field: 'replace-with',
    });
  }
  if (!replacement && isUsed(use)) throw inUse(role, use);
  if (replacement) {
    needToNameAdministrators(s, replacement);
    needToGiveWhereUsed(s, use, replacement);
  }
  const open = await s.db.$count(
    requests,
    and(
      eq(requests.organizationId, s.organization.id),
      eq(requests.roleId, role.id),
      eq(requests.state, 'pending'),
    ),
  );
  return { role, replacement, use, requests: open };
};

const inUse = (role: Role, { held, defaultIn, invitations }: RoleUse): DomainError => {
  const uses = [
    held > 0 ? `is held ${held === 1 ? 'once' : `${held} times`}` : '',
    defaultIn.length > 0 ? `is the default role in ${defaultIn.slice(0, 5).join(', ')}` : '',
    invitations > 0 ? `stands in ${invitations} open invitation${invitations === 1 ? '' : 's'}` : '',
  ].filter(Boolean);
  return new DomainError('wrong-state', `Nothing was deleted: ${role.name} ${uses.join(' and ')}.`, {
    todo: 'Say what replaces it, with `replace-with:`.',
    field: 'replace-with',
  });
};

const cancelRequests = async (c: Change, role: Role): Promise<void> => {
  const why = `the role ${role.name} was deleted`;
  for (const request of await cancelRequestsWhere(c, eq(requests.roleId, role.id), why)) {
    await tellRequester(c, request);
  }
};

/** What still points at the role are settled things: requests keep its name, invitations that are over need none. */
const forget = async (c: Change, role: Role): Promise<void> => {
  const here = c.organization.id;
  await c.db
    .update(requests)
    .set({ roleId: null })
    .where(and(eq(requests.organizationId, here), eq(requests.roleId, role.id)));
  await c.db.execute(
    sql`update invitations set role_id = null where organization_id = ${here} and role_id = ${role.id}`,
  );
  await c.db
    .delete(invitationProjects)
    .where(and(eq(invitationProjects.organizationId, here), eq(invitationProjects.roleId, role.id)));
};
