import { sql } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { deleteInTurns, deleteOld, olderThan } from '../delete-old.ts';
import { TREND } from '../drift-report/report.ts';

/** More than a year, so that a look back at the same month of last year finds it. */
export const KEPT_DAYS = 400;

/**
 * Forgets what was over long ago: findings that have stayed resolved, with what was asked about them, runs, and reports
 * but for those that the picture of the next one shows. What is open, put off or accepted stays, and so does the audit
 * of all of it. A case that comes back after that has a new number.
 */
export const tidyDrift = async ({ db }: Context): Promise<number> => {
  const findings = await deleteInTurns(
    db,
    (atOnce) => sql`
      with old as (
        select organization_id, number from findings
        where state = 'resolved' and ${olderThan(sql`resolved_at`, KEPT_DAYS)}
        order by resolved_at limit ${atOnce} for update skip locked),
      asked as (
        delete from finding_questions q using old
        where q.organization_id = old.organization_id and q.finding = old.number),
      gone as (
        delete from findings f using old
        where f.organization_id = old.organization_id and f.number = old.number returning 1)
      select count(*)::int as gone from gone`,
  );
  const runs = await deleteOld(db, sql`drift_runs`, olderThan(sql`at`, KEPT_DAYS));
  const reports = await deleteOld(
    db,
    sql`drift_reports`,
    sql`${olderThan(sql`created_at`, KEPT_DAYS)} and exists (
      select from drift_reports newer where newer.organization_id = drift_reports.organization_id
        and newer.id > drift_reports.id offset ${TREND - 1})`,
  );
  return findings + runs + reports;
};
