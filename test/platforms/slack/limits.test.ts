import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charactersOf } from '../../../src/platforms/slack/fit.ts';
import { renderForm, renderOptions } from '../../../src/platforms/slack/form.ts';
import { renderHome, renderMessage, renderModal } from '../../../src/platforms/slack/render.ts';
import { refuseMessage } from '../../../src/playground/workspace/blocks/check-message.ts';
import { refuseView } from '../../../src/playground/workspace/blocks/check-view.ts';
import type { Block, Button, Card, Text } from '../../../src/views/card.ts';
import type { Field, Form } from '../../../src/views/form.ts';

const TEAM = 'T0ACME';
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const cardOf = (...blocks: Block[]): Card => ({ kind: 'card', title: 'T', text: 'Text.', blocks });
const drawn = (...blocks: Block[]) => renderMessage(cardOf(...blocks), TEAM).blocks;
const words = (block: unknown): string => JSON.stringify(block);
const button = (label = 'Show'): Button => ({ label, action: { command: 'show', args: {} } });
const divider: Block = { kind: 'divider' };

describe('checklist 39: at the edge of each limit', () => {
  it('49, 50 and 51 blocks', () => {
    expect(drawn(...times(48, () => divider))).toHaveLength(49);
    expect(drawn(...times(49, () => divider))).toHaveLength(50);
    const over = drawn(...times(50, () => divider));
    expect(over).toHaveLength(50);
    expect(words(over.at(-1))).toContain('2 more');
  });

  it('rows give way to what stands below them, and say how many', () => {
    const rows = times(60, (n) => ({ text: `Row ${n}`, buttons: [button()] }));
    const blocks = drawn({ kind: 'rows', rows }, { kind: 'buttons', buttons: [button('Next')] });
    expect(blocks).toHaveLength(50);
    expect(words(blocks.at(-1))).toContain('Next');
    expect(words(blocks.at(-2))).toContain('13 more');
  });

  it('3,000 and 3,001 characters of a reason', () => {
    const quote = (count: number) =>
      words(drawn({ kind: 'quote', label: 'Reason', text: 'x'.repeat(count) })[1]);
    expect(quote(3_000)).toContain(`"${'x'.repeat(3_000)}"`);
    expect(quote(3_001)).toContain(`"${'x'.repeat(2_999)}…"`);
  });

  it('75 and 76 characters on a button', () => {
    const label = (count: number) =>
      words(drawn({ kind: 'buttons', buttons: [button('x'.repeat(count))] })[1]);
    expect(label(75)).toContain(`"${'x'.repeat(75)}"`);
    expect(label(76)).toContain(`"${'x'.repeat(74)}…"`);
  });

  it('100 and 101 options', () => {
    const choose = (count: number) =>
      drawn({
        kind: 'choose',
        label: 'Which?',
        options: times(count, (n) => ({ label: `${n}`, action: { command: 'use', args: { n: `${n}` } } })),
      });
    expect(choose(100)).toHaveLength(2);
    const over = choose(101);
    expect(over[1]).toMatchObject({ accessory: { options: { length: 100 } } });
    expect(words(over[2])).toContain('1 more');
    expect(renderOptions(times(101, (n) => ({ value: `${n}`, label: `${n}` })))).toHaveLength(100);
  });

  it('99 rows of a table and one more', () => {
    const table = (count: number) =>
      drawn({ kind: 'table', caption: 'C', columns: ['A'], rows: times(count, (n) => [`${n}`]) });
    expect(table(99)[2]).toMatchObject({ rows: { length: 100 } });
    expect(table(99)).toHaveLength(3);
    expect(table(100)[2]).toMatchObject({ rows: { length: 100 } });
    expect(words(table(100)[3])).toContain('1 more');
  });

  it('25 and 26 buttons in a row', () => {
    expect(drawn({ kind: 'buttons', buttons: times(25, () => button()) })).toHaveLength(2);
    expect(drawn({ kind: 'buttons', buttons: times(26, () => button()) })).toHaveLength(3);
  });

  it('more characters than a message holds: the ends of lists go first, the buttons stay', () => {
    const items = times(60, (n) => `${n} ${'x'.repeat(400)}`);
    const blocks = drawn({ kind: 'list', items }, { kind: 'buttons', buttons: [button('Next')] });
    expect(charactersOf(blocks)).toBeLessThanOrEqual(10_000);
    expect(words(blocks.at(-1))).toContain('Next');
    expect(words(blocks.at(-2))).toContain('40 more');
  });

  it('a title of 150 and 151 characters, a window’s of 24 and 25', () => {
    const header = (count: number) =>
      words(renderMessage({ ...cardOf(), title: 'x'.repeat(count) }, TEAM).blocks[0]);
    expect(header(150)).toContain(`"${'x'.repeat(150)}"`);
    expect(header(151)).toContain(`"${'x'.repeat(149)}…"`);
    expect(renderModal({ ...cardOf(), title: 'x'.repeat(24) }, TEAM).title.text).toBe('x'.repeat(24));
    const long = renderModal({ ...cardOf(), title: 'x'.repeat(25) }, TEAM);
    expect([long.title.text, words(long.blocks[0])]).toEqual([
      'Rollcall',
      expect.stringContaining('x'.repeat(25)),
    ]);
  });
});

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constant('x'.repeat(5_000)),
  fc.constant(''),
);
const anyInline: fc.Arbitrary<Text> = fc.oneof(
  anyText,
  fc.record({ bold: anyText }),
  fc.record({ code: anyText }),
  fc.record({ channel: anyText }),
  fc.record({ link: anyText, label: anyText }),
  fc.record({
    person: fc.record({
      email: anyText,
      account: fc.record({
        platform: fc.constant('slack'),
        workspaceId: fc.constant(TEAM),
        externalId: fc.oneof(anyText, fc.constant('U0BEN')),
      }),
    }),
  }),
  fc.record({
    time: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }),
    style: fc.constantFrom('date', 'time', 'relative'),
  }),
) as fc.Arbitrary<Text>;
const anyLine = fc.oneof(anyInline, fc.array(anyInline, { maxLength: 14 })) as fc.Arbitrary<Text>;
const anyAction = fc.record({
  command: anyText,
  args: fc.dictionary(fc.constantFrom('user', 'role', 'reason'), anyText),
});
const anyButton = fc.record({
  label: anyText,
  action: anyAction,
  says: anyText,
  confirm: fc.record({ title: anyText, text: anyText, yes: anyText }),
});
const anyButtons = fc.array(anyButton, { maxLength: 30 });
const anyBlock = fc.oneof(
  fc.record({ kind: fc.constant('text'), text: anyLine }),
  fc.record({ kind: fc.constant('small'), text: anyLine }),
  fc.record({ kind: fc.constant('heading'), text: anyText }),
  fc.record({ kind: fc.constant('code'), text: anyText }),
  fc.record({ kind: fc.constant('quote'), label: anyText, text: anyText }),
  fc.record({ kind: fc.constant('divider') }),
  fc.record({ kind: fc.constant('fields'), fields: fc.array(fc.tuple(anyText, anyLine), { maxLength: 20 }) }),
  fc.record({ kind: fc.constant('list'), items: fc.array(anyLine, { maxLength: 150 }) }),
  fc.record({
    kind: fc.constant('rows'),
    rows: fc.array(fc.record({ text: anyText, detail: anyLine, buttons: anyButtons }), { maxLength: 60 }),
  }),
  fc.record({
    kind: fc.constant('table'),
    caption: anyText,
    columns: fc.array(anyText, { maxLength: 30 }),
    rows: fc.array(fc.array(anyText, { maxLength: 30 }), { maxLength: 120 }),
  }),
  fc.record({ kind: fc.constant('buttons'), buttons: anyButtons }),
  fc.record({
    kind: fc.constant('links'),
    links: fc.array(fc.record({ label: anyText, url: fc.oneof(anyText, fc.webUrl()) })),
  }),
  fc.record({
    kind: fc.constant('choose'),
    label: anyText,
    options: fc.array(fc.record({ label: anyText, description: anyText, action: anyAction }), {
      maxLength: 120,
    }),
  }),
) as fc.Arbitrary<Block>;
const anyCard = fc.record({
  kind: fc.constant('card' as const),
  title: anyText,
  text: anyText,
  tone: fc.constantFrom('good' as const, 'bad' as const, undefined),
  blocks: fc.array(anyBlock, { maxLength: 8 }),
}) as fc.Arbitrary<Card>;

