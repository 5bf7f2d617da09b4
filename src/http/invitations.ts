import { type Context, Hono } from 'hono';
import { accepts } from 'hono/accepts';
import type { Logger } from 'pino';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { readFields } from './body.ts';
import { clientAddress } from './client.ts';
import { refusalOf } from './invitation/refusal.ts';
import { PAGE_HEADERS } from './invitation/sheet.ts';
import { acceptedPage, checkingPage, offerPage, refusalPage } from './invitation/states.ts';
import type { InvitationVerbs } from './invitation/verbs.ts';
import { answerProblem, newReference, type Problem, ProblemError, unexpected } from './problem.ts';

export type { Accepted, InvitationOffer, InvitationVerbs } from './invitation/verbs.ts';

const BODY_BYTES = 4096;
const TOKEN_LENGTH = 256;

/** Per address and minute. A try with a real link is given back, so that an office behind one address can join. */
const GUESSES = 120;

export const invitationRoutes = (
  verbs: InvitationVerbs,
  settings: { trustProxy: boolean; log: Logger },
): Hono => {
  const guesses = new RateLimiterMemory({ points: GUESSES, duration: 60 });

  const guarded = async <T>(address: string, run: () => Promise<T>): Promise<T> => {
    await spend(guesses, address);
    let real = true;
    try {
      return await run();
    } catch (error) {
      real = refusalOf(error)?.code !== 'unknown';
      throw error;
    } finally {
      if (real) await guesses.reward(address);
    }
  };

  const answer = async (c: Context, run: (token: string) => Promise<[page: string, json: unknown]>) => {
    const html = wantsPage(c);
    try {
      const address = clientAddress(c, settings.trustProxy);
      const token = await readToken(c);
      const [page, json] = await guarded(address, () => run(token));
      return html
        ? c.body(page, 200, PAGE_HEADERS)
        : c.json(json as object, 200, { 'Cache-Control': 'no-store' });
    } catch (error) {
      const { problem, headers } = problemOf(error, settings.log);
      return html
        ? c.body(refusalPage(problem), problem.status, { ...PAGE_HEADERS, ...headers })
        : answerProblem(c, problem, { 'Cache-Control': 'no-store', ...headers });
    }
  };

  const page = checkingPage();
  return new Hono()
    .get('/', (c) => c.body(page, 200, PAGE_HEADERS))
    .post('/show', (c) =>
      answer(c, async (token) => {
        const offer = await verbs.show({ token });
        const { organization, inviter, role, projects, expiresAt, sso } = offer;
        return [offerPage(offer, token), { organization, inviter, role, projects, expiresAt, sso }];
      }),
    )
    .post('/accept', (c) =>
      answer(c, async (token) => {
        const accepted = await verbs.accept({ token });
        const { organization, member } = accepted;
        return [acceptedPage(accepted), { organization, member }];
      }),
    )
    .all('/', (c) => otherMethod(c, 'GET, HEAD, OPTIONS'))
    .all('/show', (c) => otherMethod(c, 'POST, OPTIONS'))
    .all('/accept', (c) => otherMethod(c, 'POST, OPTIONS'));
};

const wantsPage = (c: Context): boolean =>
  accepts(c, {
    header: 'Accept',
    supports: ['application/json', 'text/html'],
    default: 'application/json',
  }) === 'text/html';

/** A whole link may be pasted where no script reads the fragment. */
const readToken = async (c: Context): Promise<string> => {
  const { token } = await readFields(c, BODY_BYTES);
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

const problemOf = (
  error: unknown,
  log: Logger,
): { problem: Problem; headers: Readonly<Record<string, string>> } => {
  if (error instanceof ProblemError) return error;
  const refused = refusalOf(error);
  if (refused) return { problem: refused, headers: {} };
  const reference = newReference();
  log.error({ err: error, reference }, 'an invitation could not be answered');
  return { problem: unexpected(reference), headers: {} };
};

const otherMethod = (c: Context, allow: string): Response =>
  c.req.method === 'OPTIONS'
    ? c.body(null, 204, { Allow: allow })
    : answerProblem(
        c,
        { status: 405, code: 'method-not-allowed', title: 'This address takes no such request.' },
        { Allow: allow },
      );
