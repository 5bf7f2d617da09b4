import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charactersOf, componentsOf, renderMessage } from '../../../src/platforms/discord/render.ts';
import type { Block, Button, Card, Text } from '../../../src/views/card.ts';
import { checkMessage } from '../../support/discord/check-message.ts';
import { shapeOf } from '../../support/discord/shape.ts';

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const cardOf = (...blocks: Block[]): Card => ({ kind: 'card', title: 'T', text: 'Text.', blocks });
const taken = (card: Card) => {
  const { message } = renderMessage(card);
  checkMessage(shapeOf(message), { files: [] });
  return message;
};
const words = (...blocks: Block[]): string => JSON.stringify(taken(cardOf(...blocks)));
const button = (label = 'Show', n = 0): Button => ({
  label,
  action: { command: 'org show', args: { n: `${n}` } },
});
const divider: Block = { kind: 'divider' };

describe('checklist 39: at the edge of each limit, "n more" instead of a failure', () => {
  it('39, 40 and 41 components', () => {
    // The container and the title count too.
    const message = (count: number) => taken(cardOf(...times(count, () => divider)));
    expect(componentsOf(message(37).components)).toBe(39);
    expect(componentsOf(message(38).components)).toBe(40);
    expect(componentsOf(message(39).components)).toBe(40);
    expect(JSON.stringify(message(38))).not.toContain('more');
    expect(JSON.stringify(message(39))).toContain('2 more');
  });

  it('4,000 and 4,001 characters', () => {
    const filled = (count: number): Block[] => [
      { kind: 'quote', label: 'L', text: 'x'.repeat(1_000) },
      { kind: 'text', text: 'y'.repeat(1_500) },
      { kind: 'text', text: 'z'.repeat(count) },
      { kind: 'buttons', buttons: [button()] },
    ];
    // "### T" and "**L**\n> " are eleven and a little.
    const rest = 4_000 - charactersOf(taken(cardOf(...filled(1))).components) + 1;
    const exactly = taken(cardOf(...filled(rest)));
    expect(charactersOf(exactly.components)).toBe(4_000);
    expect(JSON.stringify(exactly)).not.toContain('more');
    const over = taken(cardOf(...filled(rest + 1)));
    expect(charactersOf(over.components)).toBeLessThanOrEqual(4_000);
    expect(JSON.stringify(over)).toContain('1 more');
    expect(JSON.stringify(over)).toContain('"Show"');
  });

  it('5 and 6 buttons in a row, 80 and 81 characters on one', () => {
    const rows = (count: number) =>
      taken(cardOf({ kind: 'buttons', buttons: times(count, (n) => button('Show', n)) })).components;
    expect(componentsOf(rows(5))).toBe(2 + 1 + 5);
    expect(componentsOf(rows(6))).toBe(2 + 2 + 6);
    expect(words({ kind: 'buttons', buttons: [button('x'.repeat(80))] })).toContain(`"${'x'.repeat(80)}"`);
    expect(words({ kind: 'buttons', buttons: [button('x'.repeat(81))] })).toContain(`"${'x'.repeat(79)}…"`);
  });

  it('25 and 26 things to choose from: another list, and nothing is lost', () => {
    const choose = (count: number) =>
      words({
        kind: 'choose',
        label: 'Which?',
        options: times(count, (n) => ({
          label: `n${n}.`,
          action: { command: 'org use', args: { n: `${n}` } },
        })),
      });
    expect(choose(25).split('"choose').length - 1).toBe(1);
    expect(choose(26).split('"choose').length - 1).toBe(2);
    expect(choose(26)).toContain('n25.');
  });

  it('however many rows: what does not fit is counted, and every button that is left works', () => {
    const rows = times(200, (n) => ({
      text: `Row ${n}`,
      detail: 'x'.repeat(60),
      buttons: [button('Show', n)],
    }));
    const shown = words({ kind: 'rows', rows }, { kind: 'buttons', buttons: [button('Next')] });
    expect(shown).toMatch(/\d+ more/);
    expect(shown).toContain('Next');
  });

  it('one very long text leaves room for what stands around it', () => {
    const shown = words(
      { kind: 'quote', label: 'Reason', text: 'x'.repeat(5_000) },
      { kind: 'fields', fields: [['Role', 'owner']] },
      { kind: 'buttons', buttons: [button('Approve')] },
    );
    expect(shown).toContain('owner');
    expect(shown).toContain('Approve');
    expect(shown).toContain(`${'x'.repeat(999)}…`);
  });

  it('whatever is in a card, Discord takes it', () => {
    const text = fc.string({ unit: 'binary', maxLength: 3_000 });
    const anyText: fc.Arbitrary<Text> = fc.oneof(text, fc.array(text, { maxLength: 5 }));
    const anyButton = fc.record({
      label: text,
      action: fc.record({
        command: fc.constant('org show'),
        args: fc.dictionary(fc.constantFrom('a', 'b'), text),
      }),
    });
    const block: fc.Arbitrary<Block> = fc.oneof(
      fc.record({ kind: fc.constant('text' as const), text: anyText }),
      fc.record({ kind: fc.constant('small' as const), text: anyText }),
      fc.record({ kind: fc.constant('heading' as const), text }),
      fc.record({ kind: fc.constant('quote' as const), label: text, text }),
      fc.record({ kind: fc.constant('code' as const), text }),
      fc.record({ kind: fc.constant('list' as const), items: fc.array(anyText, { maxLength: 30 }) }),
      fc.record({
        kind: fc.constant('buttons' as const),
        buttons: fc.array(anyButton, { minLength: 1, maxLength: 8 }),
      }),
      fc.record({
        kind: fc.constant('rows' as const),
        rows: fc.array(fc.record({ text, detail: anyText, buttons: fc.array(anyButton, { maxLength: 3 }) }), {
          maxLength: 30,
        }),
      }),
      fc.record({
        kind: fc.constant('table' as const),
        caption: text,
        columns: fc.array(text, { minLength: 1, maxLength: 4 }),
        rows: fc.array(fc.array(text, { maxLength: 4 }), { maxLength: 20 }),
      }),
    );
    fc.assert(
      fc.property(text, fc.array(block, { maxLength: 12 }), (title, blocks) => {
        taken({ kind: 'card', title, text: title, blocks });
      }),
      { numRuns: 150 },
    );
  });
});
