import { type SQL, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { currentRoleId } from '../access/holder.ts';
import { BATCH, type Batch, batchOf, type Cursor, instant, type Table } from './table.ts';

interface Found extends Record<string, unknown> {
  kind: string;
  holder: string | null;
  state: string | null;
  project: string | null;
  role: string;
  through: string;
  from: string | null;
  until: string | null;
  request: string | null;
  grantedBy: string | null;
  reason: string | null;
  keys: string[];
}

/** A statement that reads one kind of access behind these keys. */
type Read = (organizationId: string, after: Cursor | undefined) => SQL;

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

const organizationRoles: Read = (organizationId, after) => sql`
  select p.kind, m.email as holder, p.state, null as project, r.name as role, 'organization-role' as through,
    null as "from", case when p.role_until > clock_timestamp() then p.role_until end as until, null as request,
    null as "grantedBy", null as reason, json_build_array(m.email) as keys
  from members m
  join principals p on p.organization_id = m.organization_id and p.id = m.user_id and p.state <> 'removed'
  join roles r on r.organization_id = p.organization_id and r.id = ${currentRoleId}
  where m.organization_id = ${organizationId} and m.email > ${after?.[0] ?? ''}
  order by m.email limit ${BATCH + 1}`;

const tokenRoles: Read = (organizationId, [after = FIRST_ID] = []) => sql`
  select p.kind, (select t.name from tokens t where t.organization_id = p.organization_id and t.principal_id = p.id
      order by t.created_at desc limit 1) as holder,
    p.state, null as project, r.name as role, 'organization-role' as through, null as "from", null as until,
    null as request, null as "grantedBy", null as reason, json_build_array(p.id) as keys
  from principals p
  join roles r on r.organization_id = p.organization_id and r.id = p.role_id
  where p.organization_id = ${organizationId} and p.kind = 'token' and p.state <> 'removed' and p.id > ${after}::uuid
  order by p.id limit ${BATCH + 1}`;

const grants: Read = (organizationId, after = [FIRST_ID, FIRST_ID, FIRST_ID]) => sql`
  select p.kind, coalesce(m.email, s.name, (select t.name from tokens t where t.organization_id = p.organization_id
      and t.principal_id = p.id and p.kind = 'token' order by t.created_at desc limit 1)) as holder,
    p.state, pr.name as project, r.name as role, 'grant' as through, g.starts_at as "from", g.expires_at as until,
    'REQ-' || q.number as request, b.email as "grantedBy", g.reason,
    json_build_array(g.principal_id, g.project_id, g.role_id) as keys
  from grants g
  join principals p on p.organization_id = g.organization_id and p.id = g.principal_id and p.state <> 'removed'
  join projects pr on pr.organization_id = g.organization_id and pr.id = g.project_id
  join roles r on r.organization_id = g.organization_id and r.id = g.role_id
  left join members m on m.organization_id = p.organization_id and m.user_id = p.id
  left join service_accounts s on s.organization_id = p.organization_id and s.id = p.id
  left join requests q on q.organization_id = g.organization_id and q.id = g.request_id
  left join members b on b.organization_id = g.organization_id and b.user_id = g.granted_by
  where g.organization_id = ${organizationId} and (g.expires_at is null or g.expires_at > clock_timestamp())
    and (g.principal_id, g.project_id, g.role_id) > (${after[0]}::uuid, ${after[1]}::uuid, ${after[2]}::uuid)
  order by g.principal_id, g.project_id, g.role_id limit ${BATCH + 1}`;

const defaultRoles: Read = (organizationId, after) => sql`
  select 'everyone' as kind, null as holder, null as state, pr.name as project, r.name as role,
    'default-role' as through, null as "from", null as until, null as request, null as "grantedBy", null as reason,
    json_build_array(pr.name) as keys
  from projects pr
  join roles r on r.organization_id = pr.organization_id and r.id = pr.default_role_id
  where pr.organization_id = ${organizationId} and pr.name > ${after?.[0] ?? ''}
  order by pr.name limit ${BATCH + 1}`;

const PARTS = [organizationRoles, tokenRoles, grants, defaultRoles];

const readPart = async (db: Db, read: Read, organizationId: string, after: Cursor): Promise<Batch> =>
  batchOf(
    rowsOf<Found>(await db.execute(read(organizationId, after.length > 0 ? after : undefined))),
    ({ keys: _, ...row }) => ({ ...row, from: instant(row.from), until: instant(row.until) }),
    (row) => row.keys,
  );

/**
 * Who holds which role where: organization roles (no project), then grants that have not ended, then each project's
 * default role, as one row that every active member shares. A holder whose `state` is not active has nothing of it.
 */
export const accessTable: Table = {
  permission: 'members:read',
  name: 'export access',
  columns: [
    'kind',
    'holder',
    'state',
    'project',
    'role',
    'through',
    'from',
    'until',
    'request',
    'grantedBy',
    'reason',
  ],
  read: async (db, organizationId, [index = '0', ...after] = []) => {
    const part = Number(index);
    const read = PARTS[part];
    if (!read) return { rows: [] };
    const { rows, next } = await readPart(db, read, organizationId, after);
    if (next) return { rows, next: [index, ...next] };
    return part + 1 < PARTS.length ? { rows, next: [String(part + 1)] } : { rows };
  },
};
