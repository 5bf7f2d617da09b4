import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { rolesAt } from '../access/evaluate.ts';
import { grantIsLive } from '../access/holder.ts';
import { activeMember, holds, look } from '../change.ts';
import type { Context } from '../context.ts';
import type { Page } from '../member/list.ts';
import type { Organization } from '../organization/organization.ts';
import { findProject, type Project, seesAllProjects } from './find.ts';

export interface ListedProject {
  name: string;
  defaultRole: string | null;
  people: number;
  mine: string[];
}

/** PF-06: the projects that the caller has access to, and only those. */
export const listProjects = async (
  ctx: Context,
  organization: Organization,
  input: { after?: string; size?: number } = {},
): Promise<Page<ListedProject> & { all: boolean }> =>
  look(ctx, organization, async (s) => {
    const me = activeMember(s);
    const all = seesAllProjects(s);
    const size = input.size ?? 10;
    const mine = [...new Set(me.roles.flatMap((held) => held.projectId ?? []))];
    const rows = rowsOf<{ id: string; name: string; default_role: string | null; people: number }>(
      await s.db.execute(sql`
        select pr.id, pr.name, r.name as default_role,
          (select count(distinct g.principal_id)::int from grants g where g.organization_id = pr.organization_id
            and g.project_id = pr.id and ${grantIsLive}) as people
        from projects pr
        left join roles r on r.organization_id = pr.organization_id and r.id = pr.default_role_id
        where pr.organization_id = ${organization.id} and pr.name > ${input.after ?? ''}
          and (${all} or pr.id = any(${sql.param(mine)}::uuid[]))
        order by pr.name limit ${size + 1}`),
    );
    const items = rows.slice(0, size).map((row) => ({
      name: row.name,
      defaultRole: row.default_role,
      people: row.people,
      mine: rolesAt(me, row.id)
        .filter((held) => held.projectId === row.id)
        .map((held) => held.role),
    }));
    return { items, next: rows.length > size ? items.at(-1)?.name : undefined, all };
  });

export interface ShownProject {
  project: Project;
  defaultRole: string | null;
  /** Members by address, then service accounts and tokens by name. */
  people: { email: string; role: string; until: Date | null }[];
  more: boolean;
}

/** PF-20: one project with who and what has access to it by name, for who may read members or give access there. */
export const showProject = async (
  ctx: Context,
  organization: Organization,
  name: string,
): Promise<ShownProject> =>
  look(ctx, organization, async (s) => {
    activeMember(s);
    const project = await findProject(s, name);
    const mayRead = holds(s, 'members:read') || holds(s, 'grants:write', project.id);
    const rows = rowsOf<{
      email: string;
      role: string;
      until: string | Date | null;
      default_role: string | null;
    }>(
      await s.db.execute(sql`
        select coalesce(m.email, 'service account ' || sa.name, 'token ' || t.name, '') as email, r.name as role,
          g.expires_at as until
        from grants g
        join roles r on r.organization_id = g.organization_id and r.id = g.role_id
        left join members m on m.organization_id = g.organization_id and m.user_id = g.principal_id
        left join service_accounts sa on sa.organization_id = g.organization_id and sa.id = g.principal_id
        left join lateral (select name from tokens where organization_id = g.organization_id
          and principal_id = g.principal_id and kind = 'organization' limit 1) t on true
        where g.organization_id = ${organization.id} and g.project_id = ${project.id} and ${grantIsLive}
          and (${mayRead} or g.principal_id = ${s.me?.id ?? null})
        order by m.email, email, r.name limit 26`),
    );
    const [standard] = rowsOf<{ name: string }>(
      await s.db.execute(sql`
        select name from roles where organization_id = ${organization.id} and id = ${project.defaultRoleId}`),
    );
    return {
      project,
      defaultRole: standard?.name ?? null,
      people: rows
        .slice(0, 25)
        .map((row) => ({ ...row, until: row.until === null ? null : new Date(row.until) })),
      more: rows.length > 25,
    };
  });
