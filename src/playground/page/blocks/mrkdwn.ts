import { html, type Node } from '../html.ts';
import { personOf } from '../store.ts';
import type { PageState } from '../wire.ts';
import { formatDate } from './date.ts';
import { emoji } from './emoji.ts';

/** Slack escapes these three and nothing else. */
const bareText = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const breaks = (text: string): Node[] =>
  text.split('\n').flatMap((line, index) => (index === 0 ? [line] : [html`<br />`, line]));

const withEmoji = (text: string): string =>
  text.replace(/:([a-z0-9_+-]+):/g, (_, name: string) => emoji(name));

/** A plain_text: no markup but emoji. */
export const plain = (text: string): Node => breaks(withEmoji(text));

export const safe = (url: string): string | undefined =>
  /^(https?:|mailto:|\/)/i.test(url) ? url : undefined;

export function anchor(url: string, label: Node): Node {
  const address = safe(url);
  return address
    ? html`<a href=${address} target="_blank" rel="noopener noreferrer">${label}</a>`
    : html`<span>${label}</span>`;
}

export function mention(state: PageState, id: string): Node {
  const person = personOf(state, id);
  const name = id === state.app.userId ? state.app.name : (person?.realName ?? 'unknown');
  return html`<span class=${id === state.you ? 'mention me' : 'mention'} title=${person?.email}>@${name}</span>`;
}

export function channelMention(state: PageState, id: string, label = ''): Node {
  const name = state.channels.find((channel) => channel.id === id)?.name ?? (label || 'private channel');
  return html`<span class="mention">#${name}</span>`;
}

export function dateNode(date: {
  timestamp: number;
  format: string;
  fallback: string;
  url?: string;
  first?: boolean;
}): Node {
  const { timestamp, format, fallback, url, first } = date;
  const known = Number.isFinite(timestamp);
  const label = known ? formatDate(timestamp, format, first) : fallback;
  const node = html`<time datetime=${known ? new Date(timestamp * 1000).toISOString() : undefined} title=${fallback}>${label}</time>`;
  return url ? anchor(url, node) : node;
}

/** What stands between angle brackets: a link, a mention or a date. */
function angled(state: PageState, inside: string, first: boolean): Node {
  const [target = '', ...rest] = inside.split('|');
  const label = bareText(rest.join('|'));
  if (target.startsWith('@')) return mention(state, target.slice(1));
  if (target.startsWith('#')) return channelMention(state, target.slice(1), label);
  if (target.startsWith('!date^')) {
    const [, stamp = '', format = '', url] = target.split('^');
    return dateNode({
      timestamp: Number(stamp),
      format: bareText(format),
      fallback: label,
      ...(url ? { url } : {}),
      first,
    });
  }
  if (target.startsWith('!'))
    return html`<span class="mention">@${label || target.slice(1).split('^')[0]}</span>`;
  return anchor(bareText(target), label || bareText(target.replace(/^mailto:/, '')));
}

const INLINE =
  /```(?<block>[\s\S]+?)```|`(?<code>[^`\n]+)`|<(?<angle>[^<>\n]+)>|(?<![\w*])\*(?<bold>[^*\n\s](?:[^*\n]*[^*\n\s])?)\*(?![\w*])|(?<![\w_])_(?<italic>[^_\n\s](?:[^_\n]*[^_\n\s])?)_(?![\w_])|(?<![\w~])~(?<strike>[^~\n\s](?:[^~\n]*[^~\n\s])?)~(?![\w~])/g;

function inline(state: PageState, text: string): Node[] {
  const nodes: Node[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(breaks(withEmoji(bareText(text.slice(from, match.index)))));
    const { block, code, angle, bold, italic, strike } = match.groups ?? {};
    if (block) nodes.push(html`<pre>${bareText(block.replace(/^\n/, ''))}</pre>`);
    else if (code) nodes.push(html`<code>${bareText(code)}</code>`);
    else if (angle) nodes.push(angled(state, angle, match.index === 0));
    else if (bold) nodes.push(html`<strong>${inline(state, bold)}</strong>`);
    else if (italic) nodes.push(html`<em>${inline(state, italic)}</em>`);
    else if (strike) nodes.push(html`<s>${inline(state, strike)}</s>`);
    from = match.index + match[0].length;
  }
  nodes.push(breaks(withEmoji(bareText(text.slice(from)))));
  return nodes;
}

/** Slack's own markup: https://docs.slack.dev/messaging/formatting-message-text/ */
export function mrkdwn(state: PageState, text: string): Node {
  const parts = text.split(/((?:^(?:&gt;|>) ?.*(?:\n|$))+)/m);
  return parts.map((part, index) =>
    index % 2 === 1
      ? html`<blockquote>${inline(state, part.trimEnd().replace(/^(?:&gt;|>) ?/gm, ''))}</blockquote>`
      : inline(state, index > 0 ? part.replace(/^\n/, '') : part),
  );
}
