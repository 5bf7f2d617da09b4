import { createServer as createNodeServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { Logger } from 'pino';
import type { Health } from '../platforms/platform.ts';
import { type AuthzenParts, authzenRoutes } from './authzen/routes.ts';
import { healthRoutes } from './health.ts';
import { type InvitationVerbs, invitationRoutes } from './invitations.ts';
import { type Metrics, metricsRoutes } from './metrics.ts';
import { type Authenticate, createBearer } from './oauth/bearer.ts';
import { oauthRoutes, type TokenVerbs } from './oauth/index.ts';
import { passkeyRoutes } from './passkeys/routes.ts';
import type { PasskeyVerbs } from './passkeys/verbs.ts';
import { answerProblem, newReference, ProblemError, unexpected } from './problem.ts';
import { type SsoVerbs, ssoRoutes } from './sso/routes.ts';

export interface HttpParts {
  port: number;
  hostname?: string;
  trustProxy: boolean;
  log: Logger;
  invitations: InvitationVerbs;
  /** The sign-in that some invitations ask for. */
  sso?: SsoVerbs;
  /** The pages on which passkeys are added and used. */
  passkeys?: PasskeyVerbs;
  tokens?: TokenVerbs & { authenticate: Authenticate };
  /** Decisions, for those whose tokens may ask for them. */
  decisions?: Pick<AuthzenParts, 'db' | 'publicUrl' | 'used'>;
  /** What must work before this process takes traffic. */
  ready: () => Promise<readonly Health[]>;
  metrics: Metrics;
  /** Bolt's, in HTTP mode: it gets the raw request, because the signature is over the raw body. */
  slackListener?: RequestListener;
  /** The playground's page and endpoints, where it runs; its answers keep the headers that it sets itself. */
  playgroundRoutes?: Hono;
}

export interface HttpServer {
  start(): Promise<{ port: number }>;
  /** No new requests; those under way have ten seconds. */
  stop(): Promise<void>;
}

const SLACK_PATH = '/slack/events';
const SLACK_BODY_BYTES = 1024 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const DRAIN_MS = 9000;

const SECURITY_HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=()',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=15552000',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/** Answers that never end by themselves. A stop ends them, so as not to wait for whoever left a page open. */
type Streams = Set<HttpBindings['outgoing']>;

export const createApp = (
  parts: Omit<HttpParts, 'port' | 'hostname' | 'slackListener'>,
  streams: Streams = new Set(),
): Hono => {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      if (!c.res.headers.has(name)) c.res.headers.set(name, value);
    }
    if (c.res.headers.get('content-type')?.startsWith('text/event-stream')) {
      const { outgoing } = c.env as HttpBindings;
      streams.add(outgoing);
      outgoing.once('close', () => streams.delete(outgoing));
    }
  });
  app.route('/', healthRoutes(parts.ready));
  app.route('/', metricsRoutes(parts.metrics));
  app.route('/invitations', invitationRoutes(parts.invitations, parts));
  if (parts.tokens) {
    const bearer = createBearer({ authenticate: parts.tokens.authenticate, trustProxy: parts.trustProxy });
    app.route('/oauth2', oauthRoutes(parts.tokens, { bearer, log: parts.log }));
    if (parts.decisions) app.route('/', authzenRoutes({ ...parts.decisions, bearer, log: parts.log }));
  }
  if (parts.sso) app.route('/sso', ssoRoutes(parts.sso, parts));
  if (parts.passkeys) app.route('/passkeys', passkeyRoutes(parts.passkeys, parts));
  if (parts.playgroundRoutes) app.route('/', parts.playgroundRoutes);
  app.notFound((c) =>
    answerProblem(c, { status: 404, code: 'not-found', title: 'There is nothing at this address.' }),
  );
  app.onError((error, c) => {
    if (error instanceof ProblemError) return answerProblem(c, error.problem, { ...error.headers });
    const reference = newReference();
    parts.log.error({ err: error, reference, method: c.req.method, path: c.req.path }, 'a request failed');
    return answerProblem(c, unexpected(reference));
  });
  return app;
};

/** One port for everything: Slack's deliveries go to Bolt untouched, the rest to the app. */
export const createServer = (parts: HttpParts): HttpServer => {
  const streams: Streams = new Set();
  const app = createApp(parts, streams);
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const { slackListener } = parts;
  let stopping = false;
  const server = createNodeServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      response.once('finish', () => {
        if (stopping) setImmediate(() => server.closeIdleConnections());
      });
      const path = request.url?.split('?', 1)[0];
      if (!slackListener || path !== SLACK_PATH || request.method !== 'POST') {
        void listener(request, response);
        return;
      }
      // Bolt reads a body of any size; Slack always says how long its own is.
      const length = request.headers['content-length'];
      if (length === undefined || Number(length) > SLACK_BODY_BYTES) {
        response.writeHead(length === undefined ? 411 : 413, { Connection: 'close' }).end();
        return;
      }
      slackListener(request, response);
    },
  );
  return {
    start: async () => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      server.once('error', reject);
      server.listen(parts.port, parts.hostname, resolve);
      await promise;
      server.off('error', reject);
      return { port: (server.address() as AddressInfo).port };
    },
    stop: async () => {
      if (!server.listening) return;
      stopping = true;
      const { promise, resolve } = Promise.withResolvers<void>();
      const hurry = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      server.close(() => resolve());
      for (const stream of streams) stream.destroy();
      server.closeIdleConnections();
      await promise;
      clearTimeout(hurry);
    },
  };
};
