import type { HomeView, KnownBlock, ModalView, RichTextSection } from '@slack/types';
import type { Block, Card, Picture, Row, Text } from '../../views/card.ts';
import { shorten } from '../../views/plain.ts';
import { fitParts, onePiece } from '../fit.ts';
import {
  actionsBlocks,
  buttonBlocks,
  type Counter,
  chooser,
  chunks,
  linkButton,
  slackButton,
} from './controls.ts';
import { type Part, roomFor } from './fit.ts';
import * as limits from './limits.ts';
import { windowTitle } from './notes.ts';
import { contextElements, isWeb, richText } from './rich.ts';
import { renderTable } from './table.ts';
import { escapeText, manyLines, oneLine, plain } from './text.ts';

export type Surface = 'message' | 'modal' | 'home';

/** One drawing of one card: where it will be seen, and the count of its controls, whose ids must differ. */
interface Drawing extends Counter {
  workspaceId: string;
  /** Slack takes one table in a message, and some of its clients none. */
  tables: number;
}

/** Items of one list that fall together where a card is too long. */
const ITEMS_TOGETHER = 10;

export function renderMessage(
  card: Card,
  workspaceId: string,
  tables = 1,
  picture?: string,
): { text: string; blocks: KnownBlock[] } {
  const text = escapeText(shorten(manyLines(card.text).trim() || oneLine(card.title), limits.FALLBACK));
  const above = card.picture ? [onePiece(pictureBlock(card.picture, picture))] : [];
  return { text: text || '–', blocks: draw(card, 'message', workspaceId, { tables, header: true, above }) };
}

/** The uploaded picture; in words where Slack has none of it. */
const pictureBlock = ({ alt }: Picture, id: string | undefined): KnownBlock =>
  id === undefined
    ? { type: 'context', elements: [plain(`${NO_PICTURE} In words: ${alt}`, limits.SECTION)] }
    : { type: 'image', slack_file: { id }, alt_text: plain(alt, limits.IMAGE_ALT).text };

const NO_PICTURE = 'Slack did not take the picture; the app needs the optional scope files:write for it.';

/** The same card in a window. A title longer than Slack's 24 characters is written out below. */
export function renderModal(card: Card, workspaceId: string): ModalView {
  const header = card.secret || windowTitle(card.title) !== card.title;
  const top = card.tone ? alert(card.title, card.tone) : undefined;
  const blocks = draw(card, 'modal', workspaceId, { tables: 0, header: header && !top });
  if (top) blocks.unshift(top);
  return {
    type: 'modal',
    callback_id: 'card',
    title: plain(card.secret ? 'Copy your token now' : windowTitle(card.title), limits.MODAL_TITLE),
    close: plain(card.secret ? 'I have saved it' : 'Close', limits.MODAL_TITLE),
    blocks: blocks.length > 0 ? blocks : [{ type: 'section', text: plain(card.text, limits.SECTION) }],
  };
}

const LEVELS = { good: 'success', bad: 'error', warning: 'warning' } as const;

const alert = (text: string, tone: NonNullable<Card['tone']>): KnownBlock => ({
  type: 'alert',
  level: LEVELS[tone],
  text: plain(text, limits.ALERT),
});

export const renderHome = (card: Card, workspaceId: string): HomeView => ({
  type: 'home',
  blocks: draw(card, 'home', workspaceId, { tables: 0, header: true }),
});

function draw(
  card: Card,
  surface: Surface,
  workspaceId: string,
  { tables, header, above = [] }: { tables: number; header: boolean; above?: readonly Part[] },
): KnownBlock[] {
  let count = 0;
  const drawing: Drawing = { workspaceId, tables, next: () => count++ };
  const parts = [...above, ...card.blocks.map((block) => part(block, drawing))];
  if (header) parts.unshift(onePiece({ type: 'header', text: plain(card.title, limits.HEADER) }));
  return fitParts(parts, roomFor(surface === 'message' ? limits.MESSAGE_BLOCKS : limits.VIEW_BLOCKS - 1))
    .blocks;
}