const anyField = fc.record({
  label: anyText,
  hint: anyText,
  required: fc.boolean(),
  value: anyText,
  error: fc.oneof(fc.constant(undefined), anyText),
  input: fc.oneof(
    fc.record({
      kind: fc.constant('text'),
      multiline: fc.boolean(),
      placeholder: anyText,
      max: fc.integer({ min: 1, max: 9_000 }),
    }),
    fc.record({
      kind: fc.constant('choice'),
      options: fc.array(fc.record({ value: anyText, label: anyText, description: anyText }), {
        minLength: 1,
        maxLength: 250,
      }),
    }),
    fc.record({ kind: fc.constant('search'), source: fc.constant('role'), multiple: fc.boolean() }),
    fc.record({ kind: fc.constant('channel') }),
  ),
});

describe('whatever a card says', () => {
  it('Slack takes it, as a message, in a window and in Home', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        expect(refuseMessage(JSON.parse(JSON.stringify(renderMessage(card, TEAM))))).toBeUndefined();
        expect(refuseView(JSON.parse(JSON.stringify(renderModal(card, TEAM))), 'modal')).toBeUndefined();
        expect(refuseView(JSON.parse(JSON.stringify(renderHome(card, TEAM))), 'home')).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('and whatever a form asks', () => {
    fc.assert(
      fc.property(fc.array(anyField, { maxLength: 70 }), anyText, anyText, (fields, title, error) => {
        const form: Form = {
          kind: 'form',
          title,
          submit: title,
          action: { command: 'x', args: {} },
          error,
          fields: fields.map((field, index) => ({ ...field, name: `f${index}` }) as Field),
        };
        expect(refuseView(JSON.parse(JSON.stringify(renderForm(form, TEAM))), 'modal')).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
