import { useEffect, useState } from 'preact/hooks';
import { ask } from '../api.ts';
import { avatar } from '../avatar.ts';
import { classes, html, icon, type Node } from '../html.ts';
import { usePopover } from '../popover.ts';
import { personOf, usePage } from '../store.ts';
import type { Json, PageState } from '../wire.ts';
import type { ControlProps } from './element.ts';
import { isJson, json, jsons, string, words } from './stage.ts';

/** Something to choose: an option of the app's, a person or a channel. */
type Thing = { key: string; name: string; hint?: string; value: string | Json; face?: Node };
type Group = { label?: string; things: Thing[] };

const ofOption = (option: Json): Thing => ({
  key: string(option.value),
  name: words(option.text),
  hint: words(option.description),
  value: option,
});

function ofPeople(state: PageState): Thing[] {
  return state.people
    .filter(({ deleted }) => !deleted)
    .map((person) => ({
      key: person.id,
      name: person.realName,
      hint: person.email,
      value: person.id,
      face: avatar(state, person.id, 'small'),
    }));
}

const ofChannels = (state: PageState): Thing[] =>
  state.channels
    .filter(({ kind }) => kind !== 'direct')
    .map((channel) => ({
      key: channel.id,
      name: `#${channel.name}`,
      hint: channel.topic,
      value: channel.id,
    }));

const ofGroups = (element: Json): Group[] =>
  element.option_groups
    ? jsons(element.option_groups).map((group) => ({
        label: words(group.label),
        things: jsons(group.options).map(ofOption),
      }))
    : [{ things: jsons(element.options).map(ofOption) }];

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
            <${List} id=${`${id}-list`} label=${label} element=${element} state=${state} keys=${chosen.map(keyOf)} many=${many} pick=${pick}
              load=${(typed: string) => ask({ where: stage.where, blockId, actionId: string(element.action_id), typed })} />
          </div>`
          : null
      }
    </span>`;
}

type ListProps = {
  id: string;
  label: string;
  element: Json;
  state: PageState;
  keys: string[];
  many: boolean;
  pick: (thing: Thing) => void;
  load: (typed: string) => ReturnType<typeof ask>;
};

function List({ id, label, element, state, keys, many, pick, load }: ListProps) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const [far, setFar] = useState<{ groups: Group[]; note?: string }>({ groups: [], note: 'Loading…' });
  const type = string(element.type);
  const external = type.endsWith('external_select');
  const least = Number(element.min_query_length ?? 3);
  useEffect(() => {
    if (!external) return;
    if (typed.length < least)
      return setFar({ groups: [], note: `Type ${least === 1 ? 'a letter' : `${least} letters`} to search.` });
    let late = false;
    const timer = setTimeout(async () => {
      const found = await load(typed);
      if (late) return;
      const groups = found.groups.map((group) => ({
        label: group.label,
        things: group.options.map((option) => ofOption(json(option))),
      }));
      setFar({ groups, note: found.failed });
    }, 150);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [typed, external]);
  const near = type.endsWith('users_select')
    ? [{ things: ofPeople(state) }]
    : /channels|conversations/.test(type)
      ? [{ things: ofChannels(state) }]
      : ofGroups(element);
  const fits = ({ name, hint }: Thing) => `${name} ${hint ?? ''}`.toLowerCase().includes(typed.toLowerCase());
  const groups: Group[] = (
    external ? far.groups : near.map((group) => ({ ...group, things: group.things.filter(fits) }))
  ).filter(({ things }) => things.length > 0);
  const flat = groups.flatMap(({ things }) => things);
  const key = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const thing = flat[at];
    if (step && flat.length > 0) {
      event.preventDefault();
      const next = (at + step + flat.length) % flat.length;
      setAt(next);
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (thing) pick(thing);
    }
  };
  return html`
    <input class="search" type="text" autofocus placeholder="Search" aria-label=${`Search ${label}`} aria-controls=${id} aria-activedescendant=${flat.length > 0 ? `${id}-${at}` : undefined} role="combobox" aria-expanded="true" autocomplete="off" value=${typed}
      ref=${(field: HTMLInputElement | null) => {
        if (field && document.activeElement !== field && typed === '') field.focus();
      }}
      onInput=${(event: Event) => {
        setTyped((event.target as HTMLInputElement).value);
        setAt(0);
      }} onKeyDown=${key} />
    <div class="options" id=${id} role="listbox" aria-label=${label} aria-multiselectable=${many}>
      ${groups.map(
        (group) => html`
        ${group.label ? html`<div class="group-label" role="presentation">${group.label}</div>` : null}
        ${group.things.map((thing) => {
          const index = flat.indexOf(thing);
          const taken = keys.includes(thing.key);
          return html`
            <div key=${thing.key} id=${`${id}-${index}`} role="option" aria-selected=${taken} class=${classes('option', index === at && 'at', taken && 'taken')} onMouseDown=${(event: Event) => event.preventDefault()} onClick=${() => pick(thing)} onMouseMove=${() => setAt(index)}>
              ${thing.face ?? null}<span class="option-words"><span>${thing.name}</span>${thing.hint ? html`<small>${thing.hint}</small>` : null}</span>${taken ? icon('check', 15) : null}
            </div>`;
        })}`,
      )}
      ${flat.length === 0 ? html`<p class="nothing-found">${(external && far.note) || 'Nothing found.'}</p>` : null}
    </div>`;
}
