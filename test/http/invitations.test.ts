import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DomainError } from '../../src/core/errors.ts';
import type { Accepted, InvitationOffer } from '../../src/http/invitations.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { createServer, type HttpServer } from '../../src/http/server.ts';

const offer: InvitationOffer = {
  organization: { slug: 'acme', name: 'Acme <b>& Söhne</b>' },
  inviter: 'ines@example.com',
  role: 'member',
  projects: [{ name: 'search-prod', role: 'developer' }],
  expiresAt: new Date('2026-11-27T00:00:00Z'),
  sso: false,
  email: 'dana@example.com',
};

const accepted: Accepted = {
  organization: { slug: 'acme', name: 'Acme' },
  member: { email: 'dana@example.com', role: 'member', state: 'active' },
  projects: [],
};

const refusals: Record<string, DomainError> = {
  revoked: new DomainError('wrong-state', 'Withdrawn.', { facts: { state: 'revoked' } }),
  accepted: new DomainError('wrong-state', 'Accepted.', { facts: { state: 'accepted' } }),
  expired: new DomainError('expired', 'Expired.'),
  'sso-required': new DomainError('sso-required', 'Sign in.', {
    facts: { location: 'https://id.example.com/start' },
  }),
  'members-limit': new DomainError('limit', 'Full.', { facts: { key: 'members-limit' } }),
};

let server: HttpServer;
let base: string;
let calls: string[];
let logged: string[];

const verb =
  <T>(name: string, result: T) =>
  async ({ token }: { token: string }): Promise<T> => {
    calls.push(`${name} ${token}`);
    if (token === 'real') return result;
    if (token === 'broken') throw new Error('password=hunter2 at db.internal');
    throw refusals[token] ?? new DomainError('not-found', 'No such invitation.');
  };

beforeEach(async () => {
  calls = [];
  logged = [];
  server = createServer({
    port: 0,
    hostname: '127.0.0.1',
    trustProxy: true,
    log: pino({}, { write: (line: string) => void logged.push(line) }),
    invitations: { show: verb('show', offer), accept: verb('accept', accepted) },
    ready: async () => [],
    metrics: createMetrics(async () => []),
  });
  base = `http://127.0.0.1:${(await server.start()).port}`;
});

afterEach(() => server.stop());

