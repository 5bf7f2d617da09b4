import type { DriftSchedule } from '../core/drift-report/schedule.ts';
import type { Card, Inline, Text } from './card.ts';
import type { Form } from './form.ts';
import { act, button } from './parts.ts';
import { card } from './plain.ts';

/** The next reports as the zone of the schedule has them, and as each reader does. */
const nextLines = ({ next, timezone }: DriftSchedule): Text[] =>
  next.map((slot): Inline[] => [
    slot.toLocaleString('en-GB', {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      timeZone: timezone,
    }),
    ` in ${timezone} (`,
    { time: slot, style: 'time' },
    ' for you)',
  ]);

const WHERE = 'to its administrators directly';

export const scheduledCard = (schedule: DriftSchedule): Card => {
  const { channel, cron } = schedule;
  const where: Inline[] = channel ? ['in ', { channel }] : [WHERE];
  return cron === null
    ? card({
        title: 'No drift report is made by itself',
        tone: 'good',
        blocks: [
          {
            kind: 'text',
            text: ['Make one with ', { code: '/org drift report' }, ': it is posted ', ...where, '.'],
          },
          {
            kind: 'buttons',
            buttons: [button('Set a schedule', act('org drift schedule'))],
          },
        ],
      })
    : card({
        title: 'Drift reports are scheduled',
        tone: 'good',
        blocks: [
          { kind: 'text', text: ['They come ', ...where, ' (', { code: cron }, '). The next ones:'] },
          { kind: 'list', items: nextLines(schedule) },
          {
            kind: 'buttons',
            buttons: [
              button('Change', act('org drift schedule')),
              button('Report now', act('org drift report')),
              button('Switch off', act('org drift schedule', { cron: 'none' })),
            ],
          },
        ],
      });
};

/** The schedule as it stands, to be changed. */
export const scheduleForm = ({ channel, cron, timezone, next }: DriftSchedule): Form => {
  const [first] = next;
  return {
    kind: 'form',
    title: 'Schedule drift reports',
    submit: 'Save',
    action: act('org drift schedule'),
    intro: first
      ? ['The next report comes ', { time: first, style: 'time' }, '.']
      : 'No report is made by itself yet.',
    ...(cron === null
      ? {}
      : { buttons: [button('Switch off', act('org drift schedule', { cron: 'none', timezone: '' }))] }),
    fields: [
      {
        name: 'channel',
        label: 'Channel',
        hint: 'Without one the report goes to the administrators directly',
        required: false,
        input: { kind: 'channel' },
        ...(channel ? { value: `<#${channel}>` } : {}),
      },
      {
        name: 'cron',
        label: 'When',
        hint: 'Minute, hour, day, month, weekday: 0 9 * * 1 is Mondays at 09:00; none switches it off',
        required: true,
        input: { kind: 'text', placeholder: '0 9 * * 1', max: 100 },
        value: cron ?? '0 9 * * 1',
      },
      {
        name: 'timezone',
        label: 'Time zone',
        hint: 'Such as Europe/Berlin',
        required: true,
        input: { kind: 'text', placeholder: 'Europe/Berlin', max: 60 },
        value: timezone,
      },
    ],
  };
};
