import type { Inline, PersonRef, Text } from '../../views/card.ts';
import { shorten } from '../../views/plain.ts';
import { manyLines, oneLine } from '../visible.ts';
import { codeSpan, escapeText } from './text.ts';

const ID = /^\d{15,21}$/;
const STYLES = { date: 'D', time: 'f', relative: 'R' } as const;
const LINK_LABEL = 300;

const isList = (text: Text): text is readonly Inline[] => Array.isArray(text);
const inlines = (text: Text): readonly Inline[] => (isList(text) ? text : [text]);

export const isWeb = (link: string): boolean => /^https?:\/\//i.test(link) && URL.canParse(link);

const accountOf = ({ account }: PersonRef): string | undefined =>
  account?.platform === 'discord' && ID.test(account.externalId) ? account.externalId : undefined;

/** One line that still keeps its distance from what stands beside it. */
const beside = (text: string): string => {
  const clean = oneLine(text);
  if (clean === '') return text === '' ? '' : ' ';
  return `${/^\s/.test(text) ? ' ' : ''}${clean}${/\s$/.test(text) ? ' ' : ''}`;
};

export interface Shape {
  max: number;
  lines?: boolean;
  /** Takes note of everybody who is mentioned. */
  mention: (id: string) => void;
}

/** Text as Discord's markdown. Every word of ours or of others is escaped; only mentions, times and links are markup. */
export function markdown(text: Text, { max, lines = false, mention }: Shape): string {
  let left = max;
  const words = (value: string): string => {
    const clean = lines ? manyLines(value) : beside(value);
    const fitting = left > 1 ? shorten(clean, left) : '';
    left -= clean.length;
    return fitting;
  };
  return inlines(text)
    .map((inline): string => {
      if (typeof inline === 'string') return escapeText(words(inline));
      if ('bold' in inline) return styled('**', escapeText(words(inline.bold)));
      if ('code' in inline) return codeSpan(words(inline.code), max);
      if ('person' in inline) {
        const id = accountOf(inline.person);
        if (!id) return escapeText(words(inline.person.email));
        mention(id);
        return `<@${id}>`;
      }
      if ('channel' in inline)
        return ID.test(inline.channel) ? `<#${inline.channel}>` : escapeText(words(inline.channel));
      if ('time' in inline) return `<t:${Math.floor(inline.time.getTime() / 1000)}:${STYLES[inline.style]}>`;
      const label = escapeText(shorten(oneLine(inline.label) || inline.link, LINK_LABEL));
      return isWeb(inline.link) ? `[${label}](${address(inline.link)})` : label;
    })
    .join('');
}

const styled = (mark: string, text: string): string => (text.trim() === '' ? text : `${mark}${text}${mark}`);

/** Nothing in an address can end the link that it stands in. */
const address = (link: string): string =>
  new URL(link).href.replace(/[()<>\s]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
