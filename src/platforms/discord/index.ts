import { setTimeout as delay } from 'node:timers/promises';
import { type APIApplication, Routes } from 'discord.js';
import type { Logger } from 'pino';
import type { Commands } from '../../commands/interaction.ts';
import { type Health, type Platform, PlatformError } from '../platform.ts';
import { type ActionStore, createActions } from './actions.ts';
import { createProfiles } from './actor.ts';
import { createClients, discordCode, toPlatformError } from './client.ts';
import { createForms } from './forms.ts';
import { createGateway } from './gateway.ts';
import { TOKEN_LIFE } from './limits.ts';
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
  /** Connections to the gateway, from 2,500 servers on. */
  shards?: number;
  /** In milliseconds. */
  secretLife?: number;
  commands: Commands;
  store: ActionStore;
  takeTurns: TakeTurns;
  log: Logger;
}

export interface DiscordPlatform extends Platform {
  name: 'discord';
}

/** Before the interaction's token dies, and with it the only way to take a secret away again. */
const SECRET_LIFE = TOKEN_LIFE - 60_000;
const STOP_WITHIN = 8_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
const NOBODY = new Set([10007, 10013]);

export function createDiscord(options: DiscordOptions): DiscordPlatform {
  const { token, applicationId, apiUrl, shards, commands, store, takeTurns } = options;
  const log = options.log.child({ platform: 'discord' });
  const { patient, quick } = createClients(token, apiUrl);
  const stopping = new AbortController();
  const working = new Set<Promise<void>>();
  const actions = createActions(store);
  let trouble: string | undefined = 'not started';
  let turn = new AbortController();
  let turns: Awaited<ReturnType<TakeTurns>> | undefined;

  const track = (work: Promise<void>): Promise<void> => {
    working.add(work);
    return work.finally(() => working.delete(work));
  };

  const gateway = createGateway({
    token,
    apiUrl,
    shards,
    log,
    lost: () => void gateway.close().then(keepConnecting),
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
    secretLife: options.secretLife ?? SECRET_LIFE,
    commands,
    profiles: createProfiles(quick),
    guildName: (guildId) => gateway.guildName(guildId) ?? 'Discord',
    channelNamed: gateway.channelNamed,
    track,
  });

  /** Learns whether the token is good and whose it is; only a refusal is the installation's fault and ends the start. */
  async function check(): Promise<void> {
    try {
      const { id } = (await patient.get(Routes.currentApplication())) as APIApplication;
      if (id === applicationId) return;
    } catch (error) {
      const problem = toPlatformError(error);
      if (problem.code === 'later') return;
      throw problem;
    }
    throw new PlatformError(
      'refused',
      'DISCORD_APPLICATION_ID is not the application that DISCORD_TOKEN belongs to: copy both from the same one.',
    );
  }

  async function connect(): Promise<void> {
    if (await register(patient, applicationId)) log.info('the commands were registered anew');
    await gateway.open();
    trouble = undefined;
    log.info({ guilds: gateway.guilds() }, 'Discord is connected');
  }

  async function keepConnecting(): Promise<void> {
    const { signal } = turn;
    for (let pause = FIRST_PAUSE; !signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        await connect();
        if (signal.aborted) await gateway.close();
        return;
      } catch (error) {
        trouble = toPlatformError(error).message;
        log.warn({ problem: trouble }, 'Discord is not connected');
      }
      await delay(pause, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async function begin(): Promise<void> {
    turn = new AbortController();
    try {
      await connect();
    } catch (error) {
      const problem = toPlatformError(error);
      if (problem.code !== 'later') throw problem;
      trouble = problem.message;
      log.warn({ problem: trouble }, 'Discord is not connected yet');
      void keepConnecting();
    }
  }

  async function end(): Promise<void> {
    turn.abort();
    trouble = undefined;
    await gateway.close();
  }

  return {
    name: 'discord',
    async start() {
      await check();
      trouble = undefined;
      turns = await takeTurns({ begin, end });
    },
    async stop() {
      stopping.abort();
      turn.abort();
      const enough = delay(STOP_WITHIN, undefined, { ref: false });
      await gateway.close();
      await Promise.race([Promise.allSettled([...working]), enough]);
      await turns?.stop();
      trouble = 'stopped';
    },
    ...createSending(patient, actions),
    accountByEmail: async () => undefined,
    // It does where the intent is granted, and to whoever listens at that moment.
    tellsOfLeavers: false,
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
      if (!turns?.mine()) return { name: 'discord', ok: true, detail: 'Connected by another replica.' };
      if (!gateway.isOpen())
        return { name: 'discord', ok: false, detail: 'The gateway is being connected again.' };
      const leavers = gateway.hearsLeavers()
        ? ''
        : ' The intent Server Members is off, so who leaves is found by the hourly look alone.';
      return { name: 'discord', ok: true, detail: `Connected, ${inServers(gateway.guilds())}.${leavers}` };
    },
  };
}

const inServers = (count: number): string => `in ${count} ${count === 1 ? 'server' : 'servers'}`;
