import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Authenticated } from '../../core/token/authenticate.ts';
import { clientAddress } from '../client.ts';
import { ProblemError } from '../problem.ts';

/** Failures per address and minute. A token that works is given its try back. */
const FAILURES = 120;
/** How many working tokens are remembered, so that those beside a guesser are not held up. */
const REMEMBERED = 10_000;

export type Authenticate = (text: string) => Promise<Authenticated | undefined>;

const unauthorized = (error: 'invalid_token' | undefined): ProblemError =>
  new ProblemError(
    {
      status: 401,
      code: error === undefined ? 'unauthenticated' : 'invalid-token',
      title: error === undefined ? 'This address needs a token.' : 'This token does not work.',
      ...(error === undefined ? {} : { error }),
    },
    { 'WWW-Authenticate': `Bearer realm="rollcall"${error === undefined ? '' : `, error="${error}"`}` },
  );

/** The token of the Authorization header (RFC 6750); nowhere else is one looked for. */
const presented = (c: Context): string | undefined =>
  /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(c.req.header('authorization')?.trim() ?? '')?.[1];

/** Who calls, by their bearer token. One of these is shared by all that take tokens, and so is its limit on guesses. */
export const createBearer = (settings: {
  authenticate: Authenticate;
  trustProxy: boolean;
}): ((c: Context) => Promise<Authenticated>) => {
  const failures = new RateLimiterMemory({ points: FAILURES, duration: 60 });
  const worked = new Set<string>();

  return async (c) => {
    if (c.req.header('authorization') === undefined) throw unauthorized(undefined);
    const text = presented(c);
    const hash = createHash('sha256')
      .update(text ?? '')
      .digest('base64');
    const known = worked.has(hash);
    const address = clientAddress(c, settings.trustProxy);
    if (!known) await spend(failures, address);
    const found = text === undefined ? undefined : await settings.authenticate(text);
    if (!found) {
      worked.delete(hash);
      throw unauthorized('invalid_token');
    }
    if (!known) await failures.reward(address);
    if (worked.size >= REMEMBERED) worked.clear();
    worked.add(hash);
    return found;
  };
};

const spend = async (failures: RateLimiterMemory, address: string): Promise<void> => {
  try {
    await failures.consume(address);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    throw new ProblemError(
      { status: 429, code: 'too-many-requests', title: 'Too many tokens from your network did not work.' },
      { 'Retry-After': String(Math.max(1, Math.ceil(error.msBeforeNext / 1000))) },
    );
  }
};
