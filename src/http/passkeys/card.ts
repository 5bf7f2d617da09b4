import { html } from 'hono/html';
import type { Block, Card, Inline, Text } from '../../views/card.ts';
import { inUtc } from '../../views/plain.ts';
import type { Html } from '../invitation/sheet.ts';

/** The same card that chat shows, as a page; buttons and links belong to the chat. */
export const drawCard = ({ blocks }: Card): Html => html`${blocks.map(drawBlock)}`;

const drawBlock = (block: Block): Html | '' => {
  switch (block.kind) {
    case 'text':
      return html`<p>${words(block.text)}</p>`;
    case 'small':
      return html`<p class="soft">${words(block.text)}</p>`;
    case 'fields':
      return html`<dl>${block.fields.map(
        ([label, value]) => html`<div><dt>${label}</dt><dd>${words(value)}</dd></div>`,
      )}</dl>`;
    case 'quote':
      return html`<dl><div><dt>${block.label}</dt><dd>${block.text}</dd></div></dl>`;
    case 'list':
      return html`<ul>${block.items.map((item) => html`<li>${words(item)}</li>`)}</ul>`;
    case 'rows':
      return html`<ul>${block.rows.map(
        ({ text, detail }) => html`<li>${text}${detail ? html`<br><span>${words(detail)}</span>` : ''}</li>`,
      )}</ul>`;
    case 'table':
      return html`<table><caption>${block.caption}</caption><tr>${block.columns.map(
        (column) => html`<th scope="col">${column}</th>`,
      )}</tr>${block.rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</table>`;
    case 'heading':
      return html`<h2>${block.text}</h2>`;
    case 'code':
      return html`<code>${block.text}</code>`;
    case 'divider':
      return html`<hr>`;
    case 'buttons':
    case 'links':
    case 'choose':
    case 'secret':
      return '';
  }
};

const isList = (text: Text): text is readonly Inline[] => Array.isArray(text);

const words = (text: Text): Html => (isList(text) ? html`${text.map(word)}` : html`${word(text)}`);

const word = (inline: Inline): Html | string => {
  if (typeof inline === 'string') return inline;
  if ('bold' in inline) return html`<b>${inline.bold}</b>`;
  if ('code' in inline) return html`<code class="word">${inline.code}</code>`;
  if ('person' in inline) return inline.person.email;
  if ('channel' in inline) return inline.channel;
  if ('time' in inline) {
    return html`<time datetime="${inline.time.toISOString()}">${inUtc(inline.time, inline.style)}</time>`;
  }
  return inline.label;
};
