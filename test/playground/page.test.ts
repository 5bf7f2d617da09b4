import type { Server } from 'node:http';
import { type ServerType, serve } from '@hono/node-server';
import { App, LogLevel } from '@slack/bolt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Playground, startPlayground } from '../../src/playground/index.ts';
import { launchBrowser } from '../support/browser.ts';
import { button, plain, section } from './tiny-app.ts';

let playground: Playground;
let app: App;
let bolt: Server;
let server: ServerType;
let browser: Browser;
let page: Page;
let address = '';
const complaints: string[] = [];

const portOf = (listening: ServerType | Server): number => {
  const bound = listening.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return bound.port;
};

beforeAll(async () => {
  playground = await startPlayground({
    eventsUrl: () => `http://127.0.0.1:${portOf(bolt)}/slack/events`,
    reset: async () => {},
    suggestions: [{ command: '/access request new', usage: 'role:…', summary: 'Asks for a role' }],
    firstSteps: [
      { title: 'Ask', text: 'Ben asks for a role.', command: '/access request new role:owner', as: 'ben' },
      { title: 'Say yes', text: 'Ada does.', command: '/access request list', as: 'ada', button: 'Approve' },
      { title: 'Look', text: 'Ada looks around.', command: '/access', as: 'ada' },
    ],
  });
  app = new App({
    token: playground.slack.botToken,
    signingSecret: playground.slack.signingSecret,
    clientOptions: { slackApiUrl: playground.slack.apiUrl },
    logLevel: LogLevel.ERROR,
  });
  app.command('/org', async ({ ack }) => ack());
  app.command('/access', async ({ ack, respond, client, command }) => {
    await ack();
    if (command.text) {
      await client.chat.postMessage({
        channel: 'access-requests',
        text: 'Ben Ito asks for owner',
        blocks: [
          section(`*<@${command.user_id}>* asks for \`owner\` &lt;b&gt;`),
          {
            type: 'actions',
            block_id: 'req',
            elements: [
              {
                ...button('approve', 'Approve', 'REQ-1'),
                confirm: {
                  title: plain('Approve owner?'),
                  text: plain('It ends by itself.'),
                  confirm: plain('Yes, approve'),
                  deny: plain('Back'),
                },
              },
            ],
          },
        ],
      });
      await respond('Asked. REQ-1 waits.');
      return;
    }
    await client.views.open({
      trigger_id: command.trigger_id,
      view: {
        type: 'modal',
        callback_id: 'ask',
        title: plain('Request access'),
        submit: plain('Send request'),
        blocks: [
          {
            type: 'input',
            block_id: 'project',
            label: plain('Project'),
            element: { type: 'external_select', action_id: 'pick', min_query_length: 0 },
          },
          {
            type: 'input',
            block_id: 'why',
            label: plain('Reason'),
            element: { type: 'plain_text_input', action_id: 'text' },
          },
        ],
      },
    });
  });
  app.action('approve', async ({ ack, respond, body }) => {
    await ack();
    await respond({ replace_original: true, text: `Approved by <@${body.user.id}>` });
  });
  app.options('pick', async ({ ack }) =>
    ack({ options: [{ text: plain('search-prod'), value: 'search-prod' }] }),
  );
  app.view('ask', async ({ ack, view, client, body }) => {
    const { project, why } = view.state.values;
    if (why?.text?.value === 'no')
      return ack({ response_action: 'errors', errors: { why: 'Say a little more.' } });
    await ack();
    await client.chat.postMessage({
      channel: body.user.id,
      text: `Asked for ${project?.pick?.selected_option?.value}: ${why?.text?.value}`,
    });
  });
  bolt = (await app.start({ port: 0, host: '127.0.0.1' })) as Server;
  server = serve({ fetch: playground.routes.fetch, port: 0, hostname: '127.0.0.1' });
  await new Promise((ready) => server.once('listening', ready));
  address = `http://127.0.0.1:${portOf(server)}`;
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
}, 60_000);

afterEach(() => expect(complaints.splice(0)).toEqual([]));

afterAll(async () => {
  await browser?.close();
  await playground?.stop();
  bolt?.closeAllConnections();
  await app?.stop();
  await new Promise((done) => server.close(done));
});

