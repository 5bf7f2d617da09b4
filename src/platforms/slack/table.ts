import type { KnownBlock } from '@slack/types';
import type { Block } from '../../views/card.ts';
import { onePiece } from '../fit.ts';
import type { Part } from './fit.ts';
import * as limits from './limits.ts';
import { plain } from './text.ts';

type Table = Extract<Block, { kind: 'table' }>;

/** A table where Slack has one; elsewhere a list that names the columns, which a narrow screen reads better too. */
export function renderTable({ caption, columns, rows }: Table, native: boolean): Part {
  const named = columns.slice(0, limits.TABLE_COLUMNS);
  const cells = rows.map((row) => named.map((_, column) => plain(row[column] ?? '', limits.CELL).text));
  const shown = fitting(cells, native ? limits.TABLE_ROWS - 1 : limits.LIST_ITEMS);
  const hidden = rows.length - shown.length;
  const title: KnownBlock = {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [{ type: 'text', text: plain(caption, limits.LABEL).text, style: { bold: true } }],
      },
    ],
  };
  if (named.length === 0 || rows.length === 0) return onePiece(title);
  return { ...onePiece(title, native ? table(named, shown) : list(named, shown)), hidden };
}

function fitting(rows: readonly string[][], max: number): string[][] {
  let left = limits.TABLE_CHARACTERS;
  const end = rows.findIndex((row) => {
    left -= row.join('').length;
    return left < 0;
  });
  return rows.slice(0, Math.min(max, end === -1 ? rows.length : Math.max(1, end)));
}

const table = (columns: readonly string[], rows: readonly string[][]): KnownBlock => ({
  type: 'table',
  column_settings: columns.map(() => ({ is_wrapped: true })),
  rows: [columns.map((name) => plain(name, limits.CELL).text), ...rows].map((row) =>
    row.map((text) => ({ type: 'raw_text' as const, text })),
  ),
});

const list = (columns: readonly string[], rows: readonly string[][]): KnownBlock => ({
  type: 'rich_text',
  elements: [
    {
      type: 'rich_text_list',
      style: 'bullet',
      elements: rows.map(([first = '–', ...rest]) => ({
        type: 'rich_text_section' as const,
        elements: [
          { type: 'text' as const, text: first, style: { bold: true } },
          ...rest.map((text, index) => ({
            type: 'text' as const,
            text: ` · ${columns[index + 1] ?? ''}: ${text}`,
          })),
        ],
      })),
    },
  ],
});
