import { and, asc, eq, gt } from 'drizzle-orm';
import { findings } from '../../db/schema/index.ts';
import { settledBy } from '../drift/list.ts';
import { severities } from '../drift/rule.ts';
import { ruleNamed } from '../drift/rules/index.ts';
import { BATCH, batchOf, instant, type Table } from './table.ts';

const inFull = { words: { project: 'project', projects: 'projects' }, email: (address: string) => address };

/** Every finding there has been, in the order of their numbers. */
export const driftTable: Table = {
  permission: 'drift:read',
  name: 'export drift',
  columns: [
    'finding',
    'rule',
    'severity',
    'state',
    'says',
    'firstSeen',
    'resolvedAt',
    'snoozedUntil',
    'reason',
    'by',
    'facts',
  ],
  read: async (db, organizationId, after) => {
    const found = await db
      .select({ row: findings, by: settledBy })
      .from(findings)
      .where(and(eq(findings.organizationId, organizationId), gt(findings.number, Number(after?.[0] ?? 0))))
      .orderBy(asc(findings.number))
      .limit(BATCH + 1);
    return batchOf(
      found,
      ({ row, by }) => ({
        finding: `DRF-${row.number}`,
        rule: row.rule,
        severity: severities[row.severity - 1] ?? null,
        state: row.state,
        says: ruleNamed(row.rule)?.says(row.facts, inFull) ?? '',
        firstSeen: instant(row.firstSeen),
        resolvedAt: instant(row.resolvedAt),
        snoozedUntil: instant(row.snoozedUntil),
        reason: row.reason,
        by,
        facts: row.facts,
      }),
      ({ row }) => [String(row.number)],
    );
  },
};
