import { useEffect, useState } from 'preact/hooks';
import { avatar } from '../avatar.ts';
import { classes, html, icon, type Node } from '../html.ts';
import type { Json, PageState, Suggested } from '../wire.ts';
import { json, jsons, string, words } from './stage.ts';

/** Something to choose: an option of the app's, a person or a channel. */
export type Thing = { key: string; name: string; hint?: string; value: string | Json; face?: Node };
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

type ListProps = {
  id: string;
  label: string;
  element: Json;
  state: PageState;
  keys: string[];
  many: boolean;
  pick: (thing: Thing) => void;
  load: (typed: string) => Promise<Suggested>;
};

/** What a select offers, narrowed by what is typed; the app itself is asked where it fills the list. */
export function OptionList({ id, label, element, state, keys, many, pick, load }: ListProps) {
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
