import { isShape, type Shape, shapesOf, stringOf, wordsOf } from '../../src/playground/workspace/shape.ts';

type NameOf = (id: string) => string;

export const unescaped = (text: string): string =>
  text
    .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** What a person reads in these blocks, a line for each. Buttons are pressed, not read. */
export const readBlocks = (blocks: readonly Shape[], nameOf: NameOf): string =>
  blocks
    .map((block) => readBlock(block, nameOf))
    .filter(Boolean)
    .join('\n');

function readBlock(block: Shape, nameOf: NameOf): string {
  const text = (value: unknown): string =>
    isShape(value) && value.type === 'mrkdwn' ? unescaped(wordsOf(value)) : wordsOf(value);
  switch (block.type) {
    case 'rich_text':
    case 'rich_text_list':
      return shapesOf(block.elements)
        .map((element) => readBlock(element, nameOf))
        .join('\n');
    case 'rich_text_section':
    case 'rich_text_quote':
    case 'rich_text_preformatted':
      return shapesOf(block.elements)
        .map((element) => readInline(element, nameOf))
        .join('');
    case 'context':
      return shapesOf(block.elements).map(text).join(' ');
    case 'input':
      return [text(block.label), text(block.hint)].filter(Boolean).join(': ');
    case 'table':
      return (Array.isArray(block.rows) ? block.rows : [])
        .map((row) =>
          shapesOf(row)
            .map((cell) => (cell.type === 'rich_text' ? readBlock(cell, nameOf) : stringOf(cell.text)))
            .join(' | '),
        )
        .join('\n');
    default:
      return [text(block.text), ...shapesOf(block.fields).map(text)].filter(Boolean).join('\n');
  }
}

function readInline(element: Shape, nameOf: NameOf): string {
  switch (element.type) {
    case 'user':
      return nameOf(stringOf(element.user_id));
    case 'broadcast':
      return `@${stringOf(element.range)}`;
    case 'date':
      return stringOf(element.fallback);
    case 'link':
      return stringOf(element.text) || stringOf(element.url);
    case 'channel':
      return `#${stringOf(element.channel_id)}`;
    default:
      return stringOf(element.text);
  }
}

/** Whom these blocks call, as Slack reads them: mentions in rich text and in mrkdwn, nothing in plain text. */
export function callsIn(value: unknown, nameOf: NameOf): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => callsIn(item, nameOf));
  if (!isShape(value)) return [];
  if (value.type === 'user') return [nameOf(stringOf(value.user_id))];
  if (value.type === 'broadcast' || value.type === 'usergroup')
    return [`@${stringOf(value.range) || 'group'}`];
  if (value.type === 'mrkdwn') {
    return [...stringOf(value.text).matchAll(/<([!@])([^>|^]+)[^>]*>/g)].flatMap(([, sign, id = '']) =>
      sign === '@' ? [nameOf(id)] : id.startsWith('date') ? [] : [`@${id}`],
    );
  }
  return Object.values(value).flatMap((item) => callsIn(item, nameOf));
}

/** The times that Slack draws in each reader's own zone, in seconds. */
export const timesIn = (blocks: readonly Shape[]): number[] => {
  const written = JSON.stringify(blocks);
  const marks = written.matchAll(/<!date\^(\d+)|"type":"date","timestamp":(\d+)/g);
  return [...marks].map(([, mrkdwn, rich]) => Number(mrkdwn ?? rich));
};
