import { expect } from 'vitest';
import { type RunningApp, startApp } from './app.ts';
import { embeddedDatabase } from './database.ts';
import { linkEverybody } from './linked.ts';
import type { Side } from './side.ts';
import { platforms, type Seat, takeSeat } from './story.ts';

export interface Place {
  side: Side;
  seat(name: string): Seat;
}

export interface SharedStory {
  app: RunningApp;
  /** One place for each chat. The same people sit in all of them. */
  places: readonly Place[];
  end(): Promise<void>;
}

/** Starts one app in front of every chat at once. */
export async function startSharedStory(): Promise<SharedStory> {
  const sides = await Promise.all(platforms.map(({ startSide }) => startSide()));
  const { database } = await embeddedDatabase();
  const app = await startApp({
    chat: Object.assign({}, ...sides.map(({ chat }) => chat)),
    listens: (origin) => {
      for (const side of sides) side.sendTo(origin);
    },
    database,
    settings: {
      linkByEmail: sides.filter((side) => side.confirmsAddresses).map(({ workspaceId }) => workspaceId),
    },
  });
  const places = sides.map((side): Place => {
    const seats = new Map<string, Seat>();
    const seat = (name: string): Seat => {
      const taken = seats.get(name) ?? takeSeat(side, app, name);
      seats.set(name, taken);
      return taken;
    };
    return { side, seat };
  });
  for (const { side, seat } of places) await linkEverybody(side, app.letters, seat);
  return {
    app,
    places,
    end: async () => {
      await app.stop();
      await Promise.all(sides.map((side) => side.stop()));
      expect(app.errors()).toEqual([]);
      expect(sides.flatMap((side) => side.refused())).toEqual([]);
    },
  };
}
