import { and, eq } from 'drizzle-orm';
import { requests, roles } from '../../db/schema/index.ts';
import { type Change, change, look, need, type Standing } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { directMessages, redraw } from '../message.ts';
import type { Organization } from '../organization/organization.ts';
import { findCustomRole } from './custom.ts';
import type { Role, Scope } from './find.ts';
import { knownPermissions } from './permissions.ts';
import { difference, needToGiveWhereUsed, type RoleUse, useOf, whoseAccessChanges } from './use.ts';

export interface Edit {
  role: string;
  scope?: Scope | undefined;
  /** The whole of what it is to allow; `add` and `remove` change what it allows now. */
  permissions?: readonly string[] | undefined;
  add?: readonly string[] | undefined;
  remove?: readonly string[] | undefined;
  /** The version that the editor was shown. */
  seen?: string | undefined;
}

export interface PlannedEdit {
  role: Role;
  after: string[];
  gained: string[];
  lost: string[];
  use: RoleUse;
}

export interface Edited extends PlannedEdit {
  /** How many holders were told; undefined when they were too many. */
  told: number | undefined;
}

/** Changes what a role allows, for all who have it, at once. */
export const editRole = async (ctx: Context, input: Edit & { organizationId: string }): Promise<Edited> =>
  change(ctx, input.organizationId, async (c) => {
    const plan = await planned(c, input);
    const { role, after, gained, lost } = plan;
    if (same(role.permissions, after)) return { ...plan, told: 0 };
    if (input.seen !== undefined && input.seen !== String(role.version)) {
      throw new DomainError('changed', `Nothing was changed: somebody has edited ${role.name} meanwhile.`, {
        todo: 'Look at it again with `/org role show`, then edit it.',
      });
    }
    const concerned = await whoseAccessChanges(c, role, after);
    await c.db
      .update(roles)
      .set({ permissions: after, version: role.version + 1 })
      .where(and(eq(roles.organizationId, c.organization.id), eq(roles.id, role.id)));
    c.audit({ action: 'role.edited', target: role.name, facts: { scope: role.scope, gained, lost } });
    await redrawRequests(c, role);
    c.say(
      ...(await directMessages(c.db, c.organization.id, concerned ?? [], {
        notice: 'role-edited',
        data: { by: c.me?.email, role: role.name, scope: role.scope, gained, lost },
      })),
    );
    return {
      ...plan,
      role: { ...role, permissions: after, version: role.version + 1 },
      told: concerned?.length,
    };
  });

/** What an edit would do, under the same checks. */
export const planEdit = async (ctx: Context, organization: Organization, edit: Edit): Promise<PlannedEdit> =>
  look(ctx, organization, async (s) => planned(s, edit));

const planned = async (s: Standing, edit: Edit): Promise<PlannedEdit> => {
  need(s, 'roles:write', 'edit roles');
  const role = await findCustomRole(s, edit.role, edit.scope, 'changed');
  const after = wantedOf(s, role, edit);
  const use = await useOf(s, role);
  needToGiveWhereUsed(s, use, { ...role, permissions: after });
  return {
    role,
    after,
    use,
    gained: after.filter((permission) => !role.permissions.includes(permission)),
    lost: role.permissions.filter((permission) => !after.includes(permission)),
  };
};

const wantedOf = (s: Standing, role: Role, { permissions, add, remove }: Edit): string[] => {
  const scope = role.scope as Scope;
  if (!permissions && !add && !remove) {
    throw new DomainError('invalid', `Nothing was changed: say what ${role.name} is to allow.`, {
      todo: 'Name permissions to add or to remove.',
      field: 'add',
    });
  }
  const gone = (remove ?? []).map((permission) => permission.trim().toLowerCase());
  const base = permissions ?? role.permissions;
  const absent = gone.filter((permission) => !base.includes(permission));
  if (absent.length > 0) {
    const covered = absent.filter(
      (permission) => difference(s.organization.model, [permission], base).length === 0,
    );
    throw new DomainError(
      'invalid',
      `Nothing was changed: ${role.name} does not list ${absent.map((one) => `\`${one.slice(0, 60)}\``).join(', ')}.`,
      {
        todo:
          covered.length > 0
            ? 'A wildcard of the role covers it: remove that, and add what is to stay.'
            : 'See what it lists with `/org role show`.',
        field: 'remove',
      },
    );
  }
  const kept = base.filter((permission) => !gone.includes(permission));
  return knownPermissions(s, scope, [...kept, ...(add ?? [])]);
};

const same = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((permission) => other.includes(permission));

/** Cards of open requests show what the role means now. */
const redrawRequests = async (c: Change, role: Role): Promise<void> => {
  const open = await c.db
    .select({ id: requests.id })
    .from(requests)
    .where(
      and(
        eq(requests.organizationId, c.organization.id),
        eq(requests.roleId, role.id),
        eq(requests.state, 'pending'),
      ),
    );
  c.enqueue(...(await redraw(c.db, ...open.map(({ id }) => id))));
};
