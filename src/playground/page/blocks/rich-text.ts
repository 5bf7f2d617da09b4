import { html, type Node } from '../html.ts';
import type { Json, PageState } from '../wire.ts';
import { emoji } from './emoji.ts';
import { anchor, channelMention, dateNode, mention } from './mrkdwn.ts';
import { json, jsons, string } from './stage.ts';

function styled(element: Json, node: Node): Node {
  const { bold, italic, strike, underline, code } = json(element.style);
  let drawn = node;
  if (code) drawn = html`<code>${drawn}</code>`;
  if (bold) drawn = html`<strong>${drawn}</strong>`;
  if (italic) drawn = html`<em>${drawn}</em>`;
  if (strike) drawn = html`<s>${drawn}</s>`;
  if (underline) drawn = html`<u>${drawn}</u>`;
  return drawn;
}

function bare(state: PageState, element: Json): Node {
  switch (element.type) {
    case 'text':
      return html`<span class="as-written">${string(element.text)}</span>`;
    case 'link':
      return anchor(string(element.url), string(element.text) || string(element.url));
    case 'user':
      return mention(state, string(element.user_id));
    case 'channel':
      return channelMention(state, string(element.channel_id));
    case 'usergroup':
    case 'team':
      return html`<span class="mention">@${string(element.usergroup_id) || state.team}</span>`;
    case 'broadcast':
      return html`<span class="mention">@${string(element.range)}</span>`;
    case 'emoji':
      return emoji(string(element.name));
    case 'date':
      return dateNode({
        timestamp: Number(element.timestamp),
        format: string(element.format),
        fallback: string(element.fallback),
        url: string(element.url),
      });
    case 'color':
      return html`<span class="swatch" style=${{ background: string(element.value) }} aria-hidden="true"></span><code>${string(element.value)}</code>`;
    default:
      return string(element.text);
  }
}

const line = (state: PageState, elements: unknown): Node =>
  jsons(elements).map((element) => styled(element, bare(state, element)));

export function richText(state: PageState, block: Json): Node {
  return jsons(block.elements).map((part) => {
    switch (part.type) {
      case 'rich_text_list': {
        const items = jsons(part.elements).map((item) => html`<li>${line(state, item.elements)}</li>`);
        const className = `list indent-${Math.min(Number(part.indent) || 0, 4)}`;
        return part.style === 'ordered'
          ? html`<ol class=${className} start=${(Number(part.offset) || 0) + 1}>${items}</ol>`
          : html`<ul class=${className}>${items}</ul>`;
      }
      case 'rich_text_quote':
        return html`<blockquote>${line(state, part.elements)}</blockquote>`;
      case 'rich_text_preformatted':
        return html`<pre>${line(state, part.elements)}</pre>`;
      default:
        return html`<div class="words">${line(state, part.elements)}</div>`;
    }
  });
}
