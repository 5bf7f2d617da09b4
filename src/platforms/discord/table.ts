import type { Block } from '../../views/card.ts';
import type { Part } from '../fit.ts';
import { chunks, type Piece, text } from './controls.ts';
import * as limits from './limits.ts';
import { line } from './text.ts';

const ROWS_TOGETHER = 5;

/** Discord has no tables: each row names its columns, which a phone reads better too. */
export function tablePart({ caption, columns, rows }: Extract<Block, { kind: 'table' }>): Part<Piece> {
  const cell = (value: string) => line(value, limits.CELL);
  const written = rows.map(([first = '', ...rest]) =>
    [
      `- **${cell(first)}**`,
      ...rest.map((value, index) => `${cell(columns[index + 1] ?? '')}: ${cell(value)}`),
    ].join(' · '),
  );
  return {
    pieces: [
      { blocks: [text(`**${line(caption, limits.TITLE)}**`)], count: 0 },
      ...chunks(written, ROWS_TOGETHER).map((some) => ({
        blocks: [text(some.join('\n'))],
        count: some.length,
      })),
    ],
  };
}
