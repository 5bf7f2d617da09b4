import type { KnownBlock } from '@slack/types';
import { WebAPIRateLimitedError } from '@slack/web-api';
import { PlatformError } from '../platform.ts';
import { isSlackAddress } from './address.ts';
import { RESPONSE_URL_LIFE, RESPONSE_URL_USES } from './limits.ts';

export interface Ephemeral {
  text: string;
  blocks: KnownBlock[];
  thread_ts?: string;
}

/** Posts to a `response_url`; false where it is used up, expired or not Slack's, so that another way must be found. */
export type Respond = (message: Ephemeral, replace: boolean) => Promise<boolean>;

export function createRespond(
  url: string | undefined,
  apiUrl: string | undefined,
  now: () => number = Date.now,
): Respond {
  const born = now();
  let uses = 0;
  return async (message, replace) => {
    if (
      !url ||
      !isSlackAddress(url, 'hooks', apiUrl) ||
      uses >= RESPONSE_URL_USES ||
      now() - born > RESPONSE_URL_LIFE
    )
      return false;
    const answer = await post(url, { response_type: 'ephemeral', replace_original: replace, ...message });
    if (answer.status === 429)
      throw new WebAPIRateLimitedError(Number(answer.headers.get('retry-after')) || 1);
    uses += 1;
    if (answer.ok) return true;
    if (answer.status >= 500) throw new PlatformError('later', 'Slack did not take the answer.');
    return false;
  };
}

async function post(url: string, body: object): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(5_000),
    });
  } catch (cause) {
    // The address is a credential for half an hour, and fetch puts it into its errors.
    throw new PlatformError(
      'later',
      `Slack did not take the answer (${cause instanceof Error ? cause.name : 'unknown'}).`,
    );
  }
}
