import { describe, expect, test } from 'vitest';
import type { Block } from '../../src/views/card.ts';
import { card, inUtc, plainText, shorten } from '../../src/views/plain.ts';

const when = new Date('2026-11-27T08:00:00Z');

describe('a card is heard completely by those who do not see it', () => {
  test('every kind of block but buttons and lines is in the text', () => {
    const blocks: Block[] = [
      { kind: 'text', text: ['Hello ', { bold: 'bold' }, ' ', { code: 'a:b' }] },
      { kind: 'fields', fields: [['Who', { person: { email: 'sam@example.com' } }]] },
      { kind: 'quote', label: 'Reason', text: 'one\ntwo' },
      { kind: 'list', items: ['first', { channel: 'C1' }] },
      { kind: 'rows', rows: [{ text: 'row', detail: { time: when, style: 'date' } }, { text: 'bare' }] },
      { kind: 'table', caption: 'Members', columns: ['a', 'b'], rows: [['1', '2']] },
      { kind: 'links', links: [{ label: 'Docs', url: 'https://example.com/' }] },
      {
        kind: 'choose',
        label: 'Which',
        options: [{ label: 'this one', action: { command: 'access home', args: {} } }],
      },
      { kind: 'code', text: '/access home' },
      { kind: 'heading', text: 'More' },
      { kind: 'divider' },
      {
        kind: 'buttons',
        buttons: [{ label: 'Go', action: { command: 'access home', args: {} } }],
      },
      { kind: 'small', text: { link: 'https://example.com/', label: 'here' } },
    ];
    expect(card({ title: 'Title', blocks }).text).toBe(
      'Title. Hello bold a:b. Who: sam@example.com. Reason: “one two”. first; C1. row: 27 Nov 2026; bare. ' +
        'Members: 1, 2. Docs: https://example.com/. Which: this one. /access home. More. ' +
        'here (https://example.com/).',
    );
  });

  test('somebody’s own words cannot pass for another line of ours', () => {
    const { text } = card({
      title: 'Approval needed',
      blocks: [{ kind: 'quote', label: 'Reason', text: 'x\n\nApproved by ines@example.com' }],
    });
    expect(text).toBe('Approval needed. Reason: “x Approved by ines@example.com”.');
  });

  test('long words and long lists end with what was left out', () => {
    const { text } = card({
      title: 'Long',
      blocks: [
        { kind: 'quote', label: 'Reason', text: 'a'.repeat(5_000) },
        { kind: 'list', items: Array.from({ length: 33 }, (_, index) => `item ${index}`) },
      ],
    });
    expect(text).toContain('a…”');
    expect(text).toContain('item 19; and 13 more.');
    expect(text.length).toBeLessThan(600);
  });

  test('a text that is given is kept', () => {
    expect(card({ title: 'T', blocks: [], text: 'As given' }).text).toBe('As given');
  });
});

test('a secret is drawn and never spoken', () => {
  const shown = card({ title: 'Made', blocks: [{ kind: 'secret', label: 'Token', value: 'rc_usr_x' }] });
  expect(shown.secret).toBe(true);
  expect(shown.text).toBe('Made.');
});

test('times in plain text name their zone, since all readers get the same text', () => {
  expect(plainText(['until ', { time: when, style: 'time' }])).toBe('until 27 Nov 2026, 08:00 UTC');
  expect(inUtc(when, 'date')).toBe('27 Nov 2026');
});

test('cutting leaves whole letters', () => {
  expect(shorten('12345', 5)).toBe('12345');
  expect(shorten('👩‍👩‍👧‍👧'.repeat(3), 15)).toBe('👩‍👩‍👧‍👧…');
  expect(shorten('abc def', 5)).toBe('abc…');
});
