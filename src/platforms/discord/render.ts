import {
  type APIButtonComponent,
  type APIMessageTopLevelComponent,
  ComponentType,
  MessageFlags,
} from 'discord.js';
import type { StoredAction } from '../../core/delivery/stored-actions.ts';
import type { Block, Card, Row, Text } from '../../views/card.ts';
import { fitParts, onePiece, type Part, type Room } from '../fit.ts';
import {
  buttonRows,
  type Controls,
  chooser,
  chunks,
  discordButton,
  linkButton,
  type Piece,
  rowSelects,
  text,
} from './controls.ts';
import * as limits from './limits.ts';
import { isWeb, markdown } from './rich.ts';
import { tablePart } from './table.ts';
import { codeBlock, line, lines } from './text.ts';

/** What Discord is sent of one card, and what has to be stored first so that its buttons work. */
export interface Drawn {
  message: {
    flags: MessageFlags;
    components: APIMessageTopLevelComponent[];
    allowed_mentions: { parse: []; users: string[] };
  };
  stored: StoredAction[];
}

interface Drawing extends Controls {
  mention: (id: string) => void;
  /** The buttons of rows go into one select: not every row can have one beside it. */
  compact: boolean;
}

const COLORS = { good: 0x2e7d32, bad: 0xc62828, warning: 0xf9a825 } as const;
/** Rows that fall together where a card is too long. */
const ROWS_TOGETHER = 5;
const ITEMS_TOGETHER = 10;

/** Every component counts, those inside others too. */
export const componentsOf = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + componentsOf(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  const nested = Object.entries(value).filter(([name]) =>
    ['components', 'component', 'accessory'].includes(name),
  );
  return ('type' in value ? 1 : 0) + nested.reduce((sum, [, item]) => sum + componentsOf(item), 0);
};

export const charactersOf = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + charactersOf(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [name, item]) =>
      sum + (name === 'content' && typeof item === 'string' ? item.length : charactersOf(item)),
    0,
  );
};

/** `controls` are the adapter's own buttons below the card, and `below` what stands under it: a file, a picture. */
export interface Besides {
  controls?: readonly APIButtonComponent[];
  below?: readonly APIMessageTopLevelComponent[];
}

export function renderMessage(card: Card, besides: Besides = {}): Drawn {
  const full = draw(card, besides, false);
  const hasRows = card.blocks.some(({ kind }) => kind === 'rows');
  const { left, ...drawn } = full.left > 0 && hasRows ? draw(card, besides, true) : full;
  return drawn;
}

function draw(
  card: Card,
  { controls = [], below = [] }: Besides,
  compact: boolean,
): Drawn & { left: number } {
  let count = 0;
  const mentioned = new Set<string>();
  const stored = new Map<string, StoredAction>();
  const drawing: Drawing = {
    compact,
    next: () => (count++).toString(36),
    store: (one) => stored.set(one.id, one),
    mention: (id) => mentioned.size < limits.MENTIONS && mentioned.add(id),
  };
  const title: Part<Piece> = { ...onePiece(text(`### ${line(card.title, limits.TITLE)}`)), kept: true };
  const own: Part<Piece> = { kept: true, pieces: [{ blocks: buttonRows(controls), count: 0 }] };
  const parts = [title, ...card.blocks.flatMap((block) => partsOf(block, drawing)), own];
  const { blocks, left } = fitParts(parts, room(componentsOf(below) + 1));
  const color = card.tone ? { accent_color: COLORS[card.tone] } : {};
  return {
    left,
    stored: [...stored.values()],
    message: {
      flags: MessageFlags.IsComponentsV2,
      components: [{ type: ComponentType.Container, ...color, components: blocks }, ...below],
      allowed_mentions: { parse: [], users: [...mentioned] },
    },
  };
}

const room = (taken: number): Room<Piece> => ({
  limits: [
    { max: limits.COMPONENTS - taken, of: componentsOf },
    { max: limits.TEXT, of: charactersOf },
  ],
  more: (hidden) => text(`-# ${hidden} more`),
});

