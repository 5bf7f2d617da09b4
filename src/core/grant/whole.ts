import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import type { Holder } from '../access/evaluate.ts';
import { activeMember, holds, look, missingFor, need, type Standing } from '../change.ts';
import type { Context } from '../context.ts';
import { namedByOperators } from '../member/principal.ts';
import type { Organization } from '../organization/organization.ts';
import { listRolesOf, type Role } from '../role/find.ts';
import { sha256 } from '../secret.ts';
import { calledOf, findGrantee, type Grantee } from './grantee.ts';

/** One grant that has not ended; it may begin later. */
export interface HeldGrant {
  projectId: string;
  project: string;
  roleId: string;
  role: string;
  from: Date | null;
  until: Date | null;
}

/** All that somebody was given: what one save replaces. */
export interface WholeSet {
  role: { name: string | null; until: Date | null };
  held: HeldGrant[];
  /** Different after any change of the set. */
  seen: string;
}

export const wholeSetOf = async (s: Standing, target: Holder): Promise<WholeSet> => {
  const rows = rowsOf<Omit<HeldGrant, 'from' | 'until'> & Record<'from' | 'until', string | Date | null>>(
    await s.db.execute(sql`
      select g.project_id as "projectId", p.name as project, g.role_id as "roleId", r.name as role,
        g.starts_at as from, g.expires_at as until
      from grants g
      join projects p on p.organization_id = g.organization_id and p.id = g.project_id
      join roles r on r.organization_id = g.organization_id and r.id = g.role_id
      where g.organization_id = ${s.organization.id} and g.principal_id = ${target.id}
        and (g.expires_at is null or g.expires_at > clock_timestamp())
      order by p.name, r.name`),
  );
  const date = (at: string | Date | null): Date | null => (at === null ? null : new Date(at));
  const held = rows.map((row) => ({ ...row, from: date(row.from), until: date(row.until) }));
  const mine = target.roles.find((one) => one.through === 'organization-role');
  const role = { name: mine?.role ?? null, until: mine?.until ?? null };
  const facts = held.map((grant) => [grant.projectId, grant.roleId, grant.from, grant.until]);
  return { role, held, seen: sha256(JSON.stringify([target.id, role, facts])).slice(0, 16) };
};

export interface EditableAccess extends WholeSet {
  kind: Holder['kind'];
  /** The member's address, or the name of a service account or token. */
  email: string;
  /** Organization roles that the actor may give them; undefined where they may not change it. */
  roles: string[] | undefined;
  /** Every project in which the actor may change access, with the roles that they may give there. */
  projects: { name: string; offers: string[] }[];
}

/** What the actor may change of somebody's access. @throws DomainError `forbidden` where that is nothing */
export const editableAccess = async (
  ctx: Context,
  organization: Organization,
  who: Grantee,
): Promise<EditableAccess> =>
  look(ctx, organization, async (s) => {
    const target = await targetOf(s, who);
    const all = rowsOf<{ id: string; name: string }>(
      await s.db.execute(
        sql`select id, name from projects where organization_id = ${organization.id} order by name`,
      ),
    );
    const roles = await listRolesOf(s.db, organization.id);
    const given = roles.filter((role) => role.scope === 'project');
    const everywhere = offers(s, given);
    const special = new Set(s.me?.roles.flatMap((held) => held.projectId ?? []));
    const projects = all
      .filter((project) => holds(s, 'grants:write', project.id))
      .map(({ id, name }) => ({ name, offers: special.has(id) ? offers(s, given, id) : everywhere }));
    const set = await wholeSetOf(s, target);
    const offered = organizationRoles(s, target, roles, set.role.name);
    if (projects.length === 0 && offered === undefined) {
      need(s, 'grants:write', `change the access of ${calledOf(target)}`);
    }
    return { ...set, kind: target.kind, email: calledOf(target), roles: offered, projects };
  });

/** Whose access it is, for those who may see it at all. */
export const targetOf = async (s: Standing, who: Grantee): Promise<Holder> => {
  const me = activeMember(s);
  const target = await findGrantee(s, who);
  if (target.id !== me.id) need(s, 'members:read', 'see what others have access to');
  return target;
};

/** What changing an organization role takes, by whose it is. */
export const roleWriter = (target: Pick<Holder, 'kind'>): 'members:write' | 'tokens:write' =>
  target.kind === 'token' ? 'tokens:write' : 'members:write';

const offers = (s: Standing, roles: readonly Role[], projectId?: string): string[] =>
  roles.filter((role) => missingFor(s, role.permissions, projectId).length === 0).map((role) => role.name);

const organizationRoles = (
  s: Standing,
  target: Holder,
  roles: readonly Role[],
  held: string | null,
): string[] | undefined => {
  if (target.kind === 'service-account' || !holds(s, roleWriter(target))) return undefined;
  const above = target.roles.some(
    (one) => one.through === 'organization-role' && missingFor(s, one.permissions).length > 0,
  );
  const taken = (role: Pick<Role, 'name' | 'administers'>): boolean =>
    target.kind === 'token' ? role.administers : namedByOperators(s, role.name);
  const here = roles.filter((role) => role.scope === 'organization');
  if (above || here.some((role) => role.name === held && taken(role))) return undefined;
  const ours = here.filter((role) => !taken(role));
  return offers(s, ours);
};
