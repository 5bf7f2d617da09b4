import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { acceptInvitation } from '../../src/core/invitation/accept.ts';
import { copyInvitation } from '../../src/core/invitation/copy.ts';
import { showInvitation } from '../../src/core/invitation/open.ts';
import { sendInvitations } from '../../src/core/invitation/send.ts';
import { createOrganization } from '../../src/core/organization/create.ts';
import { setSetting } from '../../src/core/organization/set-setting.ts';
import { openSession, sealSession } from '../../src/core/sso/sealed.ts';
import { beginSignIn, finishSignIn } from '../../src/core/sso/sign-in.ts';
import { rowsOf } from '../../src/db/client.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { createServer, type HttpServer } from '../../src/http/server.ts';
import { embeddedDatabase } from '../support/database.ts';
import { type Browser, createBrowser, type OpenIdProvider, startOpenId } from '../support/openid.ts';
import { freePort } from '../support/server.ts';
import { createWorld, type Person, type World } from '../support/world.ts';

let world: World;
let admin: Person;
let server: HttpServer;
let origin: string;
let openId: OpenIdProvider;
let shy: OpenIdProvider;
let organizationId: string;
let other: string;
let invited = 0;
const logged: string[] = [];

const foundWith = async (name: string, provider: OpenIdProvider): Promise<string> => {
  const ctx = await world.as(admin);
  const { id } = await createOrganization(ctx, { name, model: 'crusoe', workspace: world.workspace });
  const set = async (key: string, value: string) =>
    setSetting(ctx, { organizationId: id, key, value, workspaceId: world.workspace.id, inForm: true });
  await set('sso-issuer', provider.issuer);
  await set('sso-client-id', provider.clientId);
  await set('sso-client-secret', provider.clientSecret);
  return id;
};

beforeAll(async () => {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  world = createWorld((await embeddedDatabase()).database, { publicUrl: origin });
  admin = await world.person('Ines');
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  server = createServer({
    port,
    hostname: '127.0.0.1',
    trustProxy: false,
    log,
    ready: async () => [],
    metrics: createMetrics(async () => []),
    invitations: {
      show: (input) => showInvitation(world.system, input),
      accept: ({ token }) => acceptInvitation(world.system, { token }),
    },
    sso: {
      begin: (input) => beginSignIn(world.system, input),
      finish: (input) => finishSignIn(world.system, input),
      secure: false,
    },
  });
  await server.start();
  const redirect = `${origin}/sso/callback`;
  openId = await startOpenId({ redirect });
  shy = await startOpenId({ redirect, emailByUserInfo: true });
  organizationId = await foundWith('Acme', openId);
  other = await foundWith('Shy', shy);
});

afterAll(async () => {
  await server.stop();
  await Promise.all([openId.stop(), shy.stop()]);
});

let browser: Browser;
beforeEach(() => {
  browser = createBrowser();
});
afterEach(() => {
  vi.useRealTimers();
});

/** An invitation that wants a sign-in, its secret, and where accepting it leads. */
const invite = async (id = organizationId) => {
  invited += 1;
  const email = `dana${invited}@example.com`;
  const ctx = await world.as(admin);
  await sendInvitations(ctx, { organizationId: id, emails: [email], sso: true });
  const token = new URL((await copyInvitation(ctx, { organizationId: id, email })).link).hash.slice(1);
  const answer = await accept(token);
  return { email, token, answer, location: String(answer.body.location) };
};

