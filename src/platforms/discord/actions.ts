import type { StoredAction } from '../../core/delivery/stored-actions.ts';
import { type Pressable, pressableFrom } from './action.ts';

/** The database's side of it. */
export interface ActionStore {
  keep(actions: readonly StoredAction[]): Promise<void>;
  find(id: string): Promise<unknown>;
}

export interface Actions {
  /** To be awaited before the message with the buttons is sent. */
  keep(actions: readonly StoredAction[]): Promise<void>;
  /** What is known without asking: a form must open before the database can be asked anything. */
  peek(id: string): Pressable | undefined;
  find(id: string): Promise<Pressable | undefined>;
}

const REMEMBERED = 5_000;

export function createActions(store: ActionStore): Actions {
  const known = new Map<string, Pressable>();
  const remember = (id: string, stored: unknown): Pressable | undefined => {
    const pressable = pressableFrom(stored);
    if (known.size >= REMEMBERED) known.clear();
    if (pressable) known.set(id, pressable);
    return pressable;
  };
  return {
    async keep(actions) {
      for (const { id, action } of actions) remember(id, action);
      await store.keep(actions);
    },
    peek: (id) => known.get(id),
    find: async (id) => known.get(id) ?? remember(id, await store.find(id)),
  };
}
