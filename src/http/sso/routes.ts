import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Logger } from 'pino';
import { DomainError } from '../../core/errors.ts';
import type { Accepted } from '../../core/invitation/accept.ts';
import { readFields } from '../body.ts';
import { refusalOf } from '../invitation/refusal.ts';
import { PAGE_HEADERS } from '../invitation/sheet.ts';
import { acceptedPage, refusalPage } from '../invitation/states.ts';
import { newReference, type Problem, ProblemError, unexpected } from '../problem.ts';
import { comeBackPage, signInFailedPage } from './pages.ts';

/** What the core does with a sign-in. Both throw `DomainError`. */
export interface SsoVerbs {
  begin(input: { ticket: string }): Promise<{ location: string; session: string }>;
  finish(input: { session: string; query: string }): Promise<Accepted>;
  /** Whether people reach us over https alone. */
  secure: boolean;
}

const COOKIE = 'rollcall-sign-in';
const COOKIE_SECONDS = 600;
const BODY_BYTES = 16_384;

const STATUS: Readonly<Record<string, 400 | 403 | 502>> = {
  expired: 400,
  unavailable: 502,
  'not-set': 502,
};

/**
 * The way of an invitation through its organization's provider. No GET changes anything: the start only sends on, and
 * what the provider sends back waits for a button. The cookie goes with requests from our own page alone (Lax), so no
 * other site can finish what it began.
 */
export const ssoRoutes = (verbs: SsoVerbs, { log }: { log: Logger }): Hono => {
  const cookie = { path: '/sso', httpOnly: true, sameSite: 'Lax', secure: verbs.secure } as const;

  const guarded = async (c: Context, run: () => Promise<Response>): Promise<Response> => {
    try {
      return await run();
    } catch (error) {
      const { page, status } = pageOf(error, log);
      return c.body(page, status, PAGE_HEADERS);
    }
  };

  return new Hono()
    .get('/start', (c) =>
      guarded(c, async () => {
        const { location, session } = await verbs.begin({ ticket: c.req.query('ticket') ?? '' });
        setCookie(c, COOKIE, session, { ...cookie, maxAge: COOKIE_SECONDS });
        c.header('Cache-Control', 'no-store');
        return c.redirect(location, 303);
      }),
    )
    .get('/callback', (c) => c.body(comeBackPage(new URL(c.req.url).search.slice(1)), 200, PAGE_HEADERS))
    .post('/finish', (c) =>
      guarded(c, async () => {
        const session = getCookie(c, COOKIE) ?? '';
        deleteCookie(c, COOKIE, cookie);
        const { query } = await readFields(c, BODY_BYTES);
        const accepted = await verbs.finish({ session, query: typeof query === 'string' ? query : '' });
        return c.body(acceptedPage(accepted), 200, PAGE_HEADERS);
      }),
    );
};

const pageOf = (error: unknown, log: Logger): { page: string; status: Problem['status'] } => {
  if (error instanceof DomainError && error.code === 'sso-failed') {
    const why = error.facts.why ?? 'expired';
    log.info({ why }, 'a sign-in came to nothing');
    return { page: signInFailedPage(why), status: STATUS[why] ?? 403 };
  }
  const problem = error instanceof ProblemError ? error.problem : refusalOf(error);
  if (problem) return { page: refusalPage(problem), status: problem.status };
  const reference = newReference();
  log.error({ err: error, reference }, 'a sign-in could not be answered');
  return { page: refusalPage(unexpected(reference)), status: 500 };
};
