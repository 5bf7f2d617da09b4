import { and, asc, eq, gt } from 'drizzle-orm';
import { audit } from '../../db/schema/index.ts';
import { BATCH, batchOf, type Table } from './table.ts';

/** The organization's chain, oldest first. */
export const auditTable: Table = {
  permission: 'audit:read',
  name: 'export the audit',
  columns: ['sequence', 'at', 'actor', 'via', 'action', 'target', 'reason', 'facts', 'hash'],
  read: async (db, organizationId, after) => {
    const found = await db
      .select()
      .from(audit)
      .where(and(eq(audit.organizationId, organizationId), gt(audit.sequence, Number(after?.[0] ?? 0))))
      .orderBy(asc(audit.sequence))
      .limit(BATCH + 1);
    return batchOf(
      found,
      (row) => {
        const event = JSON.parse(row.event) as {
          via: string;
          reason?: string;
          facts?: Record<string, unknown>;
        };
        return {
          sequence: row.sequence,
          at: row.at.toISOString(),
          actor: row.actor,
          via: event.via,
          action: row.action,
          target: row.target,
          reason: event.reason ?? null,
          facts: event.facts ?? null,
          hash: row.hash,
        };
      },
      (row) => [String(row.sequence)],
    );
  },
};