const partsOf = (block: Block, drawing: Drawing): Part<Piece>[] =>
  block.kind === 'rows' && drawing.compact ? manyRows(block.rows, drawing) : [part(block, drawing)];

function part(block: Block, drawing: Drawing): Part<Piece> {
  const { mention } = drawing;
  switch (block.kind) {
    case 'heading':
      return onePiece(text(`**${line(block.text, limits.TITLE)}**`));
    case 'divider':
      return onePiece({ type: ComponentType.Separator });
    case 'text':
      return onePiece(text(said(markdown(block.text, { max: limits.PARAGRAPH, lines: true, mention }))));
    case 'small':
      return onePiece(text(small(block.text, drawing)));
    case 'fields':
      return onePiece(
        text(
          block.fields
            .map(
              ([label, value]) =>
                `**${line(label, limits.TITLE)}:** ${said(markdown(value, { max: limits.FIELD, mention }))}`,
            )
            .join('\n'),
        ),
      );
    case 'quote':
      return onePiece(
        text(`**${line(block.label, limits.TITLE)}**\n${quoted(lines(block.text, limits.QUOTE))}`),
      );
    case 'code':
      return onePiece(text(codeBlock(block.text, limits.PARAGRAPH)));
    case 'secret':
      return {
        ...onePiece(
          text(`**${line(block.label, limits.TITLE)}**\n${codeBlock(block.value, limits.PARAGRAPH)}`),
        ),
        kept: true,
      };
    case 'list':
      return {
        pieces: chunks(block.items, ITEMS_TOGETHER).map((items) => ({
          blocks: [
            text(items.map((item) => `- ${said(markdown(item, { max: limits.ITEM, mention }))}`).join('\n')),
          ],
          count: items.length,
        })),
      };
    case 'rows':
      return rowPart(block.rows, drawing);
    case 'table':
      return tablePart(block);
    case 'buttons':
      return {
        ...onePiece(...buttonRows(block.buttons.map((button) => discordButton(button, drawing)))),
        kept: true,
      };
    case 'links':
      return {
        ...onePiece(
          ...buttonRows(
            block.links.filter(({ url }) => isWeb(url) && url.length <= limits.BUTTON_URL).map(linkButton),
          ),
        ),
        kept: true,
      };
    case 'choose':
      return chooser(block, drawing);
  }
}

const said = (markup: string): string => (markup.trim() === '' ? '–' : markup);

const quoted = (markup: string): string =>
  markup
    .split('\n')
    .map((one) => `> ${one}`)
    .join('\n');

const small = (given: Text, { mention }: Drawing): string =>
  said(markdown(given, { max: limits.PARAGRAPH, mention, lines: true }))
    .split('\n')
    .map((one) => `-# ${one}`)
    .join('\n');

const rowText = ({ text: title, detail }: Row, drawing: Drawing): string =>
  [line(title, limits.FIELD), ...(detail === undefined ? [] : [small(detail, drawing)])].join('\n');

/** One button stands beside its row, several stand below it. */
const rowPart = (rows: readonly Row[], drawing: Drawing): Part<Piece> => ({
  pieces: rows.map((row) => {
    const [only, another] = row.buttons ?? [];
    const title = text(rowText(row, drawing));
    if (only && !another) {
      return {
        count: 1,
        blocks: [
          {
            type: ComponentType.Section,
            components: [{ type: ComponentType.TextDisplay, content: rowText(row, drawing) }],
            accessory: discordButton(only, drawing),
          },
        ],
      };
    }
    const buttons = buttonRows((row.buttons ?? []).map((button) => discordButton(button, drawing)));
    return { count: 1, blocks: [title, ...buttons] };
  }),
});

/** The rows as text, and below them one select with what their buttons do. */
const manyRows = (rows: readonly Row[], drawing: Drawing): Part<Piece>[] => [
  {
    pieces: chunks(rows, ROWS_TOGETHER).map((some) => ({
      blocks: [text(some.map((row) => rowText(row, drawing)).join('\n'))],
      count: some.length,
    })),
  },
  { ...onePiece(...rowSelects(rows, drawing)), kept: true },
];
