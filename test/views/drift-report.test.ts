import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/core/drift/list.ts';
import { ruleNamed } from '../../src/core/drift/rules/index.ts';
import type { DrawnReport } from '../../src/core/drift-report/draw.ts';
import { renderMessage } from '../../src/platforms/slack/render.ts';
import { driftReportCard } from '../../src/views/drift-report.ts';
import { acme, at, buttonsOf, HOSTILE } from './shown.ts';

const rule = ruleNamed('single-admin');
if (!rule) throw new Error('There is no such rule');

const finding = (number: number, over: Partial<Finding> = {}): Finding => ({
  name: `DRF-${number}`,
  rule,
  severity: 'medium',
  subject: 's',
  facts: { admin: 'kai@example.org', role: 'admin' },
  state: 'open',
  firstSeen: at(8),
  resolvedAt: null,
  snoozedUntil: null,
  reason: null,
  settledBy: null,
  ...over,
});

const drawn = (over: Partial<DrawnReport> = {}, facts: Partial<DrawnReport['report']> = {}): DrawnReport => {
  const report = {
    id: '01900000-0000-7000-8000-000000000009',
    fingerprint: 'f',
    createdAt: at(8),
    at: at(8),
    milliseconds: 1240,
    members: 128,
    tokens: 41,
    unreadable: [],
    counts: { high: 0, medium: 2, low: 7 },
    top: [1, 2],
    changed: [],
    since: { at: new Date(Date.UTC(2026, 10, 13, 8)), opened: 1, resolved: 2 },
    ...facts,
  };
  return {
    organization: acme,
    report,
    findings: [finding(1), finding(2, { state: 'resolved', resolvedAt: at(9) })],
    changed: [],
    trend: [report],
    timezone: 'Europe/Berlin',
    schedule: { cron: '0 9 * * FRI', nextAt: new Date(Date.UTC(2026, 10, 27, 8)) },
    checkedAt: undefined,
    superseded: false,
    masked: true,
    instead: undefined,
    ...over,
  };
};

const cases: Readonly<Record<string, DrawnReport>> = {
  'with findings': drawn(),
  'nothing found': drawn({ findings: [] }, { counts: { high: 0, medium: 0, low: 0 }, top: [] }),
  incomplete: drawn({}, { unreadable: ['token-unused'] }),
  'nothing found, and something unreadable': drawn(
    { findings: [] },
    { counts: { high: 0, medium: 0, low: 0 }, top: [], unreadable: ['token-unused'] },
  ),
  'checked again, nothing new': drawn({ checkedAt: new Date(Date.UTC(2026, 10, 27, 8)) }),
  superseded: drawn({ superseded: true }),
  'with changes since the baseline': drawn({ changed: [finding(3)] }),
  'refused by its channel': drawn({ instead: 'I can’t post in that channel.', masked: false }),
  'asked for, the first one': drawn({ schedule: undefined }, { since: null }),
};

describe('the drift report', () => {
  test.each(Object.entries(cases))('%s', (_, report) => {
    const { picture, ...card } = driftReportCard(report);
    expect({ ...card, picture: picture?.alt }).toMatchSnapshot();
    expect(renderMessage(card, 'T1').blocks.length).toBeLessThanOrEqual(50);
  });

  test('with nothing found is one line, and without a picture', () => {
    const card = driftReportCard(cases['nothing found'] ?? drawn());
    expect(card.blocks).toEqual([]);
    expect(card.picture).toBeUndefined();
    expect(card.title).toBe('Drift report · Acme · 20 Nov: no findings. 128 members, 41 tokens checked.');
  });

  test('that could not read something is never a clean one', () => {
    const card = driftReportCard(cases['nothing found, and something unreadable'] ?? drawn());
    expect(card.title).toContain('incomplete');
    expect(card.text).toContain('This is not a clean report');
    expect(card.text).not.toContain('no findings.');
  });

  test('masks addresses in a channel, and nowhere else', () => {
    expect(JSON.stringify(driftReportCard(drawn()))).not.toContain('kai@');
    expect(driftReportCard(drawn()).text).toContain('k…@example.org');
    expect(driftReportCard(drawn({ masked: false })).text).toContain('kai@example.org');
  });

  test('says on each button which finding and about whom, and means its own organization', () => {
    const buttons = buttonsOf(driftReportCard(drawn()));
    const ofFindings = buttons.filter(({ action }) => action.args.finding);
    expect(ofFindings.map(({ label }) => label)).toEqual(['Fix', 'Snooze', 'Why']);
    expect(ofFindings.every(({ says }) => says?.includes('DRF-1') && says.includes('k…@example.org'))).toBe(
      true,
    );
    for (const { action } of buttons) expect(action.args.org).toBe(acme.id);
  });

  test('of hostile names stays a report', () => {
    const hostile = drawn({
      organization: { ...acme, name: HOSTILE },
      findings: [finding(1, { facts: { admin: HOSTILE, role: 'admin' } })],
    });
    const { text, blocks } = renderMessage(driftReportCard(hostile), 'T1', 1, 'F1');
    expect(text).not.toContain('<!channel>');
    expect(JSON.stringify(blocks)).not.toMatch(/"mrkdwn","text":"<[!@](?!date)/);
  });
});
