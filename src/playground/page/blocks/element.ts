import { useState } from 'preact/hooks';
import { deed } from '../api.ts';
import { classes, html, icon } from '../html.ts';
import { Menu } from '../menu.ts';
import { tickPressed } from '../tick.ts';
import type { Json } from '../wire.ts';
import { Choices } from './choices.ts';
import { Confirm } from './confirm.ts';
import { FileInput, Moment, TextInput } from './inputs.ts';
import { plain, safe } from './mrkdwn.ts';
import { Select } from './select.ts';
import { type Chosen, jsons, type Stage, string, words } from './stage.ts';

export type ElementProps = {
  block: Json;
  element: Json;
  stage: Stage;
  id?: string;
  invalid?: boolean;
  describedBy?: string;
};

export type ControlProps = {
  element: Json;
  value: Chosen;
  put: (value: Chosen) => void;
  /** Enter in a text that the app wants to hear of. */
  send: () => void;
  id: string;
  label: string;
  labelledBy?: string;
  invalid: boolean;
  describedBy?: string;
  busy: boolean;
  stage: Stage;
  blockId: string;
};

/** One thing to press, choose or fill, wherever it stands. */
export function Element({ block, element, stage, id, invalid = false, describedBy }: ElementProps) {
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState<Chosen | undefined>(undefined);
  const [blockId, actionId] = [string(block.block_id), string(element.action_id)];
  const type = string(element.type);
  const value = stage.fill[blockId]?.[actionId] ?? null;
  const isInput = block.type === 'input';

  const tell = async (chosen: Chosen) => {
    setBusy(true);
    const fill =
      type === 'button' || type === 'overflow'
        ? stage.fill
        : { ...stage.fill, [blockId]: { ...stage.fill[blockId], [actionId]: chosen } };
    const { failed } = await deed('click', { where: stage.where, blockId, actionId, value: chosen, fill });
    if (failed === undefined) tickPressed(words(element.text));
    setBusy(false);
  };
  /** Controls in sections and actions report at once; inputs wait for the submit button unless the app wants to hear. */
  const act = (chosen: Chosen) => (element.confirm ? setAsking(chosen) : void tell(chosen));
  const put = (chosen: Chosen) => {
    stage.setFill((fill) => ({ ...fill, [blockId]: { ...fill[blockId], [actionId]: chosen } }));
    if (!isInput || (block.dispatch_action && !/text_input|number_input/.test(type))) act(chosen);
  };
  const dialog =
    asking === undefined
      ? null
      : html`<${Confirm} confirm=${element.confirm} onAnswer=${(yes: boolean) => {
          setAsking(undefined);
          if (yes) void tell(asking);
        }} />`;

  if (type === 'button') {
    const url = string(element.url);
    const press = () => {
      if (busy) return;
      if (safe(url)) window.open(url, '_blank', 'noopener');
      act(null);
    };
    return html`
      <button type="button" class=${classes('button', string(element.style))} aria-label=${string(element.accessibility_label) || undefined}
        aria-busy=${busy} aria-disabled=${busy} data-action=${actionId} onClick=${press}>${plain(words(element.text))}${url ? html`<span class="outward" aria-label="opens a new tab">↗</span>` : null}</button>
      ${dialog}`;
  }
  if (type === 'overflow') {
    const items = jsons(element.options).map((option) => ({
      label: words(option.text),
      hint: words(option.description),
      act: () =>
        safe(string(option.url)) ? void window.open(string(option.url), '_blank', 'noopener') : act(option),
    }));
    return html`<${Menu} label=${string(element.accessibility_label) || 'More'} face=${icon('more', 18)} className="button overflow" items=${items} busy=${busy} />${dialog}`;
  }
  const label = words(block.label) || words(element.placeholder) || 'Choose';
  const props: ControlProps = {
    element,
    value,
    put,
    send: () => (block.dispatch_action ? act(stage.fill[blockId]?.[actionId] ?? null) : undefined),
    id: id ?? `control-${blockId}-${actionId}`,
    label,
    labelledBy: isInput ? `${id}-label` : undefined,
    invalid,
    describedBy,
    busy,
    stage,
    blockId,
  };
  return html`<${controlFor(type)} ...${props} />${dialog}`;
}

function controlFor(type: string) {
  if (type.endsWith('_select')) return Select;
  if (type === 'checkboxes' || type === 'radio_buttons') return Choices;
  if (/picker$/.test(type)) return Moment;
  return type === 'file_input' ? FileInput : TextInput;
}
