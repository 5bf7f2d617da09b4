import { activeMember, look } from '../change.ts';
import type { Context } from '../context.ts';
import type { Organization } from '../organization/organization.ts';
import { findRole, listRolesOf, type Role } from './find.ts';

/** PF-30: the roles there are. What a role allows is no secret inside its organization. */
export const listRoles = async (ctx: Context, organization: Organization): Promise<Role[]> =>
  look(ctx, organization, async (s) => {
    activeMember(s);
    return listRolesOf(s.db, organization.id);
  });

export const showRoles = async (ctx: Context, organization: Organization, name: string): Promise<Role[]> =>
  look(ctx, organization, async (s) => {
    activeMember(s);
    const named = (await listRolesOf(s.db, organization.id)).filter(
      (role) => role.name === name.toLowerCase(),
    );
    return named.length > 0 ? named : [await findRole(s, 'project', name)];
  });
