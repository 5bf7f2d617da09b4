import { useEffect, useState } from 'preact/hooks';
import type { PageState, WireChannel, WirePerson } from './wire.ts';

export type Place = { kind: 'channel'; id: string } | { kind: 'home' } | { kind: 'inbox' };
export type Toast = { id: number; text: string };

export type Store = {
  state?: PageState;
  as: string;
  place?: Place;
  thread?: { channel: string; ts: string };
  drawer: boolean;
  guide: boolean;
  letter?: string;
  toasts: Toast[];
  offline: boolean;
  /** How many messages each person has seen, by channel: `person/channel`. */
  seen: { [key: string]: number };
  /** Commands of the first steps that were tried. */
  tried: string[];
};

const remembered = <T>(key: string, otherwise: T): T => {
  try {
    return JSON.parse(localStorage.getItem(`rollcall.${key}`) ?? '') as T;
  } catch {
    return otherwise;
  }
};

let store: Store = {
  as: remembered('as', ''),
  drawer: false,
  guide: remembered('guide', true),
  toasts: [],
  offline: false,
  seen: remembered('seen', {}),
  tried: remembered('tried', []),
};
const listeners = new Set<(store: Store) => void>();

export const look = (): Store => store;

export function change(patch: Partial<Store>): void {
  store = { ...store, ...patch };
  for (const key of ['as', 'guide', 'seen', 'tried'] as const) {
    if (key in patch) localStorage.setItem(`rollcall.${key}`, JSON.stringify(store[key]));
  }
  for (const listener of listeners) listener(store);
}

export function useStore(): Store {
  const [seen, setSeen] = useState(store);
  useEffect(() => {
    listeners.add(setSeen);
    setSeen(store);
    return () => void listeners.delete(setSeen);
  }, []);
  return seen;
}

/** The state, where the page is drawn only once it is there. */
export function usePage(): PageState {
  const { state } = useStore();
  if (!state) throw new Error('drawn before the first answer');
  return state;
}

let toasts = 0;
export function toast(text: string): void {
  const id = ++toasts;
  change({ toasts: [...store.toasts, { id, text }].slice(-3) });
  setTimeout(() => change({ toasts: store.toasts.filter((item) => item.id !== id) }), 7000);
}

export const personOf = (state: PageState, id: string): WirePerson | undefined =>
  state.people.find((person) => person.id === id);

/** The other one in a direct message; nothing where that is the app. */
export const partnerOf = (
  state: PageState,
  channel: WireChannel,
  you = state.you,
): WirePerson | undefined => {
  const other = channel.members.find((id) => id !== you && id !== state.app.userId);
  return other ? personOf(state, other) : undefined;
};

export const appChannel = (state: PageState): WireChannel | undefined =>
  state.channels.find(
    (channel) =>
      channel.kind === 'direct' &&
      channel.members.includes(state.app.userId) &&
      channel.members.includes(state.you),
  );

export const channelTitle = (state: PageState, channel: WireChannel): string =>
  channel.kind === 'direct' ? (partnerOf(state, channel)?.realName ?? state.app.name) : channel.name;

export const unread = (current: Store, person: string, channel: string): number =>
  Math.max(0, (current.state?.counts[person]?.[channel] ?? 0) - (current.seen[`${person}/${channel}`] ?? 0));

/** Marks a channel as read; what a reset has taken away does not stay counted. */
export function markRead(person: string, channel: string): void {
  const count = store.state?.counts[person]?.[channel] ?? 0;
  const key = `${person}/${channel}`;
  if (store.seen[key] !== count) change({ seen: { ...store.seen, [key]: count } });
}
