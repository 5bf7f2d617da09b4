import { createHmac } from 'node:crypto';
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMetrics } from '../../src/http/metrics.ts';
import { createServer, type HttpServer } from '../../src/http/server.ts';

const SECRET = 'a-signing-secret';
const heard: string[] = [];
let server: HttpServer;
let address: string;

beforeAll(async () => {
  const receiver = new HTTPReceiver({ signingSecret: SECRET, logLevel: LogLevel.ERROR });
  const bolt = new App({
    receiver,
    authorize: async () => ({ botToken: 'xoxb-test', botId: 'B1', botUserId: 'U0' }),
  });
  bolt.command('/org', async ({ ack, command }) => {
    heard.push(command.text);
    await ack('heard');
  });
  server = createServer({
    port: 0,
    hostname: '127.0.0.1',
    trustProxy: false,
    log: pino({ enabled: false }),
    ready: async () => [],
    metrics: createMetrics(async () => []),
    invitations: {
      show: () => Promise.reject(new Error('not asked here')),
      accept: () => Promise.reject(new Error('not asked here')),
    },
    slackListener: receiver.requestListener,
  });
  address = `http://127.0.0.1:${(await server.start()).port}/slack/events`;
});

afterAll(() => server.stop());

const deliver = (body: string, signed = body) => {
  const at = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', SECRET).update(`v0:${at}:${signed}`).digest('hex');
  return fetch(address, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': at,
      'x-slack-signature': `v0=${signature}`,
    },
    body,
  });
};

test('a signed delivery reaches Bolt with its signature intact, and an altered one is refused', async () => {
  const body = new URLSearchParams({
    command: '/org',
    text: 'invite send email:dana+x@example.com “quoted” ü',
    team_id: 'T1',
    user_id: 'U1',
    trigger_id: '1.2',
    response_url: 'https://hooks.slack.com/x',
  }).toString();
  const answer = await deliver(body);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('heard');
  expect(heard).toEqual(['invite send email:dana+x@example.com “quoted” ü']);
  expect((await deliver(body.replace('dana', 'eve'), body)).status).toBe(401);
  expect(heard).toHaveLength(1);
});
