import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { BATCH, batchOf, instant, type Table } from './table.ts';

interface Found extends Record<string, unknown> {
  name: string;
  id: string;
  kind: string;
  state: string;
  actsAs: string | null;
  associated: string | null;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}

/** Every token there has been, by name and without anything of its secret. */
export const tokensTable: Table = {
  permission: 'tokens:read',
  name: 'export tokens',
  columns: ['name', 'id', 'kind', 'state', 'actsAs', 'associated', 'createdAt', 'expiresAt', 'lastUsedAt'],
  read: async (db, organizationId, after) => {
    const [name, id] = after ?? ['', '00000000-0000-0000-0000-000000000000'];
    const found = rowsOf<Found>(
      await db.execute(sql`
        select t.name, t.id, t.kind, t.state, coalesce(m.email, sa.name, t.name) as "actsAs",
          a.email as associated, t.created_at as "createdAt", t.expires_at as "expiresAt",
          t.last_used_at as "lastUsedAt"
        from tokens t
        left join members m on m.organization_id = t.organization_id and m.user_id = t.principal_id
        left join service_accounts sa on sa.organization_id = t.organization_id and sa.id = t.principal_id
        left join members a on a.organization_id = t.organization_id and a.user_id = t.associated_id
        where t.organization_id = ${organizationId} and (t.name, t.id) > (${name}, ${id}::uuid)
        order by t.name, t.id limit ${BATCH + 1}`),
    );
    return batchOf(
      found,
      (row) => ({
        ...row,
        createdAt: instant(row.createdAt),
        expiresAt: instant(row.expiresAt),
        lastUsedAt: instant(row.lastUsedAt),
      }),
      (row) => [row.name, row.id],
    );
  },
};