describe('the playground page', () => {
  it('lets a newcomer try the first step and approve it from another seat', async () => {
    await page.goto(address);
    await page.getByRole('button', { name: 'Type /access request new role:owner as Ben Ito' }).click();
    await page.getByText('Asked. REQ-1 waits.').waitFor();
    await page.getByRole('radio', { name: 'Ada Park' }).click();
    await expect.poll(() => page.getByText('Asked. REQ-1 waits.').count()).toBe(0);
    await page.getByRole('button', { name: /^access-requests/ }).click();
    await page.getByText('asks for owner <b>').waitFor();
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('button', { name: 'Yes, approve' }).click();
    await page.getByText('Approved by @Ada Park').waitFor();
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  });

  it('opens a form, searches in a select, shows errors under their fields and sends it by keyboard', async () => {
    await page.getByRole('combobox', { name: /^Message/ }).fill('/access');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Request access' });
    await dialog.waitFor();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option', { name: 'search-prod' }).waitFor();
    await page.keyboard.press('Enter');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('no');
    await page.keyboard.press('Enter');
    await dialog.getByText('Say a little more.').waitFor();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('incident');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^Messages/ }).click();
    await page.getByText('Asked for search-prod: incident').waitFor();
  });

  it('offers commands while one types, and shows mail in a frame without scripts', async () => {
    await page.getByRole('combobox', { name: /^Message/ }).fill('/access req');
    await page.getByRole('option', { name: /request new/ }).waitFor();
    await page.getByRole('combobox', { name: /^Message/ }).fill('');
    await playground.mailbox.receive({
      to: 'dana@acme.example',
      subject: 'Join Acme',
      text: '',
      html: '<p>Hello <script>parent.hacked = 1</script>Dana</p>',
    });
    await page.getByRole('button', { name: /^Inbox/ }).click();
    await page.getByRole('button', { name: /Join Acme/ }).click();
    await page.frameLocator('iframe').getByText('Hello Dana').waitFor();
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
    // The browser itself says that it has run no script of the letter's.
    expect(complaints.splice(0).every((text) => text.includes('script'))).toBe(true);
  });

  it('ticks a first step once it was taken, by its button or by hand, and nothing for less', async () => {
    const fresh = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const done = fresh.locator('.step.done h2');
    const types = async (text: string) => {
      const composer = fresh.getByRole('combobox', { name: /^Message/ });
      const sent = fresh.waitForRequest('**/playground/type');
      await composer.fill(text);
      await fresh.keyboard.press('Escape');
      await fresh.keyboard.press('Enter');
      await (await sent).response();
    };
    await fresh.goto(address);
    await fresh.route('**/playground/type', (route) => route.abort());
    await fresh.getByRole('button', { name: 'Type /access request new role:owner as Ben Ito' }).click();
    await fresh.getByText('The playground does not answer').waitFor();
    await types('/access request new role:owner');
    await expect.poll(() => fresh.getByText('The playground does not answer').count()).toBe(2);
    await fresh.unroute('**/playground/type');
    for (const text of ['request new', '/org request new', '/access request show', '/access request list']) {
      await types(text);
    }
    await types('/access');
    await fresh.getByRole('dialog', { name: 'Request access' }).waitFor();
    await fresh.keyboard.press('Escape');
    await expect.poll(() => done.allTextContents()).toEqual(['Look']);

    await fresh.getByRole('button', { name: /^access-requests/ }).click();
    const approve = fresh.getByRole('button', { name: 'Approve', exact: true }).last();
    await approve.click();
    await fresh.getByRole('button', { name: 'Back' }).click();
    await types('/access request new role:reader');
    await expect.poll(() => done.allTextContents()).toEqual(['Ask', 'Look']);
    await approve.click();
    await fresh.getByRole('button', { name: 'Yes, approve' }).click();
    await expect.poll(() => done.allTextContents()).toEqual(['Ask', 'Say yes', 'Look']);
    await fresh.reload();
    await expect.poll(() => done.allTextContents()).toHaveLength(3);
    await fresh.close();
  });

  it('fits a phone without scrolling sideways', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'Channels and messages' }).click();
    await page.getByRole('button', { name: /^general/ }).click();
    await page.getByRole('heading', { level: 1, name: 'general' }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });
});

describe('abuse: the playground page', () => {
  it.each([
    ['a name that leads here from elsewhere', { host: 'evil.example' }, 'GET'],
    ['a form on a foreign page', { origin: 'https://evil.example' }, 'POST'],
    ['a request without an origin', {}, 'POST'],
  ])('refuses %s', async (_, headers, method) => {
    const answer = await playground.routes.request('/playground/reset', {
      method,
      headers: { host: '127.0.0.1:3000', ...headers },
    });
    expect(answer.status).toBe(403);
  });

  it('lets the page alone show a letter, and a letter run nothing', async () => {
    await playground.mailbox.receive({ to: 'a@acme.example', subject: 'x', text: '', html: '<p>x</p>' });
    const id = playground.mailbox.list().at(-1)?.id;
    const { headers } = await playground.routes.request(`/playground/letters/${id}`, {
      headers: { host: 'localhost:3000' },
    });
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox allow-popups/);
  });

  it('serves its own sources and nothing beside them', async () => {
    const get = (path: string) => playground.routes.request(path, { headers: { host: 'localhost:3000' } });
    expect((await get('/playground/page/main.ts')).headers.get('content-type')).toBe('text/javascript');
    for (const path of [
      '/playground/page/..%2findex.ts',
      '/playground/page/tsconfig.json',
      '/playground/library/zod.mjs',
    ]) {
      expect((await get(path)).status).toBe(404);
    }
  });
});
