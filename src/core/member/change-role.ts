import { and, eq } from 'drizzle-orm';
import { principals } from '../../db/schema/index.ts';
import { change, need, needToGive } from '../change.ts';
import type { Context } from '../context.ts';
import { endOf, type When } from '../duration.ts';
import { DomainError } from '../errors.ts';
import { directMessages } from '../message.ts';
import { findRole } from '../role/find.ts';
import { findMember, type Person } from './find.ts';
import {
  countAdministrators,
  fetchPrincipal,
  needToNameAdministrators,
  needToOutrank,
  roleIdNow,
} from './principal.ts';

export interface RoleChanged {
  email: string;
  before: string | null;
  after: string | null;
  until: Date | undefined;
  changed: boolean;
}

/**
 * Sets a member's one organization role, for good or until a time, after which the one before comes back.
 * `role: null` takes it away.
 */
export const changeMemberRole = async (
  ctx: Context,
  input: { organizationId: string; person: Person; role: string | null; for?: When },
): Promise<RoleChanged> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'members:write', 'change roles');
    const target = await findMember(c, input.person);
    const role = input.role === null ? undefined : await findRole(c, 'organization', input.role);
    needToOutrank(c, target, 'change the role of');
    needToNameAdministrators(c, role);
    if (role) needToGive(c, role.permissions, `the role ${role.name}`);
    const before = await fetchPrincipal(c, target.id);
    const until = input.for ? endOf(input.for, c.now, c.now, 'for') : null;
    if (until && !role) {
      throw new DomainError('invalid', 'Not changed: taking a role away for a time is not possible.', {
        todo: 'Name the role that they have for that time.',
        field: 'for',
      });
    }
    const lasting = before.roleUntil === null ? before.roleId : before.roleAfterId;
    const after = {
      roleId: role?.id ?? null,
      roleUntil: until,
      roleAfterId: until === null ? null : lasting,
    };
    const heldBefore = target.roles.find((held) => held.through === 'organization-role');
    const result = {
      email: target.email,
      before: heldBefore?.role ?? null,
      after: role?.name ?? null,
      until: until ?? undefined,
    };
    if (until === null && before.roleUntil === null && roleIdNow(before, c.now) === after.roleId) {
      return { ...result, changed: false };
    }
    await c.db
      .update(principals)
      .set(after)
      .where(and(eq(principals.organizationId, c.organization.id), eq(principals.id, target.id)));
    await countAdministrators(c, before, { ...before, ...after });
    c.audit({
      action: 'member.role-changed',
      target: target.email,
      facts: { before: result.before, after: result.after, until: until?.toISOString() ?? null },
    });
    if (target.id !== c.me?.id) {
      c.say(
        ...(await directMessages(c.db, c.organization.id, [target.id], {
          notice: 'member-role-changed',
          data: { by: c.me?.email, before: result.before, after: result.after, until: until?.toISOString() },
        })),
      );
    }
    return { ...result, changed: true };
  });
