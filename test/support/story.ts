import { expect } from 'vitest';
import type { Config } from '../../src/config.ts';
import type { Database } from '../../src/db/client.ts';
import { type RunningApp, startApp } from './app.ts';
import { embeddedDatabase } from './database.ts';
import { startDiscordSide } from './discord-side.ts';
import { linkEverybody } from './linked.ts';
import { type Seat, takeSeat } from './seat.ts';
import type { Side } from './side.ts';
import { startSlackSide } from './slack-side.ts';

export { type Seat, takeSeat } from './seat.ts';

export interface Chat {
  platform: string;
  startSide: () => Promise<Side>;
  /** A line goes out as it is typed. Elsewhere the chat lets through what is declared, and nothing else. */
  freeText: boolean;
  /** A window opens in a thread as anywhere. */
  windowsInThreads: boolean;
  /** People of other companies see channels of this one. */
  shared: boolean;
  /** Requests carry a signature of their own. */
  signed: boolean;
  /** What is there because of how this chat works: other chats have nothing, or something else, instead. */
  own: readonly RegExp[];
}

/** Every chat that the stories are told on. */
export const platforms: readonly Chat[] = [
  {
    platform: 'slack',
    startSide: startSlackSide,
    freeText: true,
    windowsInThreads: false,
    shared: true,
    signed: true,
    own: [
      /The file is in your direct messages with me\./,
      /^Copy your token now$/m,
      // The title of a window whose answer has a longer one.
      /^Rollcall$/m,
      /connected to .* by HTTP/,
    ],
  },
  {
    platform: 'discord',
    startSide: startDiscordSide,
    freeText: false,
    windowsInThreads: true,
    shared: false,
    signed: false,
    own: [/^Bar chart of findings.*$/m, /^I have saved it$/m, /Connected, in .*/],
  },
];

export interface Story {
  app: RunningApp;
  side: Side;
  seat(name: string): Seat;
  /** Runs `what` and expects that nothing was written down because of it. */
  nothingHappens(what: () => Promise<unknown>): Promise<void>;
  /** Stops everything. Nothing unexpected may have been logged until then. */
  end(): Promise<void>;
}

export interface StoryOptions {
  database?: Database;
  settings?: (side: Side) => Partial<Config>;
  /** Whether everybody who works here is known by their address already; yes, because most stories begin after that. */
  linked?: boolean;
}

/** Starts the app in front of one chat. Whoever starts it ends it: `beforeAll` returns `story.end`. */
export async function startStory(startSide: () => Promise<Side>, options: StoryOptions = {}): Promise<Story> {
  const side = await startSide();
  const settings = options.settings?.(side) ?? {};
  const database =
    options.database ?? (settings.database?.url ? undefined : (await embeddedDatabase()).database);
  const app = await startApp({
    chat: side.chat,
    listens: side.sendTo,
    ...(database ? { database } : {}),
    settings: {
      linkByEmail: (options.linked ?? true) ? [side.workspaceId] : [],
      ...settings,
    },
  });
  const seats = new Map<string, Seat>();
  const seatOf = (name: string): Seat => {
    const seat = seats.get(name) ?? takeSeat(side, app, name);
    seats.set(name, seat);
    return seat;
  };
  if (options.linked ?? true) await linkEverybody(side, app.letters, seatOf);
  return {
    app,
    side,
    seat: seatOf,
    nothingHappens: async (what) => {
      const before = await app.audited();
      await what();
      expect(await app.audited(), 'something was written to the audit').toBe(before);
    },
    end: async () => {
      await app.stop();
      await side.stop();
      expect(app.errors()).toEqual([]);
      expect(side.refused(), 'the chat would not take it').toEqual([]);
    },
  };
}
