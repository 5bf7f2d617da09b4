import type { MrkdwnElement, PlainTextElement, RichTextElement } from '@slack/types';
import type { Inline, PersonRef, Text } from '../../views/card.ts';
import { shorten } from '../../views/plain.ts';
import { CONTEXT_ELEMENTS, SECTION } from './limits.ts';
import { escapeText, manyLines, oneLine, plain } from './text.ts';

const ID = /^[A-Z][A-Z0-9]{2,30}$/;

/** Each reader sees their own time zone: https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
const FORMATS = {
  date: '{date_short_pretty}',
  time: '{date_short_pretty} at {time}',
  relative: '{date_pretty} at {time}',
} as const;

const isList = (text: Text): text is readonly Inline[] => Array.isArray(text);
const inlines = (text: Text): readonly Inline[] => (isList(text) ? text : [text]);

/** One line that still keeps its distance from what stands beside it. */
function besideOthers(text: string): string {
  const clean = oneLine(text);
  if (clean === '') return text === '' ? '' : ' ';
  return `${/^\s/.test(text) ? ' ' : ''}${clean}${/\s$/.test(text) ? ' ' : ''}`;
}

const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);
const inUtc = (time: Date): string => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
export const isWeb = (link: string): boolean => /^(https?|mailto):/i.test(link) && URL.canParse(link);

function slackId(person: PersonRef, workspaceId: string): string | undefined {
  const { account } = person;
  if (account?.platform !== 'slack' || account.workspaceId !== workspaceId) return undefined;
  return ID.test(account.externalId) ? account.externalId : undefined;
}

export interface Shape {
  workspaceId: string;
  max: number;
  lines?: boolean;
}

/** The elements of one rich text section. Rich text never reads text as markup, so nothing needs escaping. */
export function richText(text: Text, { workspaceId, max, lines = false }: Shape): RichTextElement[] {
  let left = max;
  const words = (value: string, style?: { bold?: boolean; code?: boolean }): RichTextElement[] => {
    const clean = lines ? manyLines(value) : besideOthers(value);
    const fitting = left > 1 ? shorten(clean, left) : '';
    left -= clean.length;
    return fitting === '' ? [] : [{ type: 'text', text: fitting, ...(style ? { style } : {}) }];
  };
  return inlines(text).flatMap((inline): RichTextElement[] => {
    if (typeof inline === 'string') return words(inline);
    if ('bold' in inline) return words(inline.bold, { bold: true });
    if ('code' in inline) return words(inline.code, { code: true });
    if ('person' in inline) {
      const id = slackId(inline.person, workspaceId);
      return id ? [{ type: 'user', user_id: id }] : words(inline.person.email);
    }
    if ('channel' in inline) {
      return ID.test(inline.channel)
        ? [{ type: 'channel', channel_id: inline.channel }]
        : words(inline.channel);
    }
    if ('time' in inline) {
      const format = FORMATS[inline.style];
      return [{ type: 'date', timestamp: seconds(inline.time), format, fallback: inUtc(inline.time) }];
    }
    if (!isWeb(inline.link)) return words(inline.label);
    return [{ type: 'link', url: inline.link, text: shorten(oneLine(inline.label) || inline.link, 300) }];
  });
}

type Small = PlainTextElement | MrkdwnElement;

/**
 * The elements of a context block: markup for tokens that we make ourselves, plain text for every word. Nothing where
 * only rich text can show it safely.
 */
export function contextElements(text: Text, workspaceId: string): Small[] | undefined {
  const elements: Small[] = [];
  let words = '';
  const flush = () => {
    if (words.trim() !== '') elements.push(plain(words, SECTION));
    words = '';
  };
  const token = (value: string) => {
    flush();
    elements.push({ type: 'mrkdwn', text: value, verbatim: true });
  };
  for (const inline of inlines(text)) {
    if (typeof inline === 'string') words += inline;
    else if ('bold' in inline) words += inline.bold;
    else if ('code' in inline) words += inline.code;
    else if ('person' in inline) {
      const id = slackId(inline.person, workspaceId);
      if (id) token(`<@${id}>`);
      else words += inline.person.email;
    } else if ('channel' in inline) {
      if (ID.test(inline.channel)) token(`<#${inline.channel}>`);
      else words += inline.channel;
    } else if ('time' in inline) {
      token(`<!date^${seconds(inline.time)}^${FORMATS[inline.style]}|${escapeText(inUtc(inline.time))}>`);
    } else return undefined;
  }
  flush();
  return elements.length > 0 && elements.length <= CONTEXT_ELEMENTS ? elements : undefined;
}
