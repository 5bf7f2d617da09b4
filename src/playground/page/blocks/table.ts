import { html, type Node } from '../html.ts';
import type { Json, PageState } from '../wire.ts';
import { richText } from './rich-text.ts';
import { isJson, jsons, string } from './stage.ts';

const cell = (state: PageState, value: unknown): Node => {
  if (!isJson(value)) return '';
  if (value.type === 'rich_text') return richText(state, value);
  return value.type === 'raw_number'
    ? String(value.value ?? value.number ?? value.text ?? '')
    : string(value.text);
};

/** The first row is the header, as in Slack. */
export function table(state: PageState, block: Json): Node {
  const rows = (Array.isArray(block.rows) ? block.rows : []).filter(Array.isArray);
  const settings = jsons(block.column_settings);
  const side = (column: number) =>
    string(settings[column]?.align) ? `to-${string(settings[column]?.align)}` : undefined;
  const [head = [], ...body] = rows;
  return html`
    <div class="table-box" tabindex="0" role="group" aria-label="Table">
      <table>
        <thead><tr>${head.map((value: unknown, column: number) => html`<th scope="col" class=${side(column)}>${cell(state, value)}</th>`)}</tr></thead>
        <tbody>${body.map((row) => html`<tr>${row.map((value: unknown, column: number) => html`<td class=${side(column)}>${cell(state, value)}</td>`)}</tr>`)}</tbody>
      </table>
    </div>`;
}
