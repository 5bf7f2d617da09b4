/** Blocks that stand or fall together, and how many things they show. */
export interface Piece<Block> {
  blocks: Block[];
  count: number;
}

/** What one part of a card became. Its last pieces fall first; `hidden` is what the renderer has left out already. */
export interface Part<Block> {
  pieces: Piece<Block>[];
  hidden?: number;
  /** What the message is there for: falls only when nothing else is left. */
  kept?: boolean;
}

/** What a platform takes of each thing that it counts. */
export interface Room<Block> {
  limits: readonly { max: number; of: (blocks: readonly Block[]) => number }[];
  more: (count: number) => Block;
}

export const onePiece = <Block>(...blocks: Block[]): Part<Block> => ({ pieces: [{ blocks, count: 1 }] });

const shownOf = <Block>({ pieces }: Part<Block>): Block[] => pieces.flatMap(({ blocks }) => blocks);

const countOf = <Block>({ pieces, hidden = 0 }: Part<Block>): number =>
  pieces.reduce((sum, { count }) => sum + count, hidden);

/** Leaves out what does not fit and says how much: first the ends of lists, then whole parts from the bottom up. */
export function fitParts<Block>(
  parts: readonly Part<Block>[],
  { limits, more }: Room<Block>,
): { blocks: Block[]; left: number } {
  const kept = parts.map((part) => ({ ...part, pieces: [...part.pieces], hidden: part.hidden ?? 0 }));
  let dropped = 0;
  for (;;) {
    const blocks = kept.flatMap((part) => [
      ...shownOf(part),
      ...(part.hidden > 0 ? [more(part.hidden)] : []),
    ]);
    if (dropped > 0) blocks.push(more(dropped));
    const over = limits.find(({ max, of }) => of(blocks) > max);
    if (kept.length === 0 || !over)
      return { blocks, left: dropped + kept.reduce((sum, { hidden }) => sum + hidden, 0) };
    const weight = (part: Part<Block>) => over.of(shownOf(part));
    const [longest] = kept.filter(({ pieces }) => pieces.length > 1).sort((a, b) => weight(b) - weight(a));
    if (longest) longest.hidden += longest.pieces.pop()?.count ?? 0;
    else {
      const last = kept.findLastIndex((part) => part.kept !== true);
      dropped += kept.splice(last, 1).reduce((sum, part) => sum + countOf(part), 0);
    }
  }
}
