import { useState } from 'preact/hooks';
import { ask } from '../api.ts';
import { classes, html, icon } from '../html.ts';
import { usePopover } from '../popover.ts';
import { personOf, usePage } from '../store.ts';
import type { Json, PageState } from '../wire.ts';
import type { ControlProps } from './element.ts';
import { OptionList, type Thing } from './option-list.ts';
import { isJson, string, words } from './stage.ts';

function nameOf(state: PageState, value: unknown): string {
  if (isJson(value)) return words(value.text);
  const id = string(value);
  return (
    personOf(state, id)?.realName ??
    (state.channels.some((channel) => channel.id === id)
      ? `#${state.channels.find((channel) => channel.id === id)?.name}`
      : id)
  );
}

const keyOf = (value: unknown): string => (isJson(value) ? string(value.value) : string(value));

/** Every select, single or multiple: a button that opens a searchable list. */
export function Select({
  element,
  value,
  put,
  id,
  label,
  labelledBy,
  invalid,
  describedBy,
  busy,
  stage,
  blockId,
}: ControlProps) {
  const state = usePage();
  const [open, setOpen] = useState(false);
  const { trigger, panel } = usePopover(open, () => setOpen(false));
  const many = string(element.type).startsWith('multi_');
  const chosen = many
    ? Array.isArray(value)
      ? value
      : []
    : value === null || value === ''
      ? []
      : [value as string | Json];
  const pick = (thing: Thing) => {
    const others = chosen.filter((item) => keyOf(item) !== thing.key);
    if (!many) {
      setOpen(false);
      trigger.current?.focus();
      return put(thing.value);
    }
    const most = Number(element.max_selected_items) || 100;
    put(others.length < chosen.length ? others : [...chosen, thing.value].slice(0, most));
  };
  const names = chosen.map((item) => nameOf(state, item));
  return html`
    <span class=${classes('select-box', many && names.length > 0 && 'many')}>
      <button ref=${trigger} type="button" id=${id} class=${classes('select', names.length === 0 && 'nothing')} role="combobox" aria-haspopup="listbox" aria-expanded=${open} aria-controls=${`${id}-list`}
        aria-invalid=${invalid} aria-describedby=${describedBy} aria-busy=${busy} aria-labelledby=${labelledBy ? `${labelledBy} ${id}` : undefined} aria-label=${labelledBy ? undefined : `${label}${names.length > 0 ? `: ${names.join(', ')}` : ''}`}
        onClick=${() => setOpen(!open)} onKeyDown=${(event: KeyboardEvent) => {
          if (event.key === 'ArrowDown' && !open) {
            event.preventDefault();
            setOpen(true);
          }
        }}>
        <span class="select-name">${many ? (names.length > 0 ? names.map((name) => html`<span class="picked">${name}</span>`) : words(element.placeholder) || 'Choose') : (names[0] ?? (words(element.placeholder) || 'Choose'))}</span>
        ${icon('down', 15)}
      </button>
      ${
        open
          ? html`<div ref=${panel} popover="auto" class="popover">
            <${OptionList} id=${`${id}-list`} label=${label} element=${element} state=${state} keys=${chosen.map(keyOf)} many=${many} pick=${pick}
              load=${(typed: string) => ask({ where: stage.where, blockId, actionId: string(element.action_id), typed })} />
          </div>`
          : null
      }
    </span>`;
}
