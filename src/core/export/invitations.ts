import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { BATCH, batchOf, instant, type Table } from './table.ts';

interface Found extends Record<string, unknown> {
  email: string;
  id: string;
  state: string;
  role: string | null;
  projects: string[];
  ssoRequired: boolean;
  invitedBy: string | null;
  sentAt: string;
  expiresAt: string;
  settledAt: string | null;
}

/** Every invitation there has been, without its secret. */
export const invitationsTable: Table = {
  permission: 'invitations:write',
  name: 'export invitations',
  columns: [
    'email',
    'state',
    'role',
    'projects',
    'ssoRequired',
    'invitedBy',
    'sentAt',
    'expiresAt',
    'settledAt',
  ],
  read: async (db, organizationId, after) => {
    const [email, id] = after ?? ['', '00000000-0000-0000-0000-000000000000'];
    const found = rowsOf<Found>(
      await db.execute(sql`
        select i.email, i.id, i.state, r.name as role,
          (select coalesce(json_agg(pr.name || ':' || pj.name order by pr.name, pj.name), '[]'::json)
            from invitation_projects ip
            join projects pr on pr.organization_id = ip.organization_id and pr.id = ip.project_id
            join roles pj on pj.organization_id = ip.organization_id and pj.id = ip.role_id
            where ip.organization_id = i.organization_id and ip.invitation_id = i.id) as projects,
          i.sso_required as "ssoRequired", b.email as "invitedBy", i.sent_at as "sentAt",
          i.expires_at as "expiresAt", i.settled_at as "settledAt"
        from invitations i
        left join roles r on r.organization_id = i.organization_id and r.id = i.role_id
        left join members b on b.organization_id = i.organization_id and b.user_id = i.inviter_id
        where i.organization_id = ${organizationId} and (i.email, i.id) > (${email}, ${id}::uuid)
        order by i.email, i.id limit ${BATCH + 1}`),
    );
    return batchOf(
      found,
      ({ id: _, ...row }) => ({
        ...row,
        sentAt: instant(row.sentAt),
        expiresAt: instant(row.expiresAt),
        settledAt: instant(row.settledAt),
      }),
      (row) => [row.email, row.id],
    );
  },
};
