import type { Block, Card, Inline, Text } from './card.ts';

/** What is still read aloud in one go: of somebody's own words, and of one list. */
const QUOTED = 300;
const LISTED = 20;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** At most `max` characters, cut between graphemes. */
export const shorten = (text: string, max: number): string => {
  if (text.length <= max) return text;
  let end = 0;
  for (const { index, segment } of graphemes.segment(text)) {
    if (index + segment.length > max - 1) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end).trimEnd()}…`;
};

/** A fallback text is written once for all readers, so it names the zone it means. */
export const inUtc = (time: Date, style: 'date' | 'time' | 'relative' = 'time'): string => {
  const day = time.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const hour = time.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
  return style === 'date' ? day : `${day}, ${hour} UTC`;
};

const isList = (text: Text): text is readonly Inline[] => Array.isArray(text);

const word = (inline: Inline): string => {
  if (typeof inline === 'string') return inline;
  if ('bold' in inline) return inline.bold;
  if ('code' in inline) return inline.code;
  if ('person' in inline) return inline.person.email;
  if ('channel' in inline) return inline.channel;
  if ('time' in inline) return inUtc(inline.time, inline.style);
  return `${inline.label} (${inline.link})`;
};

export const plainText = (text: Text): string =>
  isList(text)
    ? text.map((inline, index) => afterMention(word(inline), text[index - 1])).join('')
    : word(text);

/** A mention is an address here: the same address beside it would be said twice. */
const afterMention = (said: string, before: Inline | undefined): string => {
  const repeated = typeof before === 'object' && 'person' in before ? ` (${before.person.email})` : undefined;
  return repeated !== undefined && said.startsWith(repeated) ? said.slice(repeated.length) : said;
};

const some = (items: readonly string[]): string =>
  items.length > LISTED
    ? [...items.slice(0, LISTED), `and ${items.length - LISTED} more`].join('; ')
    : items.join('; ');

const spoken = (block: Block): string[] => {
  switch (block.kind) {
    case 'text':
    case 'small':
      return [plainText(block.text)];
    case 'fields':
      return block.fields.map(([label, value]) => `${label}: ${plainText(value)}`);
    case 'quote':
      return [`${block.label}: “${shorten(block.text.replace(/\s+/g, ' ').trim(), QUOTED)}”`];
    case 'list':
      return [some(block.items.map(plainText))];
    case 'rows':
      return [some(block.rows.map(({ text, detail }) => (detail ? `${text}: ${plainText(detail)}` : text)))];
    case 'table':
      return [`${block.caption}: ${some(block.rows.map((row) => row.join(', ')))}`];
    case 'links':
      return block.links.map(({ label, url }) => `${label}: ${url}`);
    case 'choose':
      return [`${block.label}: ${some(block.options.map(({ label }) => label))}`];
    case 'code':
    case 'heading':
      return [block.text];
    case 'buttons':
    case 'divider':
    case 'secret':
      return [];
  }
};

/** What blocks say, line by line. */
export const plainBlocks = (blocks: readonly Block[]): string[] =>
  blocks
    .flatMap((block) =>
      block.kind === 'list' ? block.items.map((item) => `• ${plainText(item)}`) : spoken(block),
    )
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '');

const sentence = (text: string): string => (/[.?!:…]["”]?$/.test(text) ? text : `${text}.`);

/** A card, with a fallback text that says all of it where none is given. Buttons are heard as buttons. */
export const card = (parts: {
  title: string;
  tone?: Card['tone'] | undefined;
  blocks: readonly Block[];
  text?: string;
}): Card => ({
  kind: 'card',
  title: parts.title,
  ...(parts.tone ? { tone: parts.tone } : {}),
  blocks: parts.blocks,
  ...(parts.blocks.some((block) => block.kind === 'secret') ? { secret: true as const } : {}),
  text:
    parts.text ??
    [parts.title, ...parts.blocks.flatMap(spoken)]
      .map((part) => part.replace(/\s+/g, ' ').trim())
      .filter((part) => part !== '')
      .map(sentence)
      .join(' '),
});