const post = (path: string, body: string | Buffer | URLSearchParams, headers: Record<string, string> = {}) =>
  fetch(`${base}/invitations/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

const postToken = (path: string, token: string, headers: Record<string, string> = {}) =>
  post(path, JSON.stringify({ token }), headers);

describe('an invitation over HTTP', () => {
  test('is shown with exactly what the contract says', async () => {
    const answer = await postToken('show', 'real');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({
      organization: { slug: 'acme', name: 'Acme <b>& Söhne</b>' },
      inviter: 'ines@example.com',
      role: 'member',
      projects: [{ name: 'search-prod', role: 'developer' }],
      expiresAt: '2026-11-27T00:00:00.000Z',
      sso: false,
    });
    expect(calls).toEqual(['show real']);
  });

  test('is accepted, and says who is a member of what now', async () => {
    const answer = await postToken('accept', 'real');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      organization: { slug: 'acme', name: 'Acme' },
      member: { email: 'dana@example.com', role: 'member', state: 'active' },
    });
  });

  test.each([
    ['revoked', 410, 'revoked'],
    ['accepted', 410, 'accepted'],
    ['expired', 410, 'expired'],
    ['sso-required', 403, 'sso-required'],
    ['members-limit', 409, 'members-limit'],
    ['guess', 404, 'unknown'],
  ])('%s: refused with %i and code %s, as a problem document and as a page', async (token, status, code) => {
    const answer = await postToken('accept', token);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ status, code, title: expect.any(String) });
    const page = await postToken('accept', token, { accept: 'text/html' });
    expect(page.status).toBe(status);
    expect(await page.text()).toContain(`data-state="${code}"`);
  });

  test('says where to sign in', async () => {
    expect(await (await postToken('accept', 'sso-required')).json()).toMatchObject({
      location: 'https://id.example.com/start',
    });
  });

  test('an unexpected error shows a reference that the log knows, and nothing else', async () => {
    const answer = await postToken('accept', 'broken');
    expect(answer.status).toBe(500);
    const text = await answer.text();
    expect(text).not.toMatch(/hunter2|db\.internal|at .*\.ts/);
    const { reference } = JSON.parse(text);
    expect(reference).toMatch(/^e-[0-9a-f]{8}$/);
    expect(logged.join()).toContain(reference);
  });
});

describe('what cannot be read changes nothing', () => {
  test.each([
    ['no JSON', '{"token":', 'application/json', 400],
    ['no body', '', 'application/json', 400],
    ['an array', '["real"]', 'application/json', 400],
    ['null', 'null', 'application/json', 400],
    ['no token', '{}', 'application/json', 400],
    ['a token that is no text', '{"token":{"$ne":""}}', 'application/json', 400],
    ['an empty token', '{"token":""}', 'application/json', 400],
    ['broken UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'application/json', 400],
    ['deep nesting', `${'['.repeat(2000)}${']'.repeat(2000)}`, 'application/json', 400],
    ['text', 'token=real', 'text/plain', 415],
    ['another charset', '{"token":"real"}', 'application/json; charset=utf-16', 415],
    ['no content type', Buffer.from('{"token":"real"}'), '', 415],
    ['too much', JSON.stringify({ token: 'x'.repeat(5000) }), 'application/json', 413],
  ])('%s', async (_what, body, type, status) => {
    const answer = await post('accept', body, { 'content-type': type });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(calls).toEqual([]);
  });

  test('a body that does not say its size is cut off all the same', async () => {
    const long = ReadableStream.from(
      Array.from({ length: 64 }, () => new TextEncoder().encode('x'.repeat(1024))),
    );
    const answer = await fetch(`${base}/invitations/accept`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: long,
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(413);
  });

  test('a byte order mark, a charset and repeated keys are harmless', async () => {
    const answer = await post('show', '\ufeff{"token":"guess","token":"real","__proto__":{"token":"x"}}', {
      'content-type': 'Application/JSON; Charset="UTF-8"',
    });
    expect(answer.status).toBe(200);
    expect(calls).toEqual(['show real']);
  });
});

describe('the page', () => {
  test('abuse 26: fetched by scanners it names nobody, changes nothing and is kept by nobody', async () => {
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      for (const path of ['', '/show', '/accept']) {
        const answer = await fetch(`${base}/invitations${path}?token=real`, { method });
        expect([200, 204, 404, 405]).toContain(answer.status);
        expect(await answer.text()).not.toMatch(/Acme|dana/);
      }
    }
    expect(calls).toEqual([]);
    const page = await fetch(`${base}/invitations`);
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'x-frame-options': 'DENY',
    });
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'self'; form-action 'self'/,
    );
  });

  test('other methods are told which ones are taken', async () => {
    const answer = await fetch(`${base}/invitations/accept`);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST, OPTIONS');
    expect(await answer.json()).toMatchObject({ code: 'method-not-allowed' });
  });

  test('works as plain forms: a pasted link is shown, its button accepts', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html,*/*;q=0.8' };
    const pasted = await post(
      'show',
      new URLSearchParams({ token: 'https://x.example/invitations#real' }),
      form,
    );
    const page = await pasted.text();
    expect(page).toContain('data-state="offer"');
    expect(page).toContain('name="token" value="real"');
    expect(page).toContain('dana@example.com');
    const done = await post('accept', new URLSearchParams({ token: 'real' }), form);
    expect(await done.text()).toContain('/access link start email:dana@example.com');
    expect(calls).toEqual(['show real', 'accept real']);
  });

  test('abuse 32: markup in a name stays text', async () => {
    const page = await (await postToken('show', 'real', { accept: 'text/html' })).text();
    expect(page).toContain('Acme &lt;b&gt;&amp; Söhne&lt;/b&gt;');
    expect(page).not.toContain('<b>');
  });
});

describe('abuse 30: guessing', () => {
  test('10,000 guesses find nothing, all look alike, and most are told to wait', async () => {
    const seen = new Map<string, number>();
    for (let round = 0; round < 100; round += 1) {
      await Promise.all(
        Array.from({ length: 100 }, async (_, index) => {
          const answer = await postToken('accept', `guess-${round}-${index}`, {
            'x-forwarded-for': `${round}.1.2.3, 203.0.113.7`,
          });
          const kind = `${answer.status} ${await answer.text()}`;
          seen.set(kind, (seen.get(kind) ?? 0) + 1);
        }),
      );
    }
    expect([...seen.keys()].map((kind) => kind.slice(0, 3)).sort()).toEqual(['404', '429']);
    const refused = [...seen].find(([kind]) => kind.startsWith('429'))?.[1] ?? 0;
    expect(refused).toBeGreaterThan(9500);
    expect(calls.length).toBe(10_000 - refused);
    const other = await postToken('accept', 'real', { 'x-forwarded-for': '203.0.113.8' });
    expect(other.status).toBe(200);
  }, 60_000);

  test('people who join from one address with real links are never told to wait', async () => {
    const answers = await Promise.all(Array.from({ length: 110 }, () => postToken('show', 'real')));
    const again = await Promise.all(Array.from({ length: 110 }, () => postToken('accept', 'accepted')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(again.map(({ status }) => status))).toEqual(new Set([410]));
  });
});
