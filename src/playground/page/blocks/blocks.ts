import { html, icon, type Node } from '../html.ts';
import { usePage } from '../store.ts';
import type { Json, PageState } from '../wire.ts';
import { Element } from './element.ts';
import { mrkdwn, plain } from './mrkdwn.ts';
import { richText } from './rich-text.ts';
import { json, jsons, type Stage, string, words } from './stage.ts';
import { table } from './table.ts';

/** A text object, drawn by its own kind. */
export const text = (state: PageState, value: unknown): Node => {
  const { type } = json(value);
  return type === 'plain_text' ? plain(words(value)) : mrkdwn(state, words(value));
};

export function Blocks({ blocks, stage }: { blocks: readonly Json[]; stage: Stage }) {
  const state = usePage();
  return html`<div class="blocks">${blocks.map((block, index) => html`<div class=${`block ${string(block.type)}`} key=${string(block.block_id) || index}>${draw(state, block, stage)}</div>`)}</div>`;
}

function draw(state: PageState, block: Json, stage: Stage): Node {
  switch (block.type) {
    case 'header':
      return html`<h3>${plain(words(block.text))}</h3>`;
    case 'divider':
      return html`<hr />`;
    case 'section':
      return section(state, block, stage);
    case 'context':
      // Its elements are one sentence to who reads it, broken where the line is full.
      return jsons(block.elements).flatMap((item, index) => [
        index > 0 ? ' ' : null,
        item.type === 'image'
          ? html`<img class="context-image" src=${item.image_url} alt=${item.alt_text} />`
          : html`<span class="context-text">${text(state, item)}</span>`,
      ]);
    case 'actions':
      return jsons(block.elements).map(
        (element) =>
          html`<${Element} key=${string(element.action_id)} block=${block} element=${element} stage=${stage} />`,
      );
    case 'input':
      return input(state, block, stage);
    case 'image':
      return html`<figure class="picture">${block.title ? html`<figcaption>${plain(words(block.title))}</figcaption>` : null}<img src=${addressOf(state, block)} alt=${block.alt_text} loading="lazy" /></figure>`;
    case 'rich_text':
      return richText(state, block);
    case 'table':
      return table(state, block);
    case 'alert':
      return html`<div class=${`alert-box ${string(block.level) || 'default'}`} role="note">${icon(/warning|error/.test(string(block.level)) ? 'warning' : 'info', 18)}<div>${text(state, block.text)}</div></div>`;
    case 'file':
      return html`<span class="file">${icon('file', 22)}<span><strong>Remote file</strong><small>${string(block.external_id)}</small></span></span>`;
    default:
      return html`<p class="context-text">This client cannot show “${string(block.type)}”.</p>`;
  }
}

/** An upload of the app's is shown as the person in the seat may see it. */
const addressOf = (state: PageState, block: Json): string =>
  string(block.image_url) || `/playground/files/${string(json(block.slack_file).id)}?as=${state.you}`;

function section(state: PageState, block: Json, stage: Stage): Node {
  const fields = jsons(block.fields);
  const accessory = json(block.accessory);
  return html`
    <div class="section-words">
      ${block.text ? html`<div class="words">${text(state, block.text)}</div>` : null}
      ${fields.length > 0 ? html`<div class="fields">${fields.map((field) => html`<div class="words">${text(state, field)}</div>`)}</div>` : null}
    </div>
    ${
      accessory.type === 'image'
        ? html`<img class="accessory-image" src=${accessory.image_url} alt=${accessory.alt_text} />`
        : accessory.type
          ? html`<div class="accessory"><${Element} block=${block} element=${accessory} stage=${stage} /></div>`
          : null
    }`;
}

function input(state: PageState, block: Json, stage: Stage): Node {
  const id = `input-${string(block.block_id)}`;
  const error = stage.errors[string(block.block_id)];
  const element = json(block.element);
  const many = /checkboxes|radio_buttons/.test(string(element.type));
  const label = html`${plain(words(block.label))}${block.optional ? html`<span class="optional">optional</span>` : null}`;
  return html`
    ${many ? html`<span class="label" id=${`${id}-label`}>${label}</span>` : html`<label class="label" for=${id} id=${`${id}-label`}>${label}</label>`}
    <${Element} block=${block} element=${element} stage=${stage} id=${id} invalid=${Boolean(error)} describedBy=${`${id}-hint`} />
    <div id=${`${id}-hint`} class="below">
      ${error ? html`<p class="error">${icon('warning', 14)}${error}</p>` : null}
      ${block.hint ? html`<p class="hint">${text(state, block.hint)}</p>` : null}
    </div>`;
}
