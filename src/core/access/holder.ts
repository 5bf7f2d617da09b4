import { type SQL, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import type { HeldRole, Holder } from './evaluate.ts';

/** The organization role of this moment: a role with an end falls back by itself (rule 4). */
export const currentRoleId = sql.raw(
  'case when p.role_until is null or p.role_until > clock_timestamp() then p.role_id else p.role_after_id end',
);

/** A grant inside its time, by the database's clock (rule 4), that nothing has barred before its start. */
export const grantIsLive = sql.raw(
  '(g.starts_at is null or g.starts_at <= clock_timestamp()) and (g.expires_at is null or g.expires_at > clock_timestamp()) and not g.barred',
);

export interface HolderRow {
  now: Date | string;
  id: string;
  kind: Holder['kind'];
  state: Holder['state'];
  email: string | null;
  name: string | null;
  roles: (Omit<HeldRole, 'until'> & { until: string | null })[];
}

const role = sql.raw(
  `'roleId', r.id, 'role', r.name, 'permissions', r.permissions, 'administers', r.administers`,
);

/** A principal with all that it holds now, for any statement that joins `holderTables`; rows become `holderOf`. */
export const holderColumns = sql`clock_timestamp() as now, p.id, p.kind, p.state, m.email,
  case p.kind
    when 'service-account' then
      (select sa.name from service_accounts sa where sa.organization_id = p.organization_id and sa.id = p.id)
    when 'token' then (select t.name from tokens t where t.organization_id = p.organization_id
      and t.principal_id = p.id and t.state <> 'revoked' limit 1) end as name,
  (select coalesce(json_agg(held), '[]'::json) from (
    select json_build_object('through', 'organization-role', ${role},
      'until', case when p.role_until > clock_timestamp() then p.role_until end) as held
      from roles r where r.organization_id = p.organization_id and r.id = ${currentRoleId}
    union all
    select json_build_object('through', 'grant', ${role}, 'projectId', g.project_id, 'project', pr.name,
      'until', g.expires_at, 'requestId', g.request_id, 'grantedBy', g.granted_by)
      from grants g
      join roles r on r.organization_id = g.organization_id and r.id = g.role_id
      join projects pr on pr.organization_id = g.organization_id and pr.id = g.project_id
      where g.organization_id = p.organization_id and g.principal_id = p.id and ${grantIsLive}
    union all
    select json_build_object('through', 'default-role', ${role}, 'projectId', pr.id, 'project', pr.name)
      from projects pr
      join roles r on r.organization_id = pr.organization_id and r.id = pr.default_role_id
      where pr.organization_id = p.organization_id and p.kind = 'member'
  ) as all_held) as roles`;

export const holderTables = sql`from principals p
  left join members m on m.organization_id = p.organization_id and m.user_id = p.id`;

/** Principals with all that they hold now, in one statement. Unknown ids are simply not in the answer. */
export const loadHolders = async (
  db: Db,
  organizationId: string,
  which: { ids: readonly string[] } | { emails: readonly string[] },
): Promise<{ now: Date; holders: Holder[] }> => {
  const filter: SQL =
    'ids' in which
      ? sql`p.id = any(${sql.param([...which.ids])}::uuid[])`
      : sql`p.id in (select user_id from members where organization_id = ${organizationId}
          and email = any(${sql.param([...which.emails])}::text[]))`;
  const rows = rowsOf<HolderRow>(
    await db.execute(sql`
      select ${holderColumns} ${holderTables}
      where p.organization_id = ${organizationId} and ${filter}
      order by m.email`),
  );
  const first = rows[0];
  return {
    now: first ? new Date(first.now) : new Date(Number.NaN),
    holders: rows.map(holderOf),
  };
};

export const holderOf = (row: HolderRow): Holder => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  email: row.email ?? '',
  ...(row.name === null ? {} : { name: row.name }),
  roles: row.roles.map(({ until, ...held }) => (until ? { ...held, until: new Date(until) } : held)),
});

export const loadHolder = async (db: Db, organizationId: string, id: string): Promise<Holder | undefined> =>
  (await loadHolders(db, organizationId, { ids: [id] })).holders[0];
