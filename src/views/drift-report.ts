import type { Finding } from '../core/drift/list.ts';
import { severities, type Told } from '../core/drift/rule.ts';
import type { DrawnReport } from '../core/drift-report/draw.ts';
import type { Reported } from '../core/drift-report/make.ts';
import type { Block, Button, Card, Row, Text } from './card.ts';
import { countLine, findingButtons, findingLine, incompleteBlock, inFull, maskedEmail } from './drift.ts';
import { act, button, capital, count } from './parts.ts';
import { drawTrend, type Trend, trendInWords } from './picture/trend.ts';
import { card } from './plain.ts';

/** `k…@example.org`: whoever knows the person knows who is meant. */
const toldIn = ({ organization, masked: hidden }: DrawnReport): Told => ({
  ...inFull(organization.model.words),
  ...(hidden ? { email: maskedEmail } : {}),
});

const trendOf = ({ trend, timezone }: DrawnReport): Trend => ({
  severities: severities.map(capital),
  timezone,
  runs: trend.map(({ at, counts, unreadable }) => ({
    at,
    counts: severities.map((severity) => counts[severity]),
    incomplete: unreadable.length > 0,
  })),
});

const day = (at: Date, timeZone: string): string =>
  at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone });

const time = (at: Date, timeZone: string): string =>
  at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone });

const checked = ({ members, tokens }: DrawnReport['report']): string =>
  `${count(members, 'member')}, ${count(tokens, 'token')} checked`;

const took = (milliseconds: number): string =>
  milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`;

const sinceLine = ({ report, timezone }: DrawnReport): string => {
  const { since } = report;
  if (!since) return 'The first report. ';
  const before = day(since.at, timezone);
  const when = before === day(report.at, timezone) ? time(since.at, timezone) : before;
  return `${since.opened} new and ${since.resolved} resolved since ${when}. `;
};

const scheduleLine = ({ schedule, timezone }: DrawnReport): Text =>
  schedule
    ? [
        'Next ',
        { time: schedule.nextAt, style: 'time' },
        ' (',
        { code: schedule.cron },
        `, ${timezone}) · change with `,
        { code: '/org drift schedule' },
      ]
    : ['Made because somebody asked · ', { code: '/org drift schedule' }, ' makes one regularly'];

const STATES = { open: '', snoozed: ' · snoozed', accepted: ' · accepted', resolved: ' · resolved' } as const;

/** A posted button is pressed from anywhere, so it says which organization it means. */
const tiedTo =
  ({ id }: { id: string }) =>
  (pressed: Button): Button => ({
    ...pressed,
    action: { ...pressed.action, args: { ...pressed.action.args, org: id } },
  });

const rowsOf = (drawn: DrawnReport, findings: readonly Finding[]): Row[] => {
  const told = toldIn(drawn);
  return findings.map((finding) => ({
    text: `${findingLine(finding, told)}${STATES[finding.state]}`,
    buttons:
      drawn.superseded || finding.state === 'resolved'
        ? []
        : findingButtons(finding, told, { mayChange: true, show: true }).map(tiedTo(drawn.organization)),
  }));
};

/** What is open beyond the findings that stand in the report, and the whole as a file. */
const moreButtons = ({ report, findings, changed, organization }: DrawnReport): Block => {
  const sum = severities.reduce((total, severity) => total + report.counts[severity], 0);
  const more = sum - findings.length - changed.length;
  const org = { org: organization.id };
  return {
    kind: 'buttons',
    buttons: [
      button(more > 0 ? `${more} more` : 'All findings', act('org drift show', org)),
      button('Export CSV', act('org export', { what: 'drift', format: 'csv', ...org })),
    ],
  };
};

/** A report where it is posted: what stands in it stays, what its findings have become is drawn as it is now. */
export const driftReportCard = (drawn: DrawnReport): Card => {
  const { organization, report, timezone, checkedAt, superseded, instead } = drawn;
  const incomplete = report.unreadable.length > 0;
  const clean = !incomplete && severities.every((severity) => report.counts[severity] === 0);
  const date = day(checkedAt ?? report.at, timezone);
  const title = `Drift report · ${organization.name} · ${date}`;
  const why: Block[] = instead
    ? [{ kind: 'text', text: `This could not be posted in the drift channel. ${instead}` }]
    : [];
  if (clean) {
    const line = `${title}: no findings. ${checked(report)}.`;
    const one = card({ title: line, blocks: why, ...(instead ? {} : { text: line }) });
    return superseded ? { ...one, passed: true } : one;
  }
  const trend = trendOf(drawn);
  const shown = card({
    title: incomplete ? `${title}: incomplete` : title,
    tone: incomplete || report.counts.high > 0 ? 'warning' : undefined,
    blocks: [
      ...why,
      ...incompleteBlock(report),
      {
        kind: 'text',
        text: `${countLine(report.counts)}. ${sinceLine(drawn)}${checked(report)} in ${took(report.milliseconds)}.`,
      },
      ...(checkedAt
        ? [
            {
              kind: 'small',
              text: ['Nothing has changed since ', { time: report.at, style: 'time' }, '.'],
            } as const,
          ]
        : []),
      ...(drawn.findings.length > 0 ? [{ kind: 'rows', rows: rowsOf(drawn, drawn.findings) } as const] : []),
      ...(drawn.changed.length > 0
        ? [
            { kind: 'heading', text: 'Changed since the baseline' } as const,
            { kind: 'rows', rows: rowsOf(drawn, drawn.changed) } as const,
          ]
        : []),
      ...(superseded
        ? [{ kind: 'small', text: 'A newer report stands below.' } as const]
        : [moreButtons(drawn), { kind: 'small', text: scheduleLine(drawn) } as const]),
    ],
  });
  return {
    ...shown,
    ...(superseded ? { passed: true } : {}),
    text: `${shown.text} ${trendInWords(trend)}`,
    picture: {
      name: `drift-${organization.slug}-${report.at.toISOString().slice(0, 10)}.png`,
      mime: 'image/png',
      alt: trendInWords(trend),
      content: () => drawTrend(trend),
    },
  };
};

const listed = (channels: readonly string[]): Text =>
  channels.flatMap((channel, index) => [...(index > 0 ? [', '] : []), { channel }]);

/** The answer to whoever asked for a report. */
export const reportedCard = ({ report, posted, unchanged, toCaller }: Reported): Card => {
  const incomplete = report.unreadable.length > 0;
  const blocks: Block[] = [
    { kind: 'text', text: `${countLine(report.counts)}. ${checked(report)}.` },
    ...incompleteBlock(report),
  ];
  if (toCaller) {
    blocks.push({ kind: 'text', text: 'The report is in your direct messages with me.' });
  }
  if (posted.length > 0)
    blocks.push({ kind: 'text', text: ['On its way to ', ...[listed(posted)].flat(), '.'] });
  if (unchanged.length > 0) {
    blocks.push({
      kind: 'text',
      text: [
        'Nothing has changed since the last report in ',
        ...[listed(unchanged)].flat(),
        ': it has today’s date now, and nothing new was posted.',
      ],
    });
  }
  blocks.push({ kind: 'buttons', buttons: [button('Findings', act('org drift show'))] });
  return card({
    title: incomplete ? 'Drift report: incomplete' : 'Drift report made',
    tone: incomplete ? 'warning' : 'good',
    blocks,
  });
};
