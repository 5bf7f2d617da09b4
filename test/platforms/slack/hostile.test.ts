import { describe, expect, it } from 'vitest';
import { renderForm } from '../../../src/platforms/slack/form.ts';
import { renderMessage, renderModal } from '../../../src/platforms/slack/render.ts';
import { manyLines, oneLine } from '../../../src/platforms/slack/text.ts';
import type { Block, Card } from '../../../src/views/card.ts';
import { shorten } from '../../../src/views/plain.ts';

const TEAM = 'T0ACME';
const HOSTILE = [
  '<!here>',
  '<!channel>',
  '<!everyone>',
  '<@U0BEN>',
  '<#C0GENERAL>',
  '<!subteam^S1>',
  '<https://evil.example|Approve>',
  '*bold*',
  '_it_',
  '~gone~',
  '`code`',
  '```block```',
  '> quote',
  ':skull:',
  '@everyone',
  '@here',
  'https://evil.example',
  '\u202Ereversed',
  'zero\u200Bwidth',
  'line\nline',
  'a\u0000b',
  '&lt;!here&gt;',
];

/** The same hostile text in every place where somebody's words can stand. */
const everywhere = (text: string): Block[] => [
  {
    kind: 'text',
    text: [
      text,
      { bold: text },
      { code: text },
      { person: { email: text } },
      { channel: text },
      { link: text, label: text },
    ],
  },
  { kind: 'fields', fields: [[text, text]] },
  { kind: 'quote', label: text, text },
  { kind: 'list', items: [text] },
  {
    kind: 'rows',
    rows: [
      {
        text,
        detail: text,
        buttons: [
          {
            label: text,
            says: text,
            action: { command: 'x', args: {} },
            confirm: { title: text, text, yes: text },
          },
        ],
      },
    ],
  },
  {
    kind: 'rows',
    rows: [
      {
        text,
        detail: [
          text,
          { time: new Date(0), style: 'date' },
          { person: { email: text, account: { platform: 'slack', workspaceId: TEAM, externalId: text } } },
        ],
      },
    ],
  },
  { kind: 'table', caption: text, columns: [text], rows: [[text]] },
  { kind: 'buttons', buttons: [{ label: text, action: { command: 'x', args: {} } }] },
  {
    kind: 'choose',
    label: text,
    options: [{ label: text, description: text, action: { command: 'x', args: { a: 'b' } } }],
  },
  { kind: 'code', text },
  { kind: 'heading', text },
  { kind: 'small', text: [text, { bold: text }, { channel: text }, { person: { email: text } }] },
];
const cardOf = (text: string): Card => ({ kind: 'card', title: text, text, blocks: everywhere(text) });

/** Every text object whose words Slack would read as markup. */
function markup(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(markup);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value && value.type === 'mrkdwn' && 'text' in value ? [String(value.text)] : [];
  return [...own, ...Object.values(value).flatMap(markup)];
}

describe('abuse 32: somebody’s words', () => {
  it.each(HOSTILE)('%j are never markup', (text) => {
    const message = renderMessage(cardOf(text), TEAM);
    const view = renderModal(cardOf(text), TEAM);
    for (const written of markup([message.blocks, view.blocks])) {
      expect(written).toMatch(/^<(!date\^\d+\^[^|<>]+\|[^<>]+|@U[A-Z0-9]+|#C[A-Z0-9]+)>$/);
    }
    const controls = JSON.stringify([message.blocks, view.blocks]);
    expect(controls).not.toMatch(/"type":"(broadcast|usergroup|user|channel|emoji)"/);
    expect(message.text).not.toMatch(/<[!@#h]/);
  });

  it('an address that is not on the web is shown and not linked', () => {
    const { blocks } = renderMessage(cardOf('mailbox'), TEAM);
    expect(JSON.stringify(blocks)).not.toContain('"type":"link"');
  });

  it('are escaped where Slack reads the text in place of the blocks', () => {
    expect(renderMessage(cardOf('<!here> & co'), TEAM).text).toBe('&lt;!here&gt; &amp; co');
  });

  it('cannot take a window’s place: labels, hints and errors of a form are plain', () => {
    const text = '<!here> *x*';
    const view = renderForm(
      {
        kind: 'form',
        title: text,
        submit: text,
        error: text,
        intro: text,
        action: { command: 'x', args: {} },
        fields: [
          {
            name: 'a',
            label: text,
            hint: text,
            error: text,
            required: true,
            input: { kind: 'text', placeholder: text },
          },
        ],
      },
      TEAM,
    );
    expect(markup(view)).toEqual([]);
  });
});

describe('abuse 33: a text', () => {
  it('cannot turn the direction, hide, or start a line of its own where one line is', () => {
    expect(oneLine('admin\u202Enimda\u2066x\u200B\uFEFF\u00AD\u{E0041}')).toBe('adminnimdax');
    expect(oneLine('a\r\nb\u2028c\td\u0000\u001B[31m')).toBe('a b c d[31m');
    expect(manyLines('a\n\n\n\n\nb\u202E')).toBe('a\n\nb');
  });

  it('keeps what belongs to writing: families, flags, accents, right-to-left letters', () => {
    for (const text of ['👩‍👩‍👧‍👦', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'.slice(0, 2), 'é', 'שלום', '日本語'])
      expect(oneLine(text)).toBe(text);
  });

  it('does not climb out of its line with a tower of marks', () => {
    expect(oneLine(`Z${'\u0301'.repeat(50)}`).length).toBe(4);
  });

  it('is cut between graphemes, however long', () => {
    expect(shorten('👩‍👩‍👧‍👦'.repeat(10), 30)).toBe(`${'👩‍👩‍👧‍👦'.repeat(2)}…`);
    expect(shorten('e\u0301'.repeat(10), 6)).toBe(`${'e\u0301'.repeat(2)}…`);
    expect(shorten('x'.repeat(100_000), 3_000)).toHaveLength(3_000);
    expect(shorten('exact', 5)).toBe('exact');
  });

  it('of 5,000 characters leaves the buttons below it in view', () => {
    const card: Card = {
      kind: 'card',
      title: 'Approval needed',
      text: 'x',
      blocks: [
        {
          kind: 'fields',
          fields: [
            ['Role', 'admin'],
            ['For how long', '8 hours'],
          ],
        },
        { kind: 'quote', label: 'Reason', text: '<!here> \u202E*x*\n'.repeat(400) },
        {
          kind: 'buttons',
          buttons: [{ label: 'Approve', action: { command: 'request approve', args: {} } }],
        },
      ],
    };
    const { blocks } = renderMessage(card, TEAM);
    expect(blocks.map(({ type }) => type)).toEqual(['header', 'rich_text', 'rich_text', 'actions']);
    expect(JSON.stringify(blocks[1])).toContain('8 hours');
  });
});
