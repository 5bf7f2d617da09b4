import type { KnownBlock } from '@slack/types';
import { CHARACTERS } from './limits.ts';
import { plain } from './text.ts';

/** Blocks that stand or fall together, and how many things they show. */
export interface Piece {
  blocks: KnownBlock[];
  count: number;
}

/** What one part of a card became. Its last pieces fall first; `hidden` is what the renderer has left out already. */
export interface Part {
  pieces: Piece[];
  hidden?: number;
}

export const onePiece = (...blocks: KnownBlock[]): Part => ({ pieces: [{ blocks, count: 1 }] });

const COUNTED = new Set(['text', 'value', 'url', 'fallback']);

/** Slack does not say what it counts: every text, value and address is the careful answer. */
export function charactersOf(value: unknown, key = ''): number {
  if (typeof value === 'string') return COUNTED.has(key) ? value.length : 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + charactersOf(item, key), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [name, item]) => sum + charactersOf(item, name), 0);
}

const more = (count: number): KnownBlock => ({ type: 'context', elements: [plain(`${count} more`, 100)] });

const shownOf = ({ pieces }: Part): KnownBlock[] => pieces.flatMap(({ blocks }) => blocks);

const blocksOf = (part: Part): KnownBlock[] => [
  ...shownOf(part),
  ...(part.hidden ? [more(part.hidden)] : []),
];

const countOf = ({ pieces, hidden = 0 }: Part): number =>
  pieces.reduce((sum, { count }) => sum + count, hidden);

/** Leaves out what does not fit and says how much: first the ends of lists, then whole parts from the bottom up. */
export function fitParts(parts: readonly Part[], maxBlocks: number): KnownBlock[] {
  const kept = parts.map(({ pieces, hidden = 0 }) => ({ pieces: [...pieces], hidden }));
  let dropped = 0;
  for (;;) {
    const blocks = [...kept.flatMap(blocksOf), ...(dropped > 0 ? [more(dropped)] : [])];
    const tooMany = blocks.length > maxBlocks;
    if (kept.length === 0 || (!tooMany && charactersOf(blocks) <= CHARACTERS)) return blocks;
    const weight = (part: Part) => (tooMany ? shownOf(part).length : charactersOf(shownOf(part)));
    const [longest] = kept.filter(({ pieces }) => pieces.length > 1).sort((a, b) => weight(b) - weight(a));
    if (longest) longest.hidden += longest.pieces.pop()?.count ?? 0;
    else dropped += countOf(kept.pop() ?? { pieces: [] });
  }
}
