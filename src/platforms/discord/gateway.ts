import { setTimeout as delay } from 'node:timers/promises';
import {
  type APIInteraction,
  Client,
  DiscordjsError,
  DiscordjsErrorCodes,
  Events,
  GatewayCloseCodes,
  GatewayDispatchEvents,
  type GatewayGuildMemberRemoveDispatchData,
  GatewayIntentBits,
  type GuildMember,
  Options,
} from 'discord.js';
import type { Logger } from 'pino';
import { PlatformError } from '../platform.ts';
import { toPlatformError } from './client.ts';

export interface GatewayOptions {
  token: string;
  apiUrl: string | undefined;
  /** How many connections share the servers; Discord asks for one per 2,500. */
  shards: number | undefined;
  log: Logger;
  interaction(payload: APIInteraction): Promise<void>;
  left(guildId: string, userId: string): void;
  /** It was open, and Discord has closed it for good. */
  lost(): void;
}

export interface Gateway {
  /** Connects, and hears from then on. @throws PlatformError */
  open(): Promise<void>;
  close(): Promise<void>;
  guildName(guildId: string | undefined): string | undefined;
  channelNamed(guildId: string, name: string): string | undefined;
  /** Whether the privileged intent is granted by which Discord tells who leaves. */
  hearsLeavers(): boolean;
  guilds(): number;
  isOpen(): boolean;
}

const READY_WITHIN = 20_000;

/** Names of servers and channels are all that is looked up; people are known from what they send. */
const FORGOTTEN = {
  GuildMemberManager: {
    maxSize: 0,
    keepOverLimit: (member: GuildMember) => member.id === member.client.user.id,
  },
  MessageManager: 0,
  PresenceManager: 0,
  ReactionManager: 0,
  ThreadMemberManager: 0,
  VoiceStateManager: 0,
};

/** The one connection over which everything that people do arrives. */
export function createGateway(options: GatewayOptions): Gateway {
  const { token, apiUrl, shards, log, interaction, left } = options;
  let client: Client | undefined;
  let members = true;
  let open = false;

  const connect = async (): Promise<void> => {
    const fresh = new Client({
      intents: [GatewayIntentBits.Guilds, ...(members ? [GatewayIntentBits.GuildMembers] : [])],
      makeCache: Options.cacheWithLimits({ ...Options.DefaultMakeCacheSettings, ...FORGOTTEN }),
      rest: { version: '10', ...(apiUrl ? { api: apiUrl } : {}) },
      ...(shards ? { shards: [...Array(shards).keys()], shardCount: shards } : {}),
    });
    client = fresh;
    fresh.on(Events.Error, (error) => log.error({ problem: error.message }, 'the gateway has a problem'));
    // The library connects again by itself, except after this.
    fresh.on(Events.ShardDisconnect, ({ code }) => {
      log.warn({ code }, 'Discord has closed the gateway');
      if (client !== fresh || !open) return;
      if (code === GatewayCloseCodes.DisallowedIntents) members = false;
      open = false;
      options.lost();
    });
    // As they are on the wire: what has to be known of an act is in it, and nothing waits for a cache.
    fresh.ws.on(
      GatewayDispatchEvents.InteractionCreate,
      (payload: APIInteraction) => void interaction(payload),
    );
    fresh.ws.on(GatewayDispatchEvents.GuildMemberRemove, (gone: GatewayGuildMemberRemoveDispatchData) =>
      left(gone.guild_id, gone.user.id),
    );
    const ready = new Promise<void>((resolve) => fresh.once(Events.ClientReady, () => resolve()));
    try {
      await fresh.login(token);
      const late = delay(READY_WITHIN, 'late', { ref: false });
      if ((await Promise.race([ready, late])) === 'late')
        throw new PlatformError(
          'later',
          'Discord did not say in time that it is ready. Try again in a minute.',
        );
      open = true;
    } catch (error) {
      await fresh.destroy();
      client = undefined;
      throw error;
    }
  };

  return {
    async open() {
      try {
        await connect();
      } catch (error) {
        if (members && isDisallowed(error)) {
          members = false;
          log.warn('the intent Server Members is off: who leaves is found by the hourly look alone');
          return this.open();
        }
        throw problemOf(error);
      }
    },
    async close() {
      const closing = client;
      client = undefined;
      open = false;
      await closing
        ?.destroy()
        .catch((error: Error) => log.warn({ problem: error.message }, 'the gateway did not close'));
    },
    guildName: (guildId) => (guildId === undefined ? undefined : client?.guilds.cache.get(guildId)?.name),
    channelNamed: (guildId, name) =>
      client?.guilds.cache.get(guildId)?.channels.cache.find((channel) => channel.name === name)?.id,
    hearsLeavers: () => members,
    guilds: () => client?.guilds.cache.size ?? 0,
    isOpen: () => client?.isReady() === true,
  };
}

const isDisallowed = (error: unknown): boolean =>
  error instanceof Error && /disallowed intents/i.test(error.message);

function problemOf(error: unknown): PlatformError {
  if (error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid) {
    return new PlatformError(
      'refused',
      'Discord does not accept DISCORD_TOKEN. Copy the bot token again from the Developer Portal, and set it.',
    );
  }
  return toPlatformError(error);
}
