import { shorten } from '../../views/plain.ts';
import { manyLines, oneLine } from '../visible.ts';

/** A mention is looked for before the formatting is, so neither a backslash nor code stops these two. */
const CALL = /@(?=everyone|here)/gi;

/**
 * Somebody's own words as words: no formatting, no link, no mention. Discord shows what follows a backslash as it is.
 * https://docs.discord.com/developers/reference#message-formatting
 */
export const escapeText = (text: string): string =>
  text
    .replace(/[\\*_~`|<[\]]/g, '\\$&')
    .replace(/(^|\n)([ \t]*)([-#>+])/g, '$1$2\\$3')
    .replace(/(^|\n)([ \t]*\d+)([.)])/g, '$1$2\\$3')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(CALL, '@\u200b');

/** Discord refuses an empty text. */
const something = (text: string): string => (text.trim() === '' ? '–' : text);

/** For places that show text as it is: labels, titles, options. */
export const plain = (text: string, max: number): string => something(shorten(oneLine(text), max));

export const line = (text: string, max: number): string => escapeText(plain(text, max));

export const lines = (text: string, max: number): string =>
  escapeText(something(shorten(manyLines(text).trim(), max)));

const FENCE = '```';

/** Text that is shown letter by letter. Nothing in it can end the block. */
export const codeBlock = (text: string, max: number): string => {
  const clean = something(shorten(manyLines(text), max))
    .replaceAll(FENCE, '`\u200b`\u200b`')
    .replace(CALL, '@\u200b');
  return `${FENCE}\n${clean}\n${FENCE}`;
};

export const codeSpan = (text: string, max: number): string =>
  `\`${plain(text, max).replaceAll('`', "'").replace(CALL, '@\u200b')}\``;
