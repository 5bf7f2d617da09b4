import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import type { Logger } from 'pino';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { readFields } from './body.ts';
import { clientAddress } from './client.ts';
import { answerProblem, newReference, type Problem, ProblemError, unexpected } from './problem.ts';

const TOKEN_LENGTH = 256;

/** Per address and minute. A try with a real link is given back, so that an office behind one address can work. */
const GUESSES = 120;

export interface LinkPage {
  trustProxy: boolean;
  log: Logger;
  /** The most that is read of a body. */
  bytes: number;
  headers: Readonly<Record<string, string>>;
  /** A refusal of the core in HTTP; undefined for what is no refusal. Its code is `unknown` for a link that is not real. */
  refusalOf: (error: unknown) => Problem | undefined;
  refusalPage: (problem: Problem) => string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Answers what a page behind a secret link posts: as a page where Accept asks for HTML, as JSON elsewhere, and with a
 * limit on guesses.
 */
export const createLinkPage = (page: LinkPage) => {
  const guesses = new RateLimiterMemory({ points: GUESSES, duration: 60 });

  const guarded = async <T>(address: string, run: () => Promise<T>): Promise<T> => {
    await spend(guesses, address);
    let real = true;
    try {
      return await run();
    } catch (error) {
      real = page.refusalOf(error)?.code !== 'unknown';
      throw error;
    } finally {
      if (real) await guesses.reward(address);
    }
  };

  const problemOf = (error: unknown): { problem: Problem; headers: Readonly<Record<string, string>> } => {
    if (error instanceof ProblemError) return error;
    const refused = page.refusalOf(error);
    if (refused) return { problem: refused, headers: {} };
    const reference = newReference();
    page.log.error({ err: error, reference }, 'a link could not be answered');
    return { problem: unexpected(reference), headers: {} };
  };

  return async (
    c: Context,
    run: (token: string, fields: Fields) => Promise<[page: string, json: unknown]>,
  ): Promise<Response> => {
    const html = wantsPage(c);
    try {
      const address = clientAddress(c, page.trustProxy);
      const fields = await readFields(c, page.bytes);
      const token = tokenIn(fields);
      const [drawn, json] = await guarded(address, () => run(token, fields));
      return html
        ? c.body(drawn, 200, page.headers)
        : c.json(json as object, 200, { 'Cache-Control': 'no-store' });
    } catch (error) {
      const { problem, headers } = problemOf(error);
      return html
        ? c.body(page.refusalPage(problem), problem.status, { ...page.headers, ...headers })
        : answerProblem(c, problem, { 'Cache-Control': 'no-store', ...headers });
    }
  };
};

const wantsPage = (c: Context): boolean =>
  accepts(c, {
    header: 'Accept',
    supports: ['application/json', 'text/html'],
    default: 'application/json',
  }) === 'text/html';

/** A whole link may be pasted where no script reads the fragment. */
const tokenIn = ({ token }: Fields): string => {
  if (typeof token !== 'string' || token === '') {
    throw new ProblemError({
      status: 400,
      code: 'malformed',
      title: 'The request could not be read.',
      detail: 'It needs a `token`, the part of the link behind the # sign.',
    });
  }
  return token
    .slice(token.lastIndexOf('#') + 1)
    .trim()
    .slice(0, TOKEN_LENGTH);
};

const spend = async (guesses: RateLimiterMemory, address: string): Promise<void> => {
  try {
    await guesses.consume(address);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    throw new ProblemError(
      { status: 429, code: 'too-many-requests', title: 'Too many tries from your network.' },
      { 'Retry-After': String(Math.max(1, Math.ceil(error.msBeforeNext / 1000))) },
    );
  }
};

export const otherMethod = (c: Context, allow: string): Response =>
  c.req.method === 'OPTIONS'
    ? c.body(null, 204, { Allow: allow })
    : answerProblem(
        c,
        { status: 405, code: 'method-not-allowed', title: 'This address takes no such request.' },
        { Allow: allow },
      );