function part(block: Block, drawing: Drawing): Part {
  const { workspaceId } = drawing;
  switch (block.kind) {
    case 'heading':
      return onePiece({ type: 'header', text: plain(block.text, limits.HEADER) });
    case 'divider':
      return onePiece({ type: 'divider' });
    case 'text':
      return onePiece(paragraph(block.text, workspaceId));
    case 'small':
      return onePiece(small(block.text, workspaceId));
    case 'fields':
      return onePiece(fieldLines(block.fields, workspaceId));
    case 'quote':
      return onePiece({
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: richText({ bold: block.label }, { workspaceId, max: limits.LABEL }),
          },
          { type: 'rich_text_quote', elements: words(block.text) },
        ],
      });
    case 'code':
      return onePiece({
        type: 'rich_text',
        elements: [{ type: 'rich_text_preformatted', elements: words(block.text) }],
      });
    case 'secret':
      return onePiece({
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: richText({ bold: block.label }, { workspaceId, max: limits.LABEL }),
          },
          { type: 'rich_text_preformatted', elements: words(block.value) },
        ],
      });
    case 'list': {
      const items = block.items.map((item) => ({
        type: 'rich_text_section' as const,
        elements: richText(item, { workspaceId, max: 500 }),
      }));
      return {
        pieces: chunks(items, ITEMS_TOGETHER).map((elements) => ({
          blocks: [bullets(elements)],
          count: elements.length,
        })),
      };
    }
    case 'rows':
      return { pieces: block.rows.map((row) => ({ blocks: rowBlocks(row, drawing), count: 1 })) };
    case 'table': {
      const native = drawing.tables > 0;
      if (native) drawing.tables -= 1;
      return renderTable(block, native);
    }
    case 'buttons':
      return onePiece(...buttonBlocks(block.buttons, drawing));
    case 'links': {
      const links = block.links.filter(({ url }) => isWeb(url) && url.length <= limits.BUTTON_URL);
      return onePiece(...actionsBlocks(links.map((link) => linkButton(link, drawing))));
    }
    case 'choose':
      return chooser(block, drawing, (row) => rowBlocks(row, drawing));
  }
}

const paragraph = (text: Text, workspaceId: string): KnownBlock => {
  const elements = richText(text, { workspaceId, max: limits.SECTION, lines: true });
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: elements.length > 0 ? elements : words('–') }],
  };
};

const words = (text: string): [{ type: 'text'; text: string }] => [
  { type: 'text', text: shorten(manyLines(text).trim(), limits.SECTION) || '–' },
];

/** Lines of one section: Slack need not begin a line where a new section begins. */
function fieldLines(fields: Extract<Block, { kind: 'fields' }>['fields'], workspaceId: string): KnownBlock {
  const elements = fields.flatMap(([label, value], index) => [
    ...richText(
      { bold: `${index > 0 ? '\n' : ''}${oneLine(label)}: ` },
      { workspaceId, max: limits.LABEL, lines: true },
    ),
    ...richText(value, { workspaceId, max: limits.FIELD }),
  ]);
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] };
}

const bullets = (elements: RichTextSection[]): KnownBlock => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_list', style: 'bullet', elements }],
});

/** One button stands beside its row, several stand below it. */
function rowBlocks({ text, detail, buttons = [] }: Row, drawing: Drawing): KnownBlock[] {
  const [only, another] = buttons;
  const beside = only && !another ? slackButton(only, drawing) : undefined;
  const title: KnownBlock = {
    type: 'section',
    text: plain(text, limits.SECTION),
    ...(beside ? { accessory: beside } : {}),
  };
  const rest = beside ? [] : buttonBlocks(buttons, drawing);
  return [title, ...(detail === undefined ? [] : [small(detail, drawing.workspaceId)]), ...rest];
}

function small(text: Text, workspaceId: string): KnownBlock {
  const elements = contextElements(text, workspaceId);
  return elements ? { type: 'context', elements } : paragraph(text, workspaceId);
}
