import type { KnownBlock } from '@slack/types';
import type { Room, Part as SomePart } from '../fit.ts';
import { CHARACTERS } from './limits.ts';
import { plain } from './text.ts';

export type Part = SomePart<KnownBlock>;

const COUNTED = new Set(['text', 'value', 'url', 'fallback']);

/** Slack does not say what it counts: every text, value and address is the careful answer. */
export function charactersOf(value: unknown, key = ''): number {
  if (typeof value === 'string') return COUNTED.has(key) ? value.length : 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + charactersOf(item, key), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [name, item]) => sum + charactersOf(item, name), 0);
}

export const roomFor = (maxBlocks: number): Room<KnownBlock> => ({
  limits: [
    { max: maxBlocks, of: (blocks) => blocks.length },
    { max: CHARACTERS, of: charactersOf },
  ],
  more: (count) => ({ type: 'context', elements: [plain(`${count} more`, 100)] }),
});
