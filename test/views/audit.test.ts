import { expect, test } from 'vitest';
import { auditListCard } from '../../src/views/audit.ts';

const at = new Date('2026-11-25T10:00:00Z');
const event = (facts: Record<string, unknown>, target = 'REQ-7') => ({
  sequence: 1,
  at,
  actor: 'ada@example.com',
  action: 'request.opened',
  target,
  reason: '',
  facts,
});
const detailOf = (facts: Record<string, unknown>, target?: string) => {
  const card = auditListCard(
    { items: [event(facts, target)], next: undefined },
    { command: 'org audit list', args: {} },
  );
  const [rows] = card.blocks;
  return rows?.kind === 'rows' ? rows.rows[0]?.detail : undefined;
};

test('times stand as times of who reads them, spans as people say them, and channels as mentions', () => {
  expect(detailOf({ until: '2026-11-26T10:00:00.000Z' })).toContainEqual({
    time: new Date('2026-11-26T10:00:00Z'),
    style: 'time',
  });
  expect(detailOf({ seconds: 28_800 })).toContain(' · for 8 hours');
  expect(detailOf({ before: 28_800, after: 7200 })).toEqual(
    expect.arrayContaining([' · before 8 hours', ' · after 2 hours']),
  );
  expect(detailOf({ before: 'not set', after: 'C0123ABCD' }, 'drift-channel')).toContainEqual({
    channel: 'C0123ABCD',
  });
});

test('what is not so is left out, and what is so stands by its name alone', () => {
  expect(detailOf({ operators: true, late: false })).toEqual(expect.arrayContaining([' · operators']));
  expect(JSON.stringify(detailOf({ late: false }))).not.toContain('late');
});
