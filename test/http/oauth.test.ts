import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { giveGrant } from '../../src/core/grant/give.ts';
import { deactivateMember } from '../../src/core/member/set-state.ts';
import { createServiceAccount } from '../../src/core/service-account/create.ts';
import { authenticate } from '../../src/core/token/authenticate.ts';
import { createPersonalToken } from '../../src/core/token/create-personal.ts';
import { introspectToken } from '../../src/core/token/introspect.ts';
import { revokePresented } from '../../src/core/token/revoke-presented.ts';
import { mintText } from '../../src/core/token/text.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { createServer, type HttpServer } from '../../src/http/server.ts';
import { serverDatabase } from '../support/database.ts';
import { customRole, type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, type World } from '../support/world.ts';

let world: World;
let acme: Minted;
let globex: Minted;
let server: HttpServer;
let base: string;
let queries = 0;
const logged: string[] = [];

beforeAll(async () => {
  world = createWorld((await serverDatabase()).database);
  const { db } = world;
  acme = await mintOrganization(world);
  globex = await mintOrganization(world, 'Globex');
  server = createServer({
    port: 0,
    hostname: '127.0.0.1',
    trustProxy: true,
    log: pino({}, { write: (line: string) => void logged.push(line) }),
    invitations: {
      show: async () => Promise.reject(new Error('not here')),
      accept: async () => Promise.reject(new Error('not here')),
    },
    tokens: {
      authenticate: async (text) => {
        queries += 1;
        return authenticate(db, text);
      },
      introspect: (caller, text) => introspectToken((asked) => authenticate(db, asked), caller, text),
      revoke: (caller, text) => revokePresented(world.system, caller, text),
    },
    ready: async () => [],
    metrics: createMetrics(async () => []),
  });
  base = `http://127.0.0.1:${(await server.start()).port}`;
});

afterAll(() => server.stop());

let made = 0;
const tokenOf = async (person: Person, here: Minted = acme, more: object = {}) => {
  made += 1;
  return createPersonalToken(await world.as(person), { organizationId: here.id, name: `t${made}`, ...more });
};

let network = 0;
/** Each test calls from a network of its own, so that none uses up another's tries. */
const fresh = (): string => `198.51.${Math.floor(++network / 250)}.${network % 250}`;

