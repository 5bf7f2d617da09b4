import { setTimeout as delay } from 'node:timers/promises';
import { Routes } from 'discord.js';
import type { Logger } from 'pino';
import type { Commands } from '../../commands/interaction.ts';
import { type Health, type Platform, PlatformError } from '../platform.ts';
import { type ActionStore, createActions } from './actions.ts';
import { createProfiles } from './actor.ts';
import { createClients, discordCode, toPlatformError } from './client.ts';
import { createForms } from './forms.ts';
import { createGateway } from './gateway.ts';
import { createListener } from './listen.ts';
import { register } from './register.ts';
import { createSending } from './send.ts';

/** Lets one of several replicas do something at a time. `begin` runs when it is this one's turn, `end` when it is over. */
export type TakeTurns = (turn: {
  begin(): Promise<void>;
  end(): Promise<void>;
}) => Promise<{ mine(): boolean; stop(): Promise<void> }>;

export interface DiscordOptions {
  token: string;
  applicationId: string;
  /** Another address for Discord's REST API. */
  apiUrl?: string;
  commands: Commands;
  store: ActionStore;
  takeTurns: TakeTurns;
  log: Logger;
}

export interface DiscordPlatform extends Platform {
  name: 'discord';
}

const STOP_WITHIN = 8_000;
const NOBODY = new Set([10007, 10013]);

export function createDiscord(options: DiscordOptions): DiscordPlatform {
  const { token, applicationId, apiUrl, commands, store, takeTurns } = options;
  const log = options.log.child({ platform: 'discord' });
  const { patient, quick } = createClients(token, apiUrl);
  const stopping = new AbortController();
  const working = new Set<Promise<void>>();
  const actions = createActions(store);
  let trouble: string | undefined = 'not started';
  let turns: Awaited<ReturnType<TakeTurns>> | undefined;

  const track = (work: Promise<void>): Promise<void> => {
    working.add(work);
    return work.finally(() => working.delete(work));
  };

  const gateway = createGateway({
    token,
    apiUrl,
    log,
    interaction: (payload) => hear(payload),
    left: (guildId, externalId) =>
      void track(commands.left({ platform: 'discord', workspaceId: '', externalId }, guildId)),
  });
  const hear = createListener({
    quick,
    patient,
    applicationId,
    actions,
    forms: createForms(store),
    log,
    stopping: stopping.signal,
    commands,
    profiles: createProfiles(quick),
    guildName: (guildId) => gateway.guildName(guildId) ?? 'Discord',
    track,
  });

  const begin = async (): Promise<void> => {
    try {
      if (await register(patient, applicationId)) log.info('the commands are registered anew');
      await gateway.open();
      trouble = undefined;
      log.info('Discord is connected');
    } catch (error) {
      const problem = toPlatformError(error);
      trouble = problem.message;
      throw problem;
    }
  };

  return {
    name: 'discord',
    async start() {
      trouble = undefined;
      turns = await takeTurns({ begin, end: () => gateway.close() });
    },
    async stop() {
      stopping.abort();
      const enough = delay(STOP_WITHIN, undefined, { ref: false });
      await gateway.close();
      await Promise.race([Promise.allSettled([...working]), enough]);
      await turns?.stop();
      trouble = 'stopped';
    },
    ...createSending(patient, actions),
    home: async () => {},
    accountByEmail: async () => undefined,
    get tellsOfLeavers() {
      return gateway.hearsLeavers();
    },
    async isThere(workspaceId, externalId) {
      try {
        await patient.get(Routes.guildMember(workspaceId, externalId));
        return true;
      } catch (error) {
        if (NOBODY.has(discordCode(error) ?? 0)) return false;
        throw toPlatformError(error);
      }
    },
    async health(): Promise<Health> {
      if (trouble !== undefined) return { name: 'discord', ok: false, detail: trouble };
      try {
        await quick.get(Routes.user());
      } catch (error) {
        return { name: 'discord', ok: false, detail: toPlatformError(error).message };
      }
      if (!turns?.mine()) return { name: 'discord', ok: true, detail: 'connected by another replica' };
      const ok = gateway.isOpen();
      return { name: 'discord', ok, detail: ok ? 'connected by the gateway' : 'the gateway is reconnecting' };
    },
  };
}

export { PlatformError };
