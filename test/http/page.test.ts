import { pino } from 'pino';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DomainError } from '../../src/core/errors.ts';
import type { InvitationVerbs } from '../../src/http/invitations.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { createServer, type HttpServer } from '../../src/http/server.ts';
import { launchBrowser } from '../support/browser.ts';

const organization = { slug: 'acme', name: 'Acme & Söhne' };
const projects = [{ name: 'search-prod', role: 'developer' }];

let browser: Browser;
let server: HttpServer;
let base: string;
let page: Page;
let complaints: string[];
let verbs: InvitationVerbs;
let asked: string[];

beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);

afterAll(() => browser.close());

beforeEach(async () => {
  asked = [];
  verbs = {
    show: async ({ token }) => {
      asked.push(`show ${token}`);
      if (token !== 'a.real-token') throw new DomainError('not-found', 'No.');
      return {
        organization,
        inviter: 'ines@example.com',
        role: 'member',
        projects,
        expiresAt: new Date(Date.now() + 86_400_000),
        sso: false,
        email: 'dana@example.com',
      };
    },
    accept: async ({ token }) => {
      asked.push(`accept ${token}`);
      return {
        organization,
        projects,
        member: { email: 'dana@example.com', role: 'member', state: 'active' },
      };
    },
  };
  server = createServer({
    port: 0,
    hostname: '127.0.0.1',
    trustProxy: false,
    log: pino({ enabled: false }),
    ready: async () => [],
    metrics: createMetrics(async () => []),
    invitations: { show: (input) => verbs.show(input), accept: (input) => verbs.accept(input) },
  });
  base = `http://127.0.0.1:${(await server.start()).port}`;
  page = await browser.newPage();
  complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
});

afterEach(async () => {
  expect(complaints).toEqual([]);
  await page.close();
  await server.stop();
});

const isFocused = (where: Locator) => where.evaluate((element) => element.matches(':focus'));
const sees = async (title: string) => {
  await page.getByRole('heading', { name: title, level: 1 }).waitFor({ timeout: 5000 });
};

describe('the invitation page in a browser', () => {
  test('shows the invitation, accepts it on one press, and says what to do next in chat', async () => {
    await page.goto(`${base}/invitations#a.real-token`);
    await sees('Join Acme & Söhne');
    expect(await isFocused(page.locator('h1'))).toBe(true);
    const text = await page.locator('main').innerText();
    for (const fact of ['ines@example.com', 'dana@example.com', 'member', 'search-prod', 'your time']) {
      expect(text).toContain(fact);
    }
    expect(asked).toEqual(['show a.real-token']);
    await page.getByRole('button', { name: 'Accept' }).click();
    await sees('You are in Acme & Söhne');
    expect(await page.locator('main').innerText()).toContain('/access link start email:dana@example.com');
    expect(await page.title()).toBe('You are in Acme & Söhne · Rollcall');
    expect(page.url()).toBe(`${base}/invitations`);
    expect(asked).toEqual(['show a.real-token', 'accept a.real-token']);
  });

  test('a link that is no invitation says so', async () => {
    await page.goto(`${base}/invitations#wrong`);
    await sees('No such invitation');
  });

  test('an answer that does not arrive can be asked for again', async () => {
    await page.goto(`${base}/invitations#a.real-token`);
    await sees('Join Acme & Söhne');
    await page.route('**/invitations/accept', (route) => route.abort());
    await page.getByRole('button', { name: 'Accept' }).click();
    await sees('No connection');
    await page.unroute('**/invitations/accept');
    await page.getByRole('button', { name: 'Try again' }).click();
    await sees('You are in Acme & Söhne');
    expect(asked.filter((call) => call.startsWith('accept'))).toEqual(['accept a.real-token']);
  });

  test('without its secret the page asks for the link', async () => {
    await page.goto(`${base}/invitations`);
    await sees('This link is not complete');
    await page.getByLabel('The link from your letter').fill(`${base}/invitations#a.real-token`);
    await page.getByRole('button', { name: 'Look at the invitation' }).click();
    await sees('Join Acme & Söhne');
  });

  test('works without scripts, by pasting the link', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const without = await plain.newPage();
    await without.goto(`${base}/invitations#a.real-token`);
    await without.getByLabel('The link from your letter').fill(`${base}/invitations#a.real-token`);
    await without.getByRole('button', { name: 'Look at the invitation' }).click();
    await without.getByRole('button', { name: 'Accept' }).click();
    await without.getByRole('heading', { name: 'You are in Acme & Söhne' }).waitFor({ timeout: 5000 });
    await plain.close();
    expect(asked).toEqual(['show a.real-token', 'accept a.real-token']);
  });

  test('fits a phone, and every part of it can be reached by its role', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(`${base}/invitations#a.real-token`);
    await sees('Join Acme & Söhne');
    const wide = await page.locator('html').evaluate((root) => root.scrollWidth);
    expect(wide).toBeLessThanOrEqual(320);
    const button = page.getByRole('button', { name: 'Accept' });
    expect((await button.boundingBox())?.height ?? 0).toBeGreaterThanOrEqual(44);
    await page.keyboard.press('Tab');
    expect(await isFocused(button)).toBe(true);
    expect(await page.getByRole('main').count()).toBe(1);
  });
});
