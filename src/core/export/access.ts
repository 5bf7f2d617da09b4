import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { currentRoleId } from '../access/holder.ts';
import { BATCH, batchOf, instant, type Table } from './table.ts';

interface Found extends Record<string, unknown> {
  kind: string;
  holder: string;
  id: string;
  state: string;
  project: string;
  role: string;
  through: string;
  from: string | null;
  until: string | null;
  request: string | null;
  grantedBy: string | null;
  reason: string | null;
}

/**
 * Who holds which role where: organization roles (no project), grants that have not ended, and each project's default
 * role as one row that every active member shares. `state` says whether the holder is switched off: they then have
 * nothing of it.
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
  read: async (db, organizationId, after) => {
    const [kind, holder, id, project, role] = after ?? [
      '',
      '',
      '00000000-0000-0000-0000-000000000000',
      '',
      '',
    ];
    const found = rowsOf<Found>(
      await db.execute(sql`
        with holders as (
          select p.id, p.kind, p.state, p.role_id, p.role_until, p.role_after_id,
            coalesce(m.email, s.name, t.name, '') collate "C" as name
          from principals p
          left join members m on m.organization_id = p.organization_id and m.user_id = p.id
          left join service_accounts s on s.organization_id = p.organization_id and s.id = p.id
          left join lateral (select min(name) as name from tokens where organization_id = p.organization_id
            and principal_id = p.id and p.kind = 'token') t on true
          where p.organization_id = ${organizationId} and p.state <> 'removed'
        ), held as (
          select p.kind, p.name as holder, p.id, p.state, '' as project, r.name as role,
            'organization-role' as through, null::timestamptz as "from",
            case when p.role_until > clock_timestamp() then p.role_until end as until,
            null::integer as request, null::uuid as granted_by, null as reason
          from holders p join roles r on r.organization_id = ${organizationId} and r.id = ${currentRoleId}
          union all
          select p.kind, p.name, p.id, p.state, pr.name, r.name, 'grant', g.starts_at, g.expires_at, q.number,
            g.granted_by, g.reason
          from grants g
          join holders p on p.id = g.principal_id
          join projects pr on pr.organization_id = g.organization_id and pr.id = g.project_id
          join roles r on r.organization_id = g.organization_id and r.id = g.role_id
          left join requests q on q.organization_id = g.organization_id and q.id = g.request_id
          where g.organization_id = ${organizationId}
            and (g.expires_at is null or g.expires_at > clock_timestamp())
          union all
          select 'everyone', '', ${'00000000-0000-0000-0000-000000000000'}::uuid, 'active', pr.name, r.name, 'default-role', null, null, null,
            null, null
          from projects pr join roles r on r.organization_id = pr.organization_id and r.id = pr.default_role_id
          where pr.organization_id = ${organizationId}
        )
        select h.kind, h.holder, h.id, h.state, h.project, h.role, h.through, h."from", h.until,
          'REQ-' || h.request as request, b.email as "grantedBy", h.reason
        from held h left join users b on b.id = h.granted_by
        where (h.kind collate "C", h.holder collate "C", h.id, h.project collate "C", h.role collate "C")
          > (${kind}, ${holder}, ${id}::uuid, ${project}, ${role})
        order by h.kind collate "C", h.holder collate "C", h.id, h.project collate "C", h.role collate "C"
        limit ${BATCH + 1}`),
    );
    return batchOf(
      found,
      ({ id: _, ...row }) => ({
        ...row,
        project: row.project === '' ? null : row.project,
        from: instant(row.from),
        until: instant(row.until),
      }),
      (row) => [row.kind, row.holder, row.id, row.project, row.role],
    );
  },
};