const accept = async (token: string) => {
  const answer = await fetch(`${origin}/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

const memberOf = async (email: string) =>
  rowsOf<{ state: string; sso: boolean }>(
    await world.db.execute(sql`
      select p.state, m.sso_required as sso from members m
      join principals p on p.organization_id = m.organization_id and p.id = m.user_id where m.email = ${email}`),
  )[0];

const written = () => world.count(sql`select count(*)::int as count from audit`);

/** Nothing is written, nobody joins, and the invitation is as open as before. */
const nothingChanged = async (email: string, run: () => Promise<unknown>, alerts = 0): Promise<void> => {
  const before = await written();
  await run();
  expect(await written()).toBe(before + alerts);
  expect(await memberOf(email)).toBeUndefined();
  const [row] = rowsOf<{ state: string }>(
    await world.db.execute(sql`select state from invitations where email = ${email}`),
  );
  expect(row?.state).toBe('pending');
};

const sessionKey = () => `${new URL(origin).host} rollcall-sign-in`;
const stateOf = (page: string): string => /<main data-state="([^"]+)"/.exec(page)?.[1] ?? '';

describe('CR-05 an invitation that wants single sign-on', () => {
  test('is accepted by who signs in with the invited address, verified; the member is marked', async () => {
    const { email, token, answer, location } = await invite();
    expect(answer).toMatchObject({ status: 403, body: { code: 'sso-required' } });
    expect(location).toMatch(new RegExp(`^${origin}/sso/start\\?ticket=v1\\.`));
    expect(location).not.toContain(token);
    const shown = await showInvitation(world.system, { token });
    expect(shown.sso).toBe(true);

    openId.who = { email: email.toUpperCase(), email_verified: true };
    let back = { url: '', status: 0, page: '' };
    await nothingChanged(email, async () => {
      back = await browser.open(location);
    });
    expect(back.url).toContain('/sso/callback?code=');
    expect(back.page).toContain('Nothing has changed yet');
    expect(browser.flags.get('rollcall-sign-in')).toMatch(
      /(?=.*Max-Age=600)(?=.*Path=\/sso)(?=.*HttpOnly)(?=.*SameSite=Lax)/i,
    );
    expect(browser.cookies.get(sessionKey())).not.toContain(token);

    const done = await browser.press(back);
    expect([done.status, stateOf(done.page)]).toEqual([200, 'accepted']);
    expect(await memberOf(email)).toEqual({ state: 'active', sso: true });
    expect(browser.cookies.has(sessionKey())).toBe(false);
    expect(
      await world.count(sql`select count(*)::int as count from accounts
      join users on users.id = accounts.user_id where users.email = ${email}`),
    ).toBe(0);
    expect(await accept(token)).toMatchObject({ status: 410, body: { code: 'accepted' } });
  });

  test('takes the address from userinfo where the ID token has none', async () => {
    const { email, location } = await invite(other);
    shy.who = { email, email_verified: true };
    const done = await browser.press(await browser.open(location));
    expect([done.status, stateOf(done.page)]).toEqual([200, 'accepted']);
    expect(await memberOf(email)).toEqual({ state: 'active', sso: true });
  });

  test('abuse 28: is not accepted by who signs in with another address', async () => {
    const { email, location } = await invite();
    openId.who = { email: 'mallory@example.com', email_verified: true };
    await nothingChanged(
      email,
      async () => {
        const done = await browser.press(await browser.open(location));
        expect([done.status, stateOf(done.page)]).toEqual([403, 'sso-address']);
        expect(done.page).toContain('Nothing changed');
      },
      1,
    );
    expect(await memberOf('mallory@example.com')).toBeUndefined();
  });

  test('is not accepted with an address that the provider has not verified', async () => {
    const { email, location } = await invite();
    openId.who = { email, email_verified: false };
    await nothingChanged(email, async () => {
      const done = await browser.press(await browser.open(location));
      expect([done.status, stateOf(done.page)]).toEqual([403, 'sso-unverified']);
    });
  });

  test('is not accepted by who does not sign in', async () => {
    const { email, location } = await invite();
    openId.who = undefined;
    await nothingChanged(email, async () => {
      const back = await browser.open(location);
      expect(back.url).toContain('error=access_denied');
      const done = await browser.press(back);
      expect([done.status, stateOf(done.page)]).toEqual([403, 'sso-refused']);
    });
  });
});

describe('a sign-in belongs to one browser, one invitation and one answer', () => {
  test('a replayed callback does nothing, the cookie kept or not', async () => {
    const first = await invite();
    openId.who = { email: 'mallory@example.com', email_verified: true };
    const back = await browser.open(first.location);
    const session = browser.cookies.get(sessionKey()) ?? '';
    expect(stateOf((await browser.press(back)).page)).toBe('sso-address');
    await nothingChanged(first.email, async () => {
      expect(stateOf((await browser.press(back)).page)).toBe('sso-expired');
      browser.cookies.set(sessionKey(), session);
      const again = await browser.press(back);
      expect([again.status, stateOf(again.page)]).toEqual([400, 'sso-expired']);
    });
  });

  test.each([
    ['a tampered state', (query: string) => query.replace(/state=[^&]+/, 'state=forged')],
    ['no state', (query: string) => query.replace(/&?state=[^&]+/, '')],
    ['another issuer', (query: string) => query.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example')],
    ['a made-up code', (query: string) => query.replace(/code=[^&]+/, 'code=made-up')],
    ['nothing at all', () => ''],
  ])('%s accepts nothing', async (_, tamper) => {
    const { email, location } = await invite();
    openId.who = { email, email_verified: true };
    const back = await browser.open(location);
    await nothingChanged(email, async () => {
      const url = new URL(back.url);
      url.search = tamper(url.search.slice(1));
      const done = await browser.press(await browser.open(url.href));
      expect(stateOf(done.page)).toMatch(/^sso-(expired|unproven)$/);
      expect(done.status).toBeGreaterThanOrEqual(400);
    });
  });

  test('another browser, and an altered cookie, finish nothing', async () => {
    const { email, location } = await invite();
    openId.who = { email, email_verified: true };
    const back = await browser.open(location);
    await nothingChanged(email, async () => {
      expect(stateOf((await createBrowser().press(back)).page)).toBe('sso-expired');
      const session = browser.cookies.get(sessionKey()) ?? '';
      browser.cookies.set(sessionKey(), `${session.slice(0, -8)}AAAAAAAA`);
      expect(stateOf((await browser.press(back)).page)).toBe('sso-expired');
    });
  });

  test.each([
    ['nonce', 'sso-unproven'],
    ['verifier', 'sso-expired'],
  ] as const)('the %s of the start is asked for at the end', async (part, why) => {
    const { email, location } = await invite();
    openId.who = { email, email_verified: true };
    const back = await browser.open(location);
    const kept = openSession(world.installation, browser.cookies.get(sessionKey()) ?? '');
    const changed = { ...kept, [part]: 'x'.repeat(43) };
    browser.cookies.set(sessionKey(), sealSession(world.installation, changed));
    await nothingChanged(email, async () => {
      expect(stateOf((await browser.press(back)).page)).toBe(why);
    });
  });

  test('a sign-in to one invitation accepts no other', async () => {
    const [mine, theirs] = [await invite(), await invite()];
    openId.who = { email: mine.email, email_verified: true };
    const back = await browser.open(mine.location);
    const kept = openSession(world.installation, browser.cookies.get(sessionKey()) ?? '');
    const swapped = sealSession(world.installation, { ...kept, token: theirs.token });
    browser.cookies.set(sessionKey(), swapped);
    await nothingChanged(
      theirs.email,
      async () => {
        expect(stateOf((await browser.press(back)).page)).toBe('sso-address');
      },
      1,
    );
  });
});

describe('time and trouble', () => {
  test('a link to the sign-in runs out after ten minutes, and so does the way back', async () => {
    const { email, location } = await invite();
    openId.who = { email, email_verified: true };
    const back = await browser.open(location);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 601_000 });
    await nothingChanged(email, async () => {
      expect(stateOf((await browser.press(back)).page)).toBe('sso-expired');
      const late = await browser.open(location);
      expect([late.status, stateOf(late.page)]).toEqual([400, 'sso-expired']);
    });
  });

  test('a forged ticket leads nowhere', async () => {
    const answer = await browser.open(`${origin}/sso/start?ticket=v1.AAAA`);
    expect([answer.status, stateOf(answer.page)]).toEqual([400, 'sso-expired']);
  });

  test('a provider that is away is told as such, at the start and at the end, and works again later', async () => {
    const { email, location } = await invite();
    openId.who = { email, email_verified: true };
    const back = await browser.open(location);
    await openId.down();
    try {
      await nothingChanged(email, async () => {
        const done = await browser.press(back);
        expect([done.status, stateOf(done.page)]).toEqual([502, 'sso-unavailable']);
        const start = await browser.open(location);
        expect([start.status, stateOf(start.page)]).toEqual([502, 'sso-unavailable']);
      });
    } finally {
      await openId.up();
    }
    expect(stateOf((await browser.press(await browser.open(location))).page)).toBe('accepted');
  });

  test('abuse 26: fetching every address a hundred times changes nothing', async () => {
    const { email, location } = await invite();
    openId.who = { email, email_verified: true };
    const back = await browser.open(location);
    await nothingChanged(email, async () => {
      for (let time = 0; time < 100; time += 1) {
        await (await fetch(back.url, { method: time % 2 ? 'HEAD' : 'GET' })).body?.cancel();
      }
      expect((await fetch(`${origin}/sso/finish`)).status).toBe(404);
    });
  });
});

test('the page of the way back runs nothing that its address brings', async () => {
  const page = await (await fetch(`${origin}/sso/callback?code="><script>alert(1)</script>`)).text();
  expect(page).not.toContain('<script>alert');
});

test('no secret is in the log or in the audit', async () => {
  const events = rowsOf<{ event: string }>(await world.db.execute(sql`select event from audit`));
  const all = [...logged, ...events.map(({ event }) => event)].join('\n');
  expect(all).toContain('sso-client-secret');
  for (const secret of [openId.clientSecret, shy.clientSecret]) expect(all).not.toContain(secret);
});
