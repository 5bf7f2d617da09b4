import {
  LogLevel,
  type Logger as SlackLogger,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api';
import type { Logger } from 'pino';
import { PlatformError } from '../platform.ts';

export interface Clients {
  /** For jobs. They are rows that wait for as long as it takes, so a 429 goes back to the queue with its time. */
  patient: WebClient;
  /** For somebody who waits, and for triggers that live three seconds. */
  quick: WebClient;
}

export function createClients(token: string, apiUrl: string | undefined, log: Logger): Clients {
  const shared = {
    logger: slackLogger(log),
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
  };
  return {
    patient: new WebClient(token, {
      ...shared,
      timeout: 15_000,
      retryConfig: { retries: 2, minTimeout: 500, factor: 3 },
    }),
    quick: new WebClient(token, { ...shared, timeout: 2_500, retryConfig: { retries: 1, minTimeout: 50 } }),
  };
}

/** Slack's libraries write whole requests at the debug level, secrets included; that level never gets through. */
export function slackLogger(log: Logger): SlackLogger {
  const words = (parts: unknown[]) =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  return {
    debug: () => {},
    info: (...parts) => log.debug(words(parts)),
    warn: (...parts) => log.warn(words(parts)),
    error: (...parts) => log.error(words(parts)),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}

/** Slack's own name for what went wrong, such as `expired_trigger_id`. */
export const slackError = (error: unknown): string | undefined =>
  error instanceof WebAPIPlatformError ? error.data.error : undefined;

const GONE = new Set([
  'account_inactive',
  'cannot_dm_bot',
  'cant_update_message',
  'edit_window_closed',
  'is_archived',
  'message_not_found',
  'user_disabled',
  'user_not_found',
  'user_not_visible',
]);

const LATER = new Set([
  'fatal_error',
  'internal_error',
  'ratelimited',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);

/** Turns what Slack or the network said into the port's own three answers. */
export function toPlatformError(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  if (error instanceof WebAPIRateLimitedError) {
    const text = `Slack asks me to slow down. Try again in about ${error.retryAfter} s.`;
    return new PlatformError('later', text, error.retryAfter);
  }
  if (error instanceof WebAPIHTTPError || error instanceof WebAPIRequestError) {
    return new PlatformError('later', 'Slack cannot be reached right now. Try again in a minute.');
  }
  const code = slackError(error);
  if (code === undefined)
    return new PlatformError('later', 'Slack gave an answer that I cannot read. Try again in a minute.');
  if (LATER.has(code))
    return new PlatformError('later', `Slack has a problem of its own (${code}). Try again in a minute.`);
  if (code === 'channel_not_found') {
    const text = 'Slack has no such channel, or it is private and I am not in it.';
    return new PlatformError('gone', `${text} Type "/invite @Rollcall" there, then try again.`);
  }
  if (GONE.has(code))
    return new PlatformError('gone', `Slack no longer has the place or the message (${code}).`);
  return new PlatformError('refused', refusal(code, error));
}

function refusal(code: string, error: unknown): string {
  if (code === 'not_in_channel')
    return 'I can\'t post in that channel. Type "/invite @Rollcall" there, then try again.';
  if (code === 'missing_scope') {
    const needed =
      error instanceof WebAPIPlatformError && 'needed' in error.data ? ` "${String(error.data.needed)}"` : '';
    return `Slack did not let me do this: the app lacks the scope${needed}. Reinstall it from manifest.yml, then try again.`;
  }
  if (
    code === 'invalid_auth' ||
    code === 'not_authed' ||
    code === 'token_revoked' ||
    code === 'token_expired'
  ) {
    return `Slack does not accept SLACK_BOT_TOKEN (${code}). Install the app again and set its new bot token.`;
  }
  return `Slack refused this (${code}). Check the channel's posting permissions and the app's scopes.`;
}
