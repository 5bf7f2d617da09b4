import { shorten } from '../../views/plain.ts';
import { oneLine } from '../visible.ts';

export { manyLines, oneLine } from '../visible.ts';

/** Slack refuses an empty text object. */
const something = (text: string): string => (text.trim() === '' ? '–' : text);

export const plain = (text: string, max: number): { type: 'plain_text'; text: string; emoji: false } => ({
  type: 'plain_text',
  text: something(shorten(oneLine(text), max)),
  emoji: false,
});

/** https://docs.slack.dev/messaging/formatting-message-text#escaping: these three and nothing else. */
export const escapeText = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** What Slack has escaped on the way to us. */
export const unescapeText = (text: string): string =>
  text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
