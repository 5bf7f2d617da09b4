import { DiscordAPIError, HTTPError, RateLimitError, REST, type RESTOptions } from 'discord.js';
import { PlatformError } from '../platform.ts';

export interface Clients {
  /** For jobs. They are rows that wait for as long as it takes, so a limit goes back to the queue with its time. */
  patient: REST;
  /** For somebody who waits, and for acknowledgements that must arrive within three seconds. */
  quick: REST;
}

const API = 'https://discord.com/api';

export function createClients(token: string, apiUrl: string | undefined): Clients {
  const shared: Partial<RESTOptions> = { version: '10', api: apiUrl ?? API, rejectOnRateLimit: () => true };
  return {
    patient: new REST({ ...shared, timeout: 15_000, retries: 2 }).setToken(token),
    quick: new REST({ ...shared, timeout: 2_500, retries: 1 }).setToken(token),
  };
}

/** Discord's own number for what went wrong: https://docs.discord.com/developers/topics/opcodes-and-status-codes */
export const discordCode = (error: unknown): number | undefined =>
  error instanceof DiscordAPIError && typeof error.code === 'number' ? error.code : undefined;

/** Already answered, or too late: somebody else answers, or nobody can. */
export const ALREADY_ANSWERED = 40060;
export const UNKNOWN_INTERACTION = 10062;
const UNKNOWN_MESSAGE = 10008;
const OLD_EDITS = 30046;

const GONE = new Set([10003, 10004, 10007, UNKNOWN_MESSAGE, 10013, 10015, 50005]);

const REFUSALS: Readonly<Record<number, string>> = {
  50001: "I can't see that channel. Give my role View Channel there, then try again.",
  50007:
    'This person takes no direct messages from me: they switched them off for the server, or blocked me.',
  50013:
    "I can't post in that channel. Give my role View Channel, Send Messages and Attach Files there, then try again.",
  50278: 'I share no server with this person any more, so Discord takes no direct message to them.',
};

/** Turns what Discord or the network said into the port's own three answers. */
export function toPlatformError(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  if (error instanceof RateLimitError) {
    const { timeToReset, retryAfter, sublimitTimeout } = error;
    return slowDown(Math.ceil(Math.max(timeToReset, retryAfter, sublimitTimeout) / 1000));
  }
  if (error instanceof HTTPError)
    return new PlatformError('later', 'Discord has a problem of its own. Try again in a minute.');
  if (!(error instanceof DiscordAPIError))
    return new PlatformError('later', 'Discord cannot be reached right now. Try again in a minute.');
  const { status } = error;
  const code = discordCode(error) ?? 0;
  if (status === 429) return slowDown(60);
  if (status >= 500)
    return new PlatformError('later', `Discord has a problem of its own (${code}). Try again in a minute.`);
  if (code === OLD_EDITS)
    return new PlatformError('later', 'Discord lets old messages be changed only slowly.', 600);
  if (code === 40003 || code === 20016 || code === 20028) return slowDown(60);
  if (GONE.has(code))
    return new PlatformError('gone', `Discord no longer has the place or the message (${code}).`);
  if (status === 401) {
    return new PlatformError(
      'refused',
      'Discord does not accept DISCORD_TOKEN. Copy the bot token again from the Developer Portal, and set it.',
    );
  }
  return new PlatformError(
    'refused',
    REFUSALS[code] ?? `Discord refused this (${code || status}). Check the channel's permissions.`,
  );
}

/** What may be logged of a failure. The library's own errors carry the address, which is a credential, and the whole body. */
export function factsOf(error: unknown): { problem: string; code?: number | string; err?: unknown } {
  const { message: problem } = toPlatformError(error);
  if (error instanceof DiscordAPIError) return { problem: `${problem} ${error.message}`, code: error.code };
  const theirs =
    error instanceof HTTPError || error instanceof RateLimitError || error instanceof PlatformError;
  return theirs ? { problem } : { problem, err: error };
}

const slowDown = (seconds: number): PlatformError =>
  new PlatformError('later', `Discord asks me to slow down. Try again in about ${seconds} s.`, seconds);
