import { type Context, Hono } from 'hono';
import type { Logger } from 'pino';
import { DomainError } from '../../core/errors.ts';
import type { Authenticated } from '../../core/token/authenticate.ts';
import { answerProblem, newReference, ProblemError, unexpected } from '../problem.ts';
import { readToken } from './form.ts';
import { introspected } from './introspected.ts';

/** What the core does with tokens, as these endpoints need it. */
export interface TokenVerbs {
  introspect(caller: Authenticated, text: string): Promise<Authenticated | undefined>;
  revoke(caller: Authenticated, text: string): Promise<void>;
}

const NO_STORE = { 'Cache-Control': 'no-store', Pragma: 'no-cache' };

/** RFC 7662, section 2.3: a bearer token "without sufficient privileges" is answered 401, not RFC 6750's 403. */
const NOT_ENOUGH_TO_INTROSPECT = 401;

/** RFC 7662 and RFC 7009. Refusals are problem documents that carry the errors of RFC 6749 and RFC 6750 as well. */
export const oauthRoutes = (
  verbs: TokenVerbs,
  settings: { bearer: (c: Context) => Promise<Authenticated>; log: Logger },
): Hono => {
  const answer = async (
    c: Context,
    run: (caller: Authenticated, token: string) => Promise<Response>,
    refused: 401 | 403 = 403,
  ) => {
    try {
      const caller = await settings.bearer(c);
      return await run(caller, await readToken(c));
    } catch (error) {
      const { problem, headers } = refusalOf(error, settings.log, refused);
      return answerProblem(c, problem, { ...NO_STORE, ...headers });
    }
  };
  return new Hono()
    .post('/introspect', (c) =>
      answer(
        c,
        async (caller, token) => c.json(introspected(await verbs.introspect(caller, token)), 200, NO_STORE),
        NOT_ENOUGH_TO_INTROSPECT,
      ),
    )
    .post('/revoke', (c) =>
      answer(c, async (caller, token) => {
        await verbs.revoke(caller, token);
        return c.body(null, 200, NO_STORE);
      }),
    )
    .all('/introspect', otherMethod)
    .all('/revoke', otherMethod);
};

const refusalOf = (error: unknown, log: Logger, refused: 401 | 403): ProblemError => {
  if (error instanceof ProblemError) return error;
  if (error instanceof DomainError) {
    return new ProblemError(
      {
        status: refused,
        code: 'forbidden',
        title: 'This token may not do that.',
        detail: error.message,
        error: 'insufficient_scope',
      },
      { 'WWW-Authenticate': 'Bearer realm="rollcall", error="insufficient_scope"' },
    );
  }
  const reference = newReference();
  log.error({ err: error, reference }, 'a token could not be dealt with');
  return new ProblemError({ ...unexpected(reference), error: 'server_error' });
};

const otherMethod = (c: Context): Response =>
  c.req.method === 'OPTIONS'
    ? c.body(null, 204, { Allow: 'POST, OPTIONS' })
    : answerProblem(
        c,
        { status: 405, code: 'method-not-allowed', title: 'This address takes no such request.' },
        { Allow: 'POST, OPTIONS', ...NO_STORE },
      );
