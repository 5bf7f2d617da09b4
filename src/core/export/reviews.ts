import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { BATCH, batchOf, instant, type Table } from './table.ts';

interface Found extends Record<string, unknown> {
  review: number;
  startedAt: string;
  startedBy: string | null;
  endedAt: string | null;
  number: number;
  email: string;
  role: string;
  project: string | null;
  grantedAt: string | null;
  grantedBy: string | null;
  request: string | null;
  expiresAt: string | null;
  lastUsedAt: string | null;
  answer: string;
  answeredBy: string | null;
  answeredAt: string | null;
  restoredAt: string | null;
  restoredBy: string | null;
}

/** Every question of every access review with its evidence and its answer, the newest review first. */
export const reviewsTable: Table = {
  permission: 'members:read',
  name: 'export access reviews',
  columns: [
    'review',
    'email',
    'role',
    'project',
    'grantedAt',
    'grantedBy',
    'request',
    'expiresAt',
    'lastUsedAt',
    'answer',
    'answeredBy',
    'answeredAt',
    'restoredAt',
    'restoredBy',
    'startedAt',
    'startedBy',
    'endedAt',
  ],
  read: async (db, organizationId, after) => {
    const [review, number] = after ?? ['2147483647', '2147483647'];
    const found = rowsOf<Found>(
      await db.execute(sql`
        select v.number as review, i.number, i.email, i.role_name as role, i.project_name as project,
          i.granted_at as "grantedAt", i.granted_by as "grantedBy", i.request, i.expires_at as "expiresAt",
          i.last_used_at as "lastUsedAt", i.state as answer, i.decided_by_email as "answeredBy",
          i.decided_at as "answeredAt", i.restored_at as "restoredAt", i.restored_by_email as "restoredBy",
          v.created_at as "startedAt", s.email as "startedBy", v.ended_at as "endedAt"
        from reviews v join review_items i on i.organization_id = v.organization_id and i.review_id = v.id
        left join members s on s.organization_id = v.organization_id and s.user_id = v.started_by
        where v.organization_id = ${organizationId}
          and (v.number < ${Number(review)} or (v.number = ${Number(review)} and i.number > ${Number(number)}))
        order by v.number desc, i.number limit ${BATCH + 1}`),
    );
    return batchOf(
      found,
      ({ number: item, ...row }) => ({
        ...row,
        review: `REV-${row.review}.${item}`,
        grantedAt: instant(row.grantedAt),
        expiresAt: instant(row.expiresAt),
        lastUsedAt: instant(row.lastUsedAt),
        answeredAt: instant(row.answeredAt),
        restoredAt: instant(row.restoredAt),
        startedAt: instant(row.startedAt),
        startedBy: row.startedBy ?? 'the schedule',
        endedAt: instant(row.endedAt),
      }),
      (row) => [String(row.review), String(row.number)],
    );
  },
};
