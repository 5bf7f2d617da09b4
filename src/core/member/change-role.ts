import { change, need, needToGive } from '../change.ts';
import type { Context } from '../context.ts';
import { endOf, type When } from '../duration.ts';
import { DomainError } from '../errors.ts';
import { askOperators } from '../request/ask-operators.ts';
import { findRole } from '../role/find.ts';
import { findMember, type Person } from './find.ts';
import { fetchPrincipal, namedByOperators, needToOutrank, roleIdNow } from './principal.ts';
import { setRole } from './set-role.ts';

export interface RoleChanged {
  email: string;
  before: string | null;
  after: string | null;
  until: Date | undefined;
  /** `asked`: operators alone give or take this role, and have been asked to by a request of this name. */
  outcome: 'changed' | 'same' | { asked: string };
}

/**
 * Sets a member's one organization role, for good or until a time, after which the one before comes back.
 * `role: null` takes it away. What operators alone may do becomes a request to them.
 */
export const changeMemberRole = async (
  ctx: Context,
  input: { organizationId: string; person: Person; role: string | null; for?: When },
): Promise<RoleChanged> =>
  change(ctx, input.organizationId, async (c) => {
    if (!c.operator) need(c, 'members:write', 'change roles');
    const target = await findMember(c, input.person);
    const role = input.role === null ? undefined : await findRole(c, 'organization', input.role);
    const held = target.roles.find((mine) => mine.through === 'organization-role')?.role;
    const forOperators = namedByOperators(c, role?.name) || namedByOperators(c, held);
    if (!(c.operator && forOperators)) {
      need(c, 'members:write', 'change roles');
      needToOutrank(c, target, 'change the role of');
      if (role && !forOperators) needToGive(c, role.permissions, `the role ${role.name}`);
    }
    const before = await fetchPrincipal(c, target.id);
    const until = input.for ? endOf(input.for, c.now, c.now, 'for') : null;
    if (until && !role) {
      throw new DomainError('invalid', 'Not changed: taking a role away for a time is not possible.', {
        todo: 'Name the role that they have for that time.',
        field: 'for',
      });
    }
    const result = {
      email: target.email,
      before: held ?? null,
      after: role?.name ?? null,
      until: until ?? undefined,
    };
    if (until === null && before.roleUntil === null && roleIdNow(before, c.now) === (role?.id ?? null)) {
      return { ...result, outcome: 'same' };
    }
    if (forOperators && !c.operator) {
      if (until) {
        throw new DomainError('invalid', 'Not asked: operators name administrators for good.', {
          field: 'for',
        });
      }
      return {
        ...result,
        outcome: await askOperators(c, { kind: 'administrator', beneficiary: target, role }),
      };
    }
    await setRole(c, target, role, until);
    return { ...result, outcome: 'changed' };
  });
