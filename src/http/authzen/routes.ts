import { type Context, Hono } from 'hono';
import type { Logger } from 'pino';
import { decide, type Question } from '../../core/access/decide.ts';
import { searchActions, searchResources, searchSubjects } from '../../core/access/search.ts';
import { together } from '../../core/together.ts';
import type { Use } from '../../core/uses.ts';
import type { Db } from '../../db/client.ts';
import { answerProblem, newReference, ProblemError, unexpected } from '../problem.ts';
import { type Caller, needToAsk } from './caller.ts';
import { readBatch, sayBatch, sayDecision } from './evaluations.ts';
import { metadataRoutes } from './metadata.ts';
import { readPage, sayPage } from './page.ts';
import {
  type Fields,
  optionalFields,
  readAction,
  readAsked,
  readBody,
  readResource,
  readSubject,
  readTyped,
} from './read.ts';

export interface AuthzenParts {
  db: Db;
  publicUrl: string;
  log: Logger;
  /** What a decision has shown to be used. */
  used?: (use: Use) => void;
  /** Who calls, by their bearer token; it throws what is answered where there is none. */
  bearer: (c: Context) => Promise<Caller>;
}

/** What every question of a request has in common. */
type Asking = Pick<Parameters<typeof searchActions>[1], 'organization' | 'asker'>;

/** OpenID AuthZEN Authorization API 1.0 (https://openid.net/specs/authorization-api-1_0.html). */
export const authzenRoutes = ({ db, publicUrl, log, bearer, used }: AuthzenParts): Hono => {
  const decideOne = together((questions: readonly Question[]) => decide(db, questions, used));
  const fromDatabase = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      const reference = newReference();
      log.error({ err: error, reference }, 'a decision could not be made');
      throw unavailable(reference);
    }
  };

  const answer = async (
    c: Context,
    run: (body: Fields, asking: Asking) => Promise<object>,
  ): Promise<Response> => {
    const caller = await fromDatabase(() => bearer(c));
    needToAsk(caller);
    const { organization, principal } = caller;
    const body = await readBody(c);
    return c.json(await run(body, { organization, asker: principal.id }));
  };

  const one = async (body: Fields, asking: Asking): Promise<object> => {
    const asked = readAsked(body);
    return sayDecision(await fromDatabase(() => decideOne({ ...asked, ...asking })));
  };

  const many = async (body: Fields, asking: Asking): Promise<object> => {
    const batch = readBatch(body);
    if (!batch) return one(body, asking);
    const questions = batch.items.flatMap((item) => ('wrong' in item ? [] : [{ ...item, ...asking }]));
    return { evaluations: sayBatch(batch, await fromDatabase(() => decide(db, questions, used))) };
  };

  const access = new Hono();
  access.use(async (c, next) => {
    await next();
    const id = c.req.header('x-request-id');
    if (id !== undefined) c.res.headers.set('X-Request-ID', id);
    c.res.headers.set('Cache-Control', 'no-store');
  });
  access.onError((error, c) => {
    if (error instanceof ProblemError) return answerProblem(c, error.problem, { ...error.headers });
    const reference = newReference();
    log.error({ err: error, reference, path: c.req.path }, 'a request failed');
    return answerProblem(c, unexpected(reference));
  });
  access.post('/evaluation', (c) => answer(c, one));
  access.post('/evaluations', (c) => answer(c, many));
  access.post('/search/subject', (c) =>
    answer(c, async (body, asking) => {
      optionalFields(body, 'context');
      const asked = {
        subject: readTyped(body, 'subject'),
        action: readAction(body),
        resource: readResource(body),
        ...readPage(body, 'id'),
      };
      return sayPage(await fromDatabase(() => searchSubjects(db, { ...asked, ...asking })));
    }),
  );
  access.post('/search/resource', (c) =>
    answer(c, async (body, asking) => {
      optionalFields(body, 'context');
      const asked = {
        subject: readSubject(body),
        action: readAction(body),
        resource: readTyped(body, 'resource'),
        ...readPage(body, 'name'),
      };
      return sayPage(await fromDatabase(() => searchResources(db, { ...asked, ...asking })));
    }),
  );
  access.post('/search/action', (c) =>
    answer(c, async (body, asking) => {
      optionalFields(body, 'context');
      const asked = { subject: readSubject(body), resource: readResource(body), ...readPage(body, 'name') };
      return sayPage(await fromDatabase(() => searchActions(db, { ...asked, ...asking })));
    }),
  );
  for (const path of [
    '/evaluation',
    '/evaluations',
    '/search/subject',
    '/search/resource',
    '/search/action',
  ]) {
    access.all(path, (c) =>
      answerProblem(
        c,
        { status: 405, code: 'method-not-allowed', title: 'This address takes no such request.' },
        { Allow: 'POST' },
      ),
    );
  }
  return new Hono().route('/access/v1', access).route('/', metadataRoutes(publicUrl));
};

const unavailable = (reference: string): ProblemError =>
  new ProblemError(
    {
      status: 503,
      code: 'unavailable',
      title: 'No decision was made: the database does not answer.',
      detail: `Deny for now, and ask again in a moment. The log has more under ${reference}.`,
      reference,
    },
    { 'Retry-After': '1' },
  );
