import { setTimeout as delay } from 'node:timers/promises';
import {
  type APIInteraction,
  Client,
  DiscordjsError,
  DiscordjsErrorCodes,
  Events,
  GatewayDispatchEvents,
  type GatewayGuildMemberRemoveDispatchData,
  GatewayIntentBits,
} from 'discord.js';
import type { Logger } from 'pino';
import { PlatformError } from '../platform.ts';
import { toPlatformError } from './client.ts';

export interface GatewayOptions {
  token: string;
  apiUrl: string | undefined;
  log: Logger;
  interaction(payload: APIInteraction): Promise<void>;
  left(guildId: string, userId: string): void;
}

export interface Gateway {
  /** Connects, and hears from then on. @throws PlatformError */
  open(): Promise<void>;
  close(): Promise<void>;
  guildName(guildId: string | undefined): string | undefined;
  /** Whether the privileged intent is granted by which Discord tells who leaves. */
  hearsLeavers(): boolean;
  isOpen(): boolean;
}

const READY_WITHIN = 20_000;

/** The one connection over which everything that people do arrives. */
export function createGateway({ token, apiUrl, log, interaction, left }: GatewayOptions): Gateway {
  let client: Client | undefined;
  let members = true;

  const connect = async (): Promise<void> => {
    const fresh = new Client({
      intents: [GatewayIntentBits.Guilds, ...(members ? [GatewayIntentBits.GuildMembers] : [])],
      rest: { version: '10', ...(apiUrl ? { api: apiUrl } : {}) },
    });
    client = fresh;
    fresh.on(Events.Error, (error) => log.error({ problem: error.message }, 'the gateway has a problem'));
    fresh.on(Events.ShardDisconnect, ({ code }) => log.warn({ code }, 'the gateway is closed'));
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
          log.warn('the intent Server Members is off: who leaves is looked for now and then');
          return this.open();
        }
        throw problemOf(error);
      }
    },
    async close() {
      const open = client;
      client = undefined;
      await open?.destroy();
    },
    guildName: (guildId) => (guildId === undefined ? undefined : client?.guilds.cache.get(guildId)?.name),
    hearsLeavers: () => members,
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
