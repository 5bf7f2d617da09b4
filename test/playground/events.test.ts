import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createWorkspace, type Workspace } from '../../src/playground/workspace/workspace.ts';
import { eventually } from '../support/eventually.ts';
import { MANIFEST, PEOPLE } from './tiny-app.ts';

type Seen = { body: string; headers: { [name: string]: string | string[] | undefined } };
const seen: Seen[] = [];
const statuses: number[] = [];
const app = createServer(async (request, response) => {
  seen.push({ body: await text(request), headers: request.headers });
  response.writeHead(statuses.shift() ?? 200).end();
});
let workspace: Workspace;

beforeEach(async () => {
  seen.length = 0;
  await new Promise<void>((ready) => app.listen(0, '127.0.0.1', ready));
  const address = app.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  workspace = await createWorkspace({
    eventsUrl: `http://127.0.0.1:${address.port}/slack/events`,
    manifest: MANIFEST,
    people: PEOPLE,
    channels: [{ name: 'general' }],
  });
});
afterEach(async () => {
  await workspace.stop();
  app.closeAllConnections();
  await new Promise((done) => app.close(done));
});

it('an event that the app does not take comes again at once, signed and marked as a retry', async () => {
  statuses.push(500);
  await workspace.type('ada', '#general', 'hello @rollcall');
  await eventually(() => expect(seen).toHaveLength(2));
  const [first, second] = seen;
  expect(second?.body).toBe(first?.body);
  expect(first?.headers['x-slack-retry-num']).toBeUndefined();
  expect(second?.headers).toMatchObject({ 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_error' });
  const stamp = second?.headers['x-slack-request-timestamp'];
  const signature = createHmac('sha256', workspace.signingSecret)
    .update(`v0:${stamp}:${second?.body}`)
    .digest('hex');
  expect(second?.headers['x-slack-signature']).toBe(`v0=${signature}`);
});

it('an app that has been removed hears of it, and its token is worth nothing', async () => {
  await workspace.uninstall();
  expect(seen.map(({ body }) => JSON.parse(body).event.type)).toEqual(['tokens_revoked', 'app_uninstalled']);
  const answer = await fetch(`${workspace.apiUrl}auth.test`, {
    method: 'POST',
    headers: { authorization: `Bearer ${workspace.botToken}` },
  });
  expect(await answer.json()).toEqual({ ok: false, error: 'account_inactive' });
});

it("a token in nobody else's hands opens nothing", async () => {
  const answer = await fetch(`${workspace.apiUrl}auth.test`, {
    method: 'POST',
    headers: { authorization: 'Bearer xoxb-guess' },
  });
  expect(await answer.json()).toEqual({ ok: false, error: 'invalid_auth' });
});
