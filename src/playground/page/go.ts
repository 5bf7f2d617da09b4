import { refresh } from './api.ts';
import { appChannel, change, look, markRead, type Place } from './store.ts';
import type { PageState } from './wire.ts';

const nameOf = (state: PageState, place: Place): string => {
  if (place.kind !== 'channel') return place.kind;
  const channel = state.channels.find(({ id }) => id === place.id);
  if (channel?.kind !== 'direct') return channel?.name ?? '';
  return channel.id === appChannel(state)?.id ? 'messages' : channel.id;
};

function placeOf(state: PageState, name: string): Place | undefined {
  if (name === 'home' || name === 'inbox') return { kind: name };
  const id =
    name === 'messages'
      ? appChannel(state)?.id
      : state.channels.find((channel) => channel.name === name || channel.id === name)?.id;
  return id ? { kind: 'channel', id } : undefined;
}

const write = (): void => {
  const { state, place } = look();
  const you = state?.people.find(({ id }) => id === look().as);
  if (!state || !you || !place) return;
  const hash = `#${you.name}/${nameOf(state, place)}`;
  if (location.hash !== hash) history.replaceState(null, '', hash);
};

export function goTo(place: Place): void {
  // On a phone the first steps cover everything that somebody goes to.
  change({ place, drawer: false, thread: undefined, ...(innerWidth < 900 ? { guide: false } : {}) });
  if (place.kind === 'channel') markRead(look().as, place.id);
  write();
}

/** Takes another person's seat. The place stays where that person can be there too. */
export async function become(person: string): Promise<void> {
  const { state, place } = look();
  if (!state || person === look().as) return;
  const name = place ? nameOf(state, place) : '';
  change({ as: person, thread: undefined, drawer: false });
  await refresh();
  const now = look().state;
  if (!now) return;
  goTo(placeOf(now, name) ?? placeOf(now, 'general') ?? { kind: 'home' });
}

/** A visitor arrives where something has happened already. */
function firstPlace(state: PageState): Place | undefined {
  const open = state.channels.filter(({ kind }) => kind !== 'direct');
  const busy = open.find(({ id }) => state.messages.some((message) => message.channel === id));
  const id = (busy ?? open[0])?.id;
  return id ? { kind: 'channel', id } : undefined;
}

/** Leaves a place that is no more, such as a direct message after a reset. */
export function stayOrArrive(): void {
  const { state, place } = look();
  if (!state || place?.kind !== 'channel' || state.channels.some(({ id }) => id === place.id)) return;
  goTo(firstPlace(state) ?? { kind: 'home' });
}

/** Reads person and place out of the address, so that two windows can be two people. */
export async function start(): Promise<void> {
  await refresh();
  const { state } = look();
  if (!state) return;
  const [who = '', where = ''] = decodeURIComponent(location.hash.slice(1)).split('/');
  const person = state.people.find(({ name }) => name === who);
  if (person && person.id !== state.you) {
    change({ as: person.id });
    await refresh();
  }
  const now = look().state ?? state;
  goTo(placeOf(now, where) ?? firstPlace(now) ?? { kind: 'home' });
}
