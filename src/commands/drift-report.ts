import { makeReport } from '../core/drift-report/make.ts';
import { setSchedule, showSchedule } from '../core/drift-report/schedule.ts';
import { parseCron, parseTimezone } from '../core/schedule/cron.ts';
import { reportedCard } from '../views/drift-report.ts';
import { scheduledCard, scheduleForm } from '../views/drift-schedule.ts';
import { optional } from './argument.ts';
import { channel as aChannel, typed } from './channel.ts';
import { inOrganization } from './command.ts';

const OFF = 'none';

const orOff =
  (parse: (text: string, field?: string) => string) =>
  (text: string): string =>
    text.trim().toLowerCase() === OFF ? OFF : parse(text);

export const driftReportCommands = [
  inOrganization({
    root: 'org',
    name: 'drift report',
    summary: 'Post what has drifted',
    details:
      'Checks everything now and posts a report with its trend: in the channel you name, else in the drift channels, else to you alone. Where nothing has changed the last report gets a new date instead.',
    example: '/org drift report',
    may: 'Whoever holds drift:read for themselves, and drift:write to post in a channel: administrators.',
    permission: 'drift:read',
    args: { channel: optional(aChannel()) },
    run: async (ctx, args) => {
      const channel = args.channel && { workspaceId: ctx.workspace.id, id: args.channel };
      const reported = await makeReport(ctx, ctx.organization, channel ? { channel } : {});
      if (!reported) throw new Error('Only a slot can have had its report already');
      return reportedCard(reported);
    },
  }),
  inOrganization({
    root: 'org',
    name: 'drift schedule',
    summary: 'Schedule drift reports',
    details:
      'Says where and when drift reports are made by themselves: a channel, five cron fields in quotes, a time zone. `cron:none` switches them off; without anything it shows a form.',
    example: '/org drift schedule #sec-reports "0 9 * * 1" Europe/Berlin',
    may: 'Whoever holds settings:write: administrators.',
    permission: 'settings:write',
    args: {
      channel: optional(aChannel(true)),
      cron: optional(typed('When', orOff(parseCron), { short: '0 9 * * 1', placeholder: '0 9 * * 1' })),
      timezone: optional(
        typed('Time zone', orOff(parseTimezone), { short: 'Europe/Berlin', placeholder: 'Europe/Berlin' }),
      ),
    },
    run: async (ctx, { channel, cron, timezone }) => {
      const { organization, workspace } = ctx;
      const off = channel === OFF && cron === undefined && timezone === undefined;
      if (channel === undefined && cron === undefined && timezone === undefined) {
        return scheduleForm(await showSchedule(ctx, organization, workspace.id));
      }
      return scheduledCard(
        await setSchedule(ctx, {
          organizationId: organization.id,
          workspaceId: workspace.id,
          ...(off ? { cron: OFF } : { channel, cron, timezone }),
        }),
      );
    },
  }),
];
