import { and, eq, sql } from 'drizzle-orm';
import { schedules } from '../../db/schema/index.ts';
import type { Change } from '../change.ts';
import { loadSettings } from '../organization/settings.ts';
import { type Cron, slotAfter } from './cron.ts';

/** What happens by itself, and the setting that says when. */
export const scheduled = { 'drift-report': 'drift-cron', review: 'review-cron' } as const;

export type Scheduled = keyof typeof scheduled;

const KINDS = Object.keys(scheduled) as Scheduled[];

export const isScheduling = (key: string): boolean =>
  key === 'drift-timezone' || Object.values<string>(scheduled).includes(key);

/** The schedule that an organization's settings ask for. */
export const scheduleOf = (
  settings: Awaited<ReturnType<typeof loadSettings>>,
  kind: Scheduled,
): Cron | undefined => {
  const cron = settings[scheduled[kind]];
  return cron === null ? undefined : { cron, timezone: settings['drift-timezone'] ?? 'UTC' };
};

/** Brings the schedules to what the settings ask for now: one that is new begins with its first slot from now on. */
export const followSettings = async (c: Change): Promise<void> => {
  const settings = await loadSettings(c.db, c.organization.id);
  for (const kind of KINDS) {
    const wanted = scheduleOf(settings, kind);
    const mine = and(eq(schedules.organizationId, c.organization.id), eq(schedules.kind, kind));
    if (!wanted) {
      await c.db.delete(schedules).where(mine);
      continue;
    }
    const next = { ...wanted, nextAt: slotAfter(wanted, c.now) };
    await c.db
      .insert(schedules)
      .values({ organizationId: c.organization.id, kind, ...next })
      .onConflictDoUpdate({
        target: [schedules.organizationId, schedules.kind],
        set: next,
        setWhere: sql`(${schedules.cron}, ${schedules.timezone}) <> (${wanted.cron}, ${wanted.timezone})`,
      });
  }
};
