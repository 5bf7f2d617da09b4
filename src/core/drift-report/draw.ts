import { and, eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { schedules } from '../../db/schema/index.ts';
import type { Outgoing } from '../delivery/find.ts';
import { type Finding, findingsNumbered } from '../drift/list.ts';
import type { Organization } from '../organization/organization.ts';
import { loadSettings } from '../organization/settings.ts';
import { lastIn } from './post.ts';
import { type Report, reportsUpTo, TREND } from './report.ts';

export interface DrawnReport {
  organization: Organization;
  report: Report;
  /** The gravest findings of the report, as they stand now. */
  findings: readonly Finding[];
  /** Whose access changed since the baseline, as it stands now. */
  changed: readonly Finding[];
  /** This report and those before it, the oldest first. */
  trend: readonly Report[];
  timezone: string;
  schedule: { cron: string; nextAt: Date } | undefined;
  /** When the same was found again, after it had been posted. */
  checkedAt: Date | undefined;
  /** A newer report stands in the same place. */
  superseded: boolean;
  masked: boolean;
  /** Why it is not in the channel that it was made for. */
  instead: string | undefined;
}

/** A report as its message shows it at this moment. */
export const drawnReport = async (
  db: Db,
  organization: Organization,
  message: Outgoing,
  data: { reportId: string; checkedAt?: Date | undefined; instead?: string | undefined },
): Promise<DrawnReport | undefined> => {
  const reports = await reportsUpTo(db, organization.id, TREND, data.reportId);
  const [report] = reports;
  if (report?.id !== data.reportId) return undefined;
  const settings = await loadSettings(db, organization.id);
  const [schedule] = await db
    .select()
    .from(schedules)
    .where(and(eq(schedules.organizationId, organization.id), eq(schedules.kind, 'drift-report')));
  const { platform, workspaceId, recipient: id } = message;
  const last = await lastIn(
    { db, organization },
    { platform, workspaceId, recipient: { kind: 'channel', id } },
  );
  const named = async (numbers: readonly number[]): Promise<Finding[]> =>
    numbers.length > 0 ? findingsNumbered({ db, organization }, numbers) : [];
  return {
    organization,
    report,
    findings: await named(report.top),
    changed: await named(report.changed),
    trend: reports.toReversed(),
    timezone: settings['drift-timezone'] ?? 'UTC',
    schedule,
    checkedAt: data.checkedAt,
    superseded: last !== undefined && last.id !== message.id,
    masked: message.recipientKind === 'channel' && settings['drift-emails'] === 'masked',
    instead: data.instead,
  };
};
