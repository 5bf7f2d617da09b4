import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { SECRET_KEY } from '../support/app.ts';
import { launchBrowser } from '../support/browser.ts';
import { freePort } from '../support/server.ts';

const SHOTS = fileURLToPath(new URL('../screenshots/', import.meta.url));

describe('a newcomer in a real browser', () => {
  let app: App;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let address = '';
  const log: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    const config = readConfig({ PORT: String(port), PUBLIC_URL: address, SECRET_KEY, DATA_DIR: ':memory:' });
    const write = (line: string) => void log.push(line);
    app = await createApp(config, createLog({ level: 'info', pretty: false, write }));
    const { announcements } = await app.start();
    expect(announcements).toEqual([`Rollcall's playground is open at ${address}/`]);
    browser = await launchBrowser();
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => complaints.push(error.message));
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await mkdir(SHOTS, { recursive: true });
    const shown = context.pages().at(-1) ?? page;
    await shown.screenshot({ path: `${SHOTS}${task.name.replace(/\W+/g, '-')}.png` });
  });

  const sitDown = (name: string) => page.getByRole('radio', { name: new RegExp(`^${name}`) }).click();
  const type = async (line: string) => {
    await page.getByRole('combobox', { name: /^Message/ }).fill(line);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
  };
  const choose = async (label: string, option: string, name = option) => {
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: new RegExp(`^${label}`) }).click();
    await page.getByRole('combobox', { name: `Search ${label}` }).fill(option);
    await page.getByRole('option', { name }).first().click();
  };

  test('invites, accepts, asks and approves, from the first visit on', async () => {
    await page.goto(address);
    await page
      .getByRole('button', { name: 'Type /org invite send dana@acme.example role:member as Ada Park' })
      .click();
    await page.getByText('Invitation sent to dana@acme.example').first().waitFor();

    await page.getByRole('button', { name: /^Inbox/ }).click();
    await page.getByRole('button', { name: /To dana@acme\.example/ }).click();
    const opened = context.waitForEvent('page');
    await page.frameLocator('iframe').getByRole('link', { name: 'See the invitation' }).click();
    const invitation = await opened;
    await invitation.getByRole('heading', { name: 'Join Acme' }).waitFor();
    await invitation.getByRole('button', { name: 'Accept' }).click();
    await invitation.getByRole('heading', { name: 'You are in Acme' }).waitFor();
    await invitation.close();

    await sitDown('Dana Reyes');
    await page.getByRole('button', { name: /^general/ }).click();
    await type('/access request new');
    const form = page.getByRole('dialog', { name: 'Ask for access' });
    await form.getByText('Acme: Asks for a role').waitFor();
    await choose('Role', 'developer');
    await choose('Workspace', 'search-prod', 'search-prod (as typed)');
    await form.getByRole('textbox', { name: /^For how long/ }).fill('8h');
    await form.getByRole('textbox', { name: /^Reason/ }).fill('fix the ranking bug');
    await form.getByRole('button', { name: 'Send' }).click();
    await page.getByText('REQ-2 is open').first().waitFor();
    await page.keyboard.press('Escape');

    const done = page.locator('.step.done h2');
    expect(await done.allTextContents()).toEqual(['Invite somebody', 'Ask for access']);
    await sitDown('Ada Park');
    await page.getByRole('button', { name: /^access-requests/ }).click();
    await page.getByText('fix the ranking bug', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^Approve REQ-2/ }).click();
    const confirm = page.getByRole('alertdialog');
    await confirm.getByText(/dana@acme\.example gets developer/).waitFor();
    await confirm.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Approved: developer in workspace search-prod').first().waitFor();
    expect(await page.getByRole('button', { name: /^Approve REQ-2/ }).count()).toBe(0);
    expect(await done.allTextContents()).toContain('Approve with a button');

    await sitDown('Dana Reyes');
    await page.getByRole('button', { name: /^Messages/ }).click();
    await page
      .getByText(/Approved/)
      .first()
      .waitFor();
    await page
      .getByText(/search-prod/)
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
    expect(log.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  }, 90_000);

  test('has a report with a picture within a minute, which a phone can read, and mends a finding with its button', async () => {
    const began = performance.now();
    await page.getByRole('button', { name: 'Type /org drift report as Ada Park' }).click();
    const picture = page.getByRole('img', { name: /^Bar chart of findings by severity/ });
    await picture.waitFor();
    expect(performance.now() - began).toBeLessThan(60_000);
    await expect
      .poll(() => picture.evaluate((image) => 'naturalWidth' in image && image.naturalWidth))
      .toBe(1080);
    await page.getByText('k…@acme.example is deactivated and keeps 1 workspace role').waitFor();
    await page
      .getByRole('button', { name: /^Why DRF-\d+: a…@acme\.example is the only administrator/ })
      .waitFor();

    await page.setViewportSize({ width: 360, height: 800 });
    await page.getByRole('button', { name: 'Close the first steps' }).click();
    await picture.scrollIntoViewIfNeeded();
    const box = await picture.boundingBox();
    expect(box?.width).toBeGreaterThan(240);
    expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 0) <= 360).toBe(true);
    await page.setViewportSize({ width: 1280, height: 800 });

    await page.getByRole('button', { name: /^Fix DRF-\d+: k…@acme\.example is deactivated/ }).click();
    await page.getByText(/^Fix DRF-\d+\?$/).waitFor();
    await page.locator('button', { hasText: /^Fix$/ }).last().click();
    await page.getByText(/k…@acme\.example is deactivated and keeps 1 workspace role · resolved/).waitFor();
    expect(await page.getByRole('button', { name: /^Fix DRF-\d+: k…@acme\.example/ }).count()).toBe(0);
    expect(complaints).toEqual([]);
    expect(log.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  }, 90_000);
});
