import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readBody } from './body.ts';
import { linesOf, Refusal } from './refusal.ts';
import { type Answer, type Fake, ROUTES } from './routes.ts';

/** A request that Discord did not carry out. */
export interface Refused {
  method: string;
  path: string;
  status: number;
  code: number;
  message: string;
  /** Each complaint with its place. */
  errors: string[];
}

/** How the next request of a kind fails, whatever it is. */
export interface Failure {
  method: string;
  path: RegExp;
  refusal: Refusal;
}

export interface Calls {
  refused: Refused[];
  failures: Failure[];
  /** Every request that was carried out, oldest first. */
  done: { method: string; path: string; at: number }[];
}

const PREFIX = '/api/v10';

export function serve(fake: Fake, calls: Calls): Server {
  return createServer((request, response) => {
    void carryOut(fake, calls, request).then(
      (answer) => write(response, answer),
      (error: unknown) => write(response, refusalAnswer(error)),
    );
  });
}

async function carryOut(fake: Fake, calls: Calls, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', fake.origin());
  const method = request.method ?? 'GET';
  const path = url.pathname.startsWith(PREFIX) ? url.pathname.slice(PREFIX.length) : '';
  try {
    const body = await readBody(request);
    const failure = calls.failures.findIndex((one) => one.method === method && one.path.test(path));
    const [failing] = failure < 0 ? [] : calls.failures.splice(failure, 1);
    if (failing) throw failing.refusal;
    for (const route of ROUTES) {
      const found = route.method === method ? route.path.exec(path) : undefined;
      if (!found) continue;
      if (!route.open && request.headers.authorization !== `Bot ${fake.site.app.token}`) {
        throw new Refusal(401, 0, '401: Unauthorized');
      }
      const parts = found.slice(1).map(decodeURIComponent);
      const answer = route.run(fake, parts, body, url.searchParams);
      calls.done.push({ method, path, at: performance.now() });
      return answer;
    }
    throw new Refusal(404, 0, '404: Not Found');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, code, message, errors } = error;
    // A token in a path is as good as a password, also in what a failed test prints.
    const shown = path.replace(/token\d+t+/, ':token');
    calls.refused.push({ method, path: shown, status, code, message, errors: linesOf(errors) });
    throw error;
  }
}

function refusalAnswer(error: unknown): Answer & { retryAfter?: number } {
  if (!(error instanceof Refusal)) return { status: 500, body: { message: String(error), code: 0 } };
  const { status, code, message, errors, retryAfter } = error;
  if (retryAfter === undefined) return { status, body: { message, code, ...(errors ? { errors } : {}) } };
  return { status, body: { message, code, retry_after: retryAfter, global: false }, retryAfter };
}

function write(response: ServerResponse, answer: Answer & { retryAfter?: number }): void {
  response.statusCode = answer.status;
  if (answer.retryAfter !== undefined) {
    response.setHeader('retry-after', String(answer.retryAfter));
    response.setHeader('x-ratelimit-scope', 'user');
  }
  if (answer.body === undefined) {
    response.end();
    return;
  }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(answer.body));
}