const post = (
  path: 'introspect' | 'revoke',
  bearer: string | undefined,
  body: string | URLSearchParams | Buffer,
  headers: Record<string, string> = {},
) =>
  fetch(`${base}/oauth2/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-forwarded-for': fresh(),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...headers,
    },
    body,
  });

const about = (path: 'introspect' | 'revoke', bearer: string | undefined, token: string) =>
  post(path, bearer, new URLSearchParams({ token, token_type_hint: 'access_token' }));

describe('introspection (RFC 7662)', () => {
  test('tells an active token’s whole description to who holds decisions:read in its organization', async () => {
    const dana = await acme.member('Dana');
    const caller = await tokenOf(acme.admin);
    const token = await tokenOf(dana, acme, { expires: { seconds: 3600 } });
    const answer = await about('introspect', caller.secret, token.secret);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await answer.json()).toEqual({
      active: true,
      sub: await acme.userId(dana.email),
      username: dana.email,
      token_type: 'Bearer',
      org: acme.slug,
      exp: Math.floor((token.expiresAt?.getTime() ?? 0) / 1000),
      iat: expect.any(Number),
    });
  });

  test('tells any token about itself, and without an end there is no exp', async () => {
    const dana = await acme.member('Dana');
    const { secret } = await tokenOf(dana);
    const told = await (await about('introspect', secret, secret)).json();
    expect(told).toMatchObject({ active: true, username: dana.email });
    expect(told).not.toHaveProperty('exp');
  });

  test('is open to a service account that was given decisions:read', async () => {
    await acme.project('pdp');
    await customRole(acme, { scope: 'project', name: 'decider', permissions: ['decisions:read'] });
    const account = await createServiceAccount(await world.as(acme.admin), {
      organizationId: acme.id,
      name: 'gateway',
    });
    const { secret } = await tokenOf(await acme.member('Dana'));
    expect((await about('introspect', account.secret, secret)).status).toBe(401);
    await giveGrant(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { serviceAccount: 'gateway' },
      project: 'pdp',
      role: 'decider',
    });
    const answer = await about('introspect', account.secret, secret);
    expect(await answer.json()).toMatchObject({ active: true });
    const itself = await (await about('introspect', account.secret, account.secret)).json();
    expect(itself).toMatchObject({ username: 'gateway', sub: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });

  test('inactive is exactly {"active":false}, whatever the reason', async () => {
    const caller = await tokenOf(acme.admin);
    const dana = await acme.member('Dana');
    const expired = await tokenOf(dana);
    const revoked = await tokenOf(dana);
    const dead = await tokenOf(dana);
    await world.db.execute(sql`update tokens set expires_at = clock_timestamp() where id = ${expired.id}`);
    await about('revoke', revoked.secret, revoked.secret);
    await deactivateMember(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: dana.email },
    });
    const texts = [
      expired.secret,
      revoked.secret,
      dead.secret,
      mintText('personal', acme.id),
      mintText('organization', '018f2f3e-0000-7000-8000-000000000000'),
      `${dead.secret.slice(0, -1)}x`,
      'nothing like a token',
      '🦄',
    ];
    for (const text of texts) {
      const answer = await about('introspect', caller.secret, text);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toBe('{"active":false}');
    }
  });

  test('abuse 39: another organization’s caller gets exactly {"active":false}', async () => {
    const theirs = await tokenOf(globex.admin, globex);
    const ours = await tokenOf(acme.admin);
    const answer = await about('introspect', theirs.secret, ours.secret);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('{"active":false}');
    const plain = await tokenOf(await globex.member('Olga'), globex);
    expect(await (await about('introspect', plain.secret, ours.secret)).text()).toBe('{"active":false}');
  });

  test('RFC 7662, 2.3: a caller without decisions:read is answered 401, and hears the same of a token that is there and of one that is not', async () => {
    const { secret } = await tokenOf(await acme.member('Dana'));
    const other = await tokenOf(acme.admin);
    const answers = await Promise.all(
      [other.secret, mintText('personal', acme.id)].map((text) => about('introspect', secret, text)),
    );
    expect(answers.map((answer) => answer.status)).toEqual([401, 401]);
    const [first, second] = await Promise.all(answers.map((answer) => answer.text()));
    expect(first).toBe(second);
    expect(JSON.parse(first ?? '')).toMatchObject({ code: 'forbidden', error: 'insufficient_scope' });
    expect(answers[0]?.headers.get('www-authenticate')).toContain('insufficient_scope');
  });
});

describe('revocation (RFC 7009)', () => {
  test('a token ends itself, for good and with an audit event', async () => {
    const dana = await acme.member('Dana');
    const { secret, name } = await tokenOf(dana);
    const before = await acme.sequence();
    const answer = await about('revoke', secret, secret);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
    expect(await authenticate(world.db, secret)).toBeUndefined();
    expect(await acme.audited(before)).toEqual([
      expect.objectContaining({ action: 'token.revoked', target: name }),
    ]);
    expect((await about('revoke', secret, secret)).status).toBe(401);
  });

  test('tokens:write ends any token of the organization, and repeating it is no error', async () => {
    const caller = await tokenOf(acme.admin);
    const { secret } = await tokenOf(await acme.member('Dana'));
    expect((await about('revoke', caller.secret, secret)).status).toBe(200);
    expect(await authenticate(world.db, secret)).toBeUndefined();
    expect((await about('revoke', caller.secret, secret)).status).toBe(200);
  });

  test('unknown tokens and those of others are answered alike, and nothing happens', async () => {
    const caller = await tokenOf(acme.admin);
    const theirs = await tokenOf(globex.admin, globex);
    const before = [await acme.sequence(), await globex.sequence()];
    for (const text of [theirs.secret, mintText('personal', acme.id), 'nonsense']) {
      const answer = await about('revoke', caller.secret, text);
      expect([answer.status, await answer.text()]).toEqual([200, '']);
    }
    expect([await acme.sequence(), await globex.sequence()]).toEqual(before);
    expect(await authenticate(world.db, theirs.secret)).toBeDefined();
  });

  test('without tokens:write another’s token stays, and one that is not there sounds the same', async () => {
    const { secret } = await tokenOf(await acme.member('Dana'));
    const other = await tokenOf(acme.admin);
    const answers = await Promise.all(
      [other.secret, mintText('personal', acme.id)].map((text) => about('revoke', secret, text)),
    );
    expect(answers.map((answer) => answer.status)).toEqual([403, 403]);
    const [first, second] = await Promise.all(answers.map((answer) => answer.text()));
    expect(first).toBe(second);
    expect(await authenticate(world.db, other.secret)).toBeDefined();
  });
});

describe('what cannot be read', () => {
  test.each([
    ['no token', 'token_type_hint=access_token', 400],
    ['an empty token', 'token=', 400],
    ['a token twice', 'token=a&token=b', 400],
    ['no body', '', 400],
    ['broken UTF-8', Buffer.from([0x74, 0xff]), 400],
    ['too much', `token=${'x'.repeat(20_000)}`, 413],
  ])('%s is refused as OAuth says, in a problem document', async (_, body, status) => {
    const { secret } = await tokenOf(acme.admin);
    for (const path of ['introspect', 'revoke'] as const) {
      const answer = await post(path, secret, body);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(await answer.json()).toMatchObject({
        status,
        code: expect.any(String),
        ...(status === 400 ? { error: 'invalid_request' } : {}),
      });
    }
  });

  test('JSON is no form', async () => {
    const { secret } = await tokenOf(acme.admin);
    const answer = await post('introspect', secret, JSON.stringify({ token: secret }), {
      'content-type': 'application/json',
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
  });

  test('other methods change nothing, and are told which one is taken', async () => {
    const answer = await fetch(`${base}/oauth2/revoke?token=x`);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
  });

  test('without a token, or with one elsewhere than in the header, nobody is known', async () => {
    const { secret } = await tokenOf(acme.admin);
    const none = await about('introspect', undefined, secret);
    expect([none.status, none.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="rollcall"']);
    const bad = await about('introspect', mintText('personal', acme.id), secret);
    expect(bad.status).toBe(401);
    expect(bad.headers.get('www-authenticate')).toBe('Bearer realm="rollcall", error="invalid_token"');
    expect(await bad.json()).toMatchObject({ code: 'invalid-token', error: 'invalid_token' });
    for (const authorization of [`Basic ${btoa(`x:${secret}`)}`, secret, `Bearer ${secret} x`, 'Bearer ']) {
      const answer = await post('introspect', undefined, `token=${secret}&access_token=${secret}`, {
        authorization,
      });
      expect(answer.status, authorization.slice(0, 8)).toBe(401);
    }
  });
});

test('abuse 40: well-formed guesses find nothing and are told to wait, and a working token beside them is not', async () => {
  const { secret } = await tokenOf(acme.admin);
  const from = { 'x-forwarded-for': '203.0.113.9' };
  expect((await post('introspect', secret, `token=${secret}`, from)).status).toBe(200);
  queries = 0;
  const seen = new Map<string, number>();
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        const answer = await post('introspect', mintText('personal', acme.id), 'token=x', from);
        const kind = `${answer.status} ${await answer.text()}`;
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
      }),
    );
  }
  expect([...seen.keys()].map((kind) => kind.slice(0, 3)).sort()).toEqual(['401', '429']);
  expect(queries).toBeLessThanOrEqual(120);
  expect((await post('introspect', secret, `token=${secret}`, from)).status).toBe(200);
  const [waiting] = [await post('introspect', mintText('personal', acme.id), 'token=x', from)];
  expect(Number(waiting.headers.get('retry-after'))).toBeGreaterThan(0);
}, 60_000);

test('no token stands in the log', () => {
  expect(logged.join()).not.toMatch(/rc_usr_|rc_svc_/);
});
