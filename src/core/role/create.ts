import { roles } from '../../db/schema/index.ts';
import { change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../id.ts';
import { label } from '../organization/slug.ts';
import { needCustomRoles } from './custom.ts';
import type { Role, Scope } from './find.ts';
import { knownPermissions } from './permissions.ts';
import { needToGiveWhereUsed } from './use.ts';

/** Words that mean something else wherever a role is named. */
const RESERVED = ['none', 'all'];

/** PF-30: makes a role of the organization's own, from permissions that its maker may give (rule 5). */
export const createRole = async (
  ctx: Context,
  input: { organizationId: string; name: string; scope?: Scope; permissions?: readonly string[] },
): Promise<Role> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'roles:write', 'create roles');
    const scope = input.scope ?? 'project';
    needCustomRoles(c, scope);
    const name = label(input.name.trim(), 'role');
    const taken = (why: string): DomainError =>
      new DomainError('taken', `No role was created: ${why}.`, {
        todo: 'Choose another name.',
        field: 'role',
      });
    if (RESERVED.includes(name)) throw taken(`\`${name}\` means something else where roles are named`);
    if (c.organization.model.roles.some((role) => role.name === name)) {
      throw taken(`\`${name}\` is a built-in role`);
    }
    const permissions = knownPermissions(c, scope, input.permissions ?? []);
    needToGiveWhereUsed(
      c,
      { held: 0, holders: [], projects: [], defaultIn: [], invitations: 0 },
      { name, scope, permissions },
    );
    const [role] = await c.db
      .insert(roles)
      .values({ organizationId: c.organization.id, id: newId(), scope, name, permissions })
      .onConflictDoNothing({ target: [roles.organizationId, roles.scope, roles.name] })
      .returning();
    if (!role) throw taken(`there is a role \`${name}\` already`);
    c.audit({ action: 'role.created', target: name, facts: { scope, permissions } });
    return role;
  });
