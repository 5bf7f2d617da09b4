import { and, eq } from 'drizzle-orm';
import { connections } from '../../db/schema/index.ts';
import { change, look, need, type Standing } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import type { Organization } from '../organization/organization.ts';
import { putSetting } from '../organization/set-setting.ts';
import { loadSettings } from '../organization/settings.ts';
import { parseCron, parseTimezone, slotsAfter } from '../schedule/cron.ts';
import { scheduleOf } from '../schedule/follow.ts';

export interface DriftSchedule {
  channel: string | undefined;
  cron: string | null;
  timezone: string;
  /** The next reports; none where there is no schedule. */
  next: Date[];
}

const SHOWN = 3;

const standing = async (s: Standing, workspaceId: string): Promise<DriftSchedule> => {
  const settings = await loadSettings(s.db, s.organization.id);
  const [connection] = await s.db
    .select({ channels: connections.channels })
    .from(connections)
    .where(and(eq(connections.organizationId, s.organization.id), eq(connections.workspaceId, workspaceId)));
  const when = scheduleOf(settings, 'drift-report');
  return {
    channel: connection?.channels['drift-channel'],
    cron: settings['drift-cron'],
    timezone: settings['drift-timezone'] ?? 'UTC',
    next: when ? slotsAfter(when, s.now, SHOWN) : [],
  };
};

export const showSchedule = async (
  ctx: Context,
  organization: Organization,
  workspaceId: string,
): Promise<DriftSchedule> =>
  look(ctx, organization, async (s) => {
    need(s, 'drift:read', 'see when reports are made');
    return standing(s, workspaceId);
  });

/**
 * Sets what is given of channel, schedule and time zone in one go, each as its setting; `none` for a schedule switches
 * it off.
 * @throws DomainError `invalid`, which says what to type; nothing is set then
 */
export const setSchedule = async (
  ctx: Context,
  input: {
    organizationId: string;
    workspaceId: string;
    channel?: string | undefined;
    cron?: string | undefined;
    timezone?: string | undefined;
  },
): Promise<DriftSchedule> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'settings:write', 'say when reports are made');
    const { workspaceId, channel, cron, timezone } = input;
    const off = cron?.trim().toLowerCase() === 'none';
    if (cron !== undefined && !off) parseCron(cron);
    if (timezone !== undefined && timezone.trim().toLowerCase() !== 'none') parseTimezone(timezone);
    if (cron === undefined && timezone !== undefined) await needSchedule(c);
    if (channel !== undefined) await putSetting(c, { key: 'drift-channel', value: channel, workspaceId });
    if (cron !== undefined) await putSetting(c, { key: 'drift-cron', value: cron, workspaceId });
    if (timezone !== undefined) await putSetting(c, { key: 'drift-timezone', value: timezone, workspaceId });
    return standing(c, workspaceId);
  });

const needSchedule = async (s: Standing): Promise<void> => {
  if ((await loadSettings(s.db, s.organization.id))['drift-cron'] !== null) return;
  throw new DomainError('invalid', 'Not set: a time zone alone makes no schedule.', {
    todo: 'Say when too: `cron:"0 9 * * 1"` is Mondays at 09:00.',
    field: 'cron',
  });
};
