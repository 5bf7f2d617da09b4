import { pino } from 'pino';
import type { StoredAction } from '../../../src/core/delivery/stored-actions.ts';
import { createDiscord, type DiscordOptions } from '../../../src/platforms/discord/index.ts';
import { createActs } from '../../support/discord/act.ts';
import { offeredIn } from '../../support/discord/command-options.ts';
import { type FakeDiscord, startDiscord as startFake } from '../../support/discord/discord.ts';
import { createScreen } from '../../support/discord/screen.ts';
import { recordingCommands } from '../recording.ts';

export const PEOPLE = [
  { name: 'ada', realName: 'Ada Park', admin: true },
  { name: 'ben', realName: 'Ben Ito' },
  { name: 'cleo', realName: 'Cleo Marsh', closed: true },
];

const CHANNELS = [{ name: 'general' }, { name: 'secret', app: 'nothing' as const }];

/** A database for one adapter or several. */
export const memory = () => {
  const kept = new Map<string, StoredAction>();
  return {
    kept,
    store: {
      keep: async (actions: readonly StoredAction[]) => {
        for (const one of actions) kept.set(one.id, one);
      },
      find: async (id: string) => kept.get(id)?.action,
    },
  };
};

export const startFakeDiscord = (): Promise<FakeDiscord> =>
  startFake({ guild: 'Acme', people: PEOPLE, channels: CHANNELS });

/** An adapter with the real client in front of the fake Discord. */
export function adapterFor(fake: FakeDiscord, more: Partial<DiscordOptions> = {}) {
  const double = recordingCommands();
  const log: string[] = [];
  const discord = createDiscord({
    token: fake.token,
    applicationId: fake.applicationId,
    apiUrl: fake.apiUrl,
    commands: double.commands,
    store: memory().store,
    takeTurns: async ({ begin, end }) => {
      await begin();
      return { mine: () => true, stop: end };
    },
    log: pino({ level: 'debug' }, { write: (line: string) => void log.push(line) }),
    ...more,
  });
  return { ...double, log, discord };
}

export async function startDiscord(more: Partial<DiscordOptions> = {}) {
  const fake = await startFakeDiscord();
  const adapter = adapterFor(fake, more);
  await adapter.discord.start();
  const acts = createActs(fake);
  const screen = createScreen(fake);
  return {
    ...adapter,
    fake,
    acts,
    screen,
    /** Types a command, by its words, with its options. */
    types: (name: string, words: string, values: Record<string, string> = {}) => {
      const found = offeredIn(fake.site, fake.guild.id).find((one) => one.words.join(' ') === words);
      if (!found) throw new Error(`/${words} is not registered`);
      return acts.command(name, 'general', found, values);
    },
    idOf: (name: string) => acts.person(name).user.id,
    stop: async () => {
      await adapter.discord.stop();
      await fake.stop();
    },
  };
}

export type Started = Awaited<ReturnType<typeof startDiscord>>;
