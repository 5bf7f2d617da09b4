import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { currentRoleId } from '../access/holder.ts';
import { BATCH, batchOf, instant, type Table } from './table.ts';

interface Found extends Record<string, unknown> {
  email: string;
  externalId: string | null;
  state: string;
  role: string | null;
  roleUntil: string | null;
  ssoRequired: boolean;
  joinedAt: string;
}

export const membersTable: Table = {
  permission: 'members:read',
  name: 'export members',
  columns: ['email', 'externalId', 'state', 'role', 'roleUntil', 'ssoRequired', 'joinedAt'],
  read: async (db, organizationId, after) => {
    const found = rowsOf<Found>(
      await db.execute(sql`
        select m.email, m.external_id as "externalId", p.state, r.name as role,
          case when p.role_until > clock_timestamp() then p.role_until end as "roleUntil",
          m.sso_required as "ssoRequired", m.joined_at as "joinedAt"
        from members m
        join principals p on p.organization_id = m.organization_id and p.id = m.user_id and p.state <> 'removed'
        left join roles r on r.organization_id = p.organization_id and r.id = ${currentRoleId}
        where m.organization_id = ${organizationId} and m.email > ${after?.[0] ?? ''}
        order by m.email limit ${BATCH + 1}`),
    );
    return batchOf(
      found,
      (row) => ({ ...row, roleUntil: instant(row.roleUntil), joinedAt: instant(row.joinedAt) }),
      (row) => [row.email],
    );
  },
};
