import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvOf } from '../../../src/core/export/csv.ts';
import { jsonOf } from '../../../src/core/export/json.ts';
import { neutralise, restore } from '../../../src/core/export/neutralise.ts';
import type { Batch, Cell } from '../../../src/core/export/table.ts';

async function* batches(...all: readonly (readonly Cell[])[]): AsyncGenerator<Batch> {
  for (const values of all) yield { rows: values.map((value) => ({ value })) };
}

const textOf = async (content: AsyncIterable<string>): Promise<string> => {
  let text = '';
  for await (const chunk of content) text += chunk;
  return text;
};

const FORMULAS = [
  '=HYPERLINK("http://evil.example","click")',
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(A1)',
  '  =1+1',
  '\u00a0=1+1',
  "'=1+1",
];

describe('abuse 34: a value in a CSV file never runs as a formula', () => {
  test.each(FORMULAS)('%j is shown as text', async (value) => {
    expect(neutralise(value)).toBe(`'${value}`);
    const csv = await textOf(csvOf(['value'], batches([value])));
    const [, [cell = ''] = []] = parse(csv, { bom: true, relax_quotes: false }) as string[][];
    expect(cell).toBe(`'${value}`);
    expect(restore(cell)).toBe(value);
  });

  test.each(['dana@example.com', 'O’Brien', "it's = fine", 'a=b', '3-4', '', "'quoted'"])(
    '%j stays as it is',
    (value) => {
      expect(neutralise(value)).toBe(value);
      expect(restore(value)).toBe(value);
    },
  );

  test('lists and objects are neutralised as the text that they become', async () => {
    const csv = await textOf(csvOf(['value'], batches([['=1+1', 'b'], { a: '=1' }])));
    const cells = (parse(csv, { bom: true }) as string[][]).slice(1).flat();
    expect(cells).toEqual(["'=1+1 b", '{"a":"=1"}']);
  });

  test('every value at all comes back as it was, and no cell begins a formula', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc
        .array(fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', ' ', 'a', '＝', '"', ','), {
          maxLength: 6,
        })
        .map((letters) => letters.join('')),
    );
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const csv = await textOf(csvOf(['value', 'beside'], batches([value])));
        const cell = (parse(csv, { bom: true }) as string[][])[1]?.[0] ?? 'no cell';
        expect(restore(cell)).toBe(value);
        expect(cell).not.toMatch(/^[\s]*[=+\-@＝＋－＠]|^[\t\r\n]/u);
      }),
    );
  });
});

describe('a CSV file', () => {
  test('is RFC 4180 in UTF-8 with a byte order mark, and says its columns first', async () => {
    const csv = await textOf(csvOf(['value'], batches(['a,b', 'say "hi"'], ['two\nlines', null, true, -4])));
    expect(csv).toBe('\uFEFFvalue\r\n"a,b"\r\n"say ""hi"""\r\n"two\nlines"\r\n\r\ntrue\r\n-4\r\n');
  });

  test('without rows has its columns all the same', async () => {
    expect(await textOf(csvOf(['one', 'two'], batches()))).toBe('\uFEFFone,two\r\n');
  });
});

describe('a JSON file', () => {
  test('is one array over all batches, with values as they are', async () => {
    const json = await textOf(jsonOf(['value'], batches(['=1'], [], [null, ['x'], { a: 1 }])));
    expect(JSON.parse(json)).toEqual([
      { value: '=1' },
      { value: null },
      { value: ['x'] },
      { value: { a: 1 } },
    ]);
  });

  test('without rows is an empty array', async () => {
    expect(JSON.parse(await textOf(jsonOf(['value'], batches())))).toEqual([]);
  });
});
