import { and, desc, eq, lte, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Db, rowsOf } from '../../db/client.ts';
import { driftReports } from '../../db/schema/index.ts';
import type { Severity } from '../drift/rule.ts';

const counts = z.object({ high: z.number(), medium: z.number(), low: z.number() }) satisfies z.ZodType<
  Record<Severity, number>
>;

/** What a report says of its moment, kept so that it can be drawn again as it was. */
export const reportFacts = z.object({
  at: z.coerce.date(),
  milliseconds: z.number(),
  members: z.number(),
  tokens: z.number(),
  unreadable: z.array(z.string()),
  counts,
  /** The numbers of the gravest findings. */
  top: z.array(z.number()),
  /** The same of access that is not what the baseline says, which stands for itself. */
  changed: z.array(z.number()).default([]),
  /** What is different from the report before, where there was one. */
  since: z.object({ at: z.coerce.date(), opened: z.number(), resolved: z.number() }).nullish(),
});

export type ReportFacts = z.output<typeof reportFacts>;

export interface Report extends ReportFacts {
  id: string;
  fingerprint: string;
  createdAt: Date;
}

const reportOf = (row: typeof driftReports.$inferSelect): Report => ({
  ...reportFacts.parse(row.facts),
  id: row.id,
  fingerprint: row.fingerprint,
  createdAt: row.createdAt,
});

/** The last reports up to one of them, the newest first. */
export const reportsUpTo = async (
  db: Db,
  organizationId: string,
  most: number,
  reportId?: string,
): Promise<Report[]> =>
  (
    await db
      .select()
      .from(driftReports)
      .where(
        and(
          eq(driftReports.organizationId, organizationId),
          reportId === undefined ? undefined : lte(driftReports.id, reportId),
        ),
      )
      .orderBy(desc(driftReports.id))
      .limit(most)
  ).map(reportOf);

/** Equal for as long as the same things are open, and the same things could be read. */
export const fingerprintOf = async (
  db: Db,
  organizationId: string,
  unreadable: readonly string[],
): Promise<string> => {
  const [row] = rowsOf<{ fingerprint: string }>(
    await db.execute(sql`
      select encode(sha256(convert_to(
        ${[...unreadable].sort().join(' ')}::text || ':' || coalesce(string_agg(
          number::text || '/' || severity::text, ',' order by number), ''), 'UTF8')), 'hex') as fingerprint
      from findings where organization_id = ${organizationId} and state = 'open'`),
  );
  return row?.fingerprint ?? '';
};

export const NOTICE = 'drift-report';

/** How many reports the picture goes back. */
export const TREND = 8;
