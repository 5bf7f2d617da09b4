import { pino } from 'pino';
import { afterAll } from 'vitest';
import { authenticate } from '../../src/core/token/authenticate.ts';
import { createPersonalToken } from '../../src/core/token/create-personal.ts';
import { introspectToken } from '../../src/core/token/introspect.ts';
import { revokePresented } from '../../src/core/token/revoke-presented.ts';
import type { Db } from '../../src/db/client.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { createServer } from '../../src/http/server.ts';
import type { Minted } from '../support/organization.ts';
import type { Person, World } from '../support/world.ts';

export const PUBLIC_URL = 'https://access.example.com';

const nobody = async (): Promise<never> => {
  throw new Error('not asked here');
};

export interface Asked {
  status: number;
  headers: Headers;
  text: string;
  // What a program reads out of an answer; each test says what it expects there.
  json: Record<string, unknown> & { decision?: boolean; evaluations?: { decision: boolean }[] };
}

export interface DecisionPoint {
  base: string;
  /** Posts JSON under /access/v1, with the token. */
  ask(token: string, path: string, body: unknown, headers?: Record<string, string>): Promise<Asked>;
  /** Sends anything anywhere. */
  send(path: string, init: RequestInit): Promise<Asked>;
}

/** The true HTTP server over a database; it stops when the test file is done. `db` can stand for one that fails. */
export const startDecisionPoint = async (world: World, db: Db = world.db): Promise<DecisionPoint> => {
  const server = createServer({
    port: 0,
    hostname: '127.0.0.1',
    trustProxy: false,
    log: pino({ enabled: false }),
    invitations: { show: nobody, accept: nobody },
    tokens: {
      authenticate: (text) => authenticate(db, text),
      introspect: (caller, text) => introspectToken((asked) => authenticate(db, asked), caller, text),
      revoke: (caller, text) => revokePresented(world.system, caller, text),
    },
    decisions: { db, publicUrl: `${PUBLIC_URL}/` },
    ready: async () => [],
    metrics: createMetrics(async () => []),
  });
  const { port } = await server.start();
  afterAll(() => server.stop());
  const base = `http://127.0.0.1:${port}`;
  const send = async (path: string, init: RequestInit): Promise<Asked> => {
    const response = await fetch(`${base}${path}`, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: text ? JSON.parse(text) : {} };
  };
  return {
    base,
    send,
    ask: (token, path, body, headers = {}) =>
      send(`/access/v1/${path}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
};

/** A personal token, made by the command's own verb. */
export const personalToken = async (here: Minted, person: Person, name = 'asks'): Promise<string> =>
  (await createPersonalToken(await here.world.as(person), { organizationId: here.id, name })).secret;

export const user = (id: string) => ({ type: 'user', id });
