import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Started, startSlack } from './start-slack.ts';

let slack: Started;
beforeAll(async () => {
  slack = await startSlack();
});
afterAll(() => slack.stop());
beforeEach(() => {
  slack.received.length = 0;
});

interface Request {
  at?: number;
  sign?: (stamp: string, body: string) => string;
  sent?: string;
  headers?: Record<string, string>;
}

const now = () => Math.floor(Date.now() / 1000);
const signed = (stamp: string, body: string) =>
  `v0=${createHmac('sha256', slack.workspace.signingSecret).update(`v0:${stamp}:${body}`).digest('hex')}`;

/** Signs `body` and sends it, or sends something else in its place. */
function post(body: string, { at = now(), sign = signed, sent = body, headers = {} }: Request = {}) {
  return fetch(slack.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(at),
      'x-slack-signature': sign(String(at), body),
      ...headers,
    },
    body: sent,
  });
}

const command = (fields: Record<string, string> = {}) =>
  new URLSearchParams({
    command: '/access',
    text: 'whoami',
    team_id: slack.workspace.teamId,
    user_id: slack.workspace.person('ada').id,
    user_name: 'ada',
    channel_id: 'C0GENERAL',
    trigger_id: '1.2.abc',
    response_url: `${new URL(slack.workspace.apiUrl).origin}/reply/T/1/canary`,
    ...fields,
  }).toString();

const click = (value: string, user: Record<string, string> = {}) =>
  new URLSearchParams({
    payload: JSON.stringify({
      type: 'block_actions',
      team: { id: slack.workspace.teamId, domain: 'acme' },
      user: {
        id: slack.workspace.person('ben').id,
        username: 'ben',
        team_id: slack.workspace.teamId,
        ...user,
      },
      container: { type: 'message', channel_id: 'C0GENERAL', message_ts: '1.1', is_ephemeral: false },
      channel: { id: 'C0GENERAL', name: 'general' },
      trigger_id: '9.9.click',
      response_url: 'https://hooks.slack.com/actions/T/1/x',
      actions: [
        {
          type: 'button',
          action_id: 'act:0',
          block_id: 'b',
          action_ts: '1.5',
          value,
          text: { type: 'plain_text', text: 'Approve' },
        },
      ],
    }),
  }).toString();

describe('abuse 17: a request', () => {
  it('of this very time and signature is taken', async () => {
    expect((await post(command())).status).toBe(200);
    expect(slack.received).toHaveLength(1);
  });

  it.each([
    ['301 s old', { at: -301 }],
    ['301 s in the future', { at: 302 }],
  ])('%s is refused', async (_, { at }) => {
    expect((await post(command(), { at: now() + at })).status).toBe(401);
    expect(slack.received).toEqual([]);
  });

  it('299 s from either side is taken', async () => {
    expect((await post(command(), { at: now() - 299 })).status).toBe(200);
    expect((await post(command(), { at: now() + 299 })).status).toBe(200);
  });

  it('from the future is refused before its body is read', async () => {
    const answer = await post('{"not even": ', {
      at: now() + 10_000,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(401);
    expect(slack.log.join('')).not.toContain('not even');
  });

  it.each([
    ['with another secret’s signature', { sign: () => `v0=${'0'.repeat(64)}` }],
    [
      'with no version in its signature',
      { sign: (stamp: string, body: string) => signed(stamp, body).slice(3) },
    ],
    ['with an empty signature', { sign: () => '' }],
    ['with words for a time', { headers: { 'x-slack-request-timestamp': 'yesterday' } }],
    ['with a fraction for a time', { headers: { 'x-slack-request-timestamp': '1e9' } }],
  ] as [string, Request][])('%s is refused', async (_, request) => {
    expect((await post(command(), request)).status).toBe(401);
    expect(slack.received).toEqual([]);
  });

  it('whose body was written anew, to the same meaning, is refused', async () => {
    const body = JSON.stringify({ type: 'event_callback', event_id: 'Ev1', event: { type: 'app_mention' } });
    const sent = JSON.stringify(JSON.parse(body), undefined, 1);
    const headers = { 'content-type': 'application/json' };
    expect((await post(body, { sent, headers })).status).toBe(401);
    expect(slack.received).toEqual([]);
  });

  it('without any header of Slack’s is refused', async () => {
    const answer = await fetch(slack.url, { method: 'POST', body: command() });
    expect(answer.status).toBe(401);
  });

  it('to another path is nobody’s', async () => {
    const answer = await fetch(`${slack.url}/more`, { method: 'POST', body: command() });
    expect(answer.status).toBe(404);
  });
});

describe('deliveries', () => {
  it('abuse 16, 19: the same request once more has the same key', async () => {
    await post(command());
    await post(command(), { headers: { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' } });
    expect(slack.received.map(({ key }) => key)).toEqual([slack.received[0]?.key, slack.received[0]?.key]);
    await post(command({ trigger_id: '1.2.def' }));
    expect(slack.received[2]?.key).not.toBe(slack.received[0]?.key);
  });

  it('abuse 16: a click that is replayed has its own key again, another control beside it has another', async () => {
    const value = '{"c":"access request approve","a":{"request":"REQ-1"}}';
    await post(click(value));
    await post(click(value));
    await post(click(value).replace('act%3A0', 'act%3A1'));
    const [first, again, other] = slack.received.map(({ key }) => key);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('an event of a retry has the key of the first try', async () => {
    const mention = (event_id: string) =>
      JSON.stringify({
        type: 'event_callback',
        team_id: slack.workspace.teamId,
        event_id,
        event: {
          type: 'app_mention',
          user: slack.workspace.person('ada').id,
          text: `<@${slack.workspace.app.userId}> help`,
          channel: 'C0GENERAL',
          ts: '1.1',
          event_ts: '1.1',
          team: slack.workspace.teamId,
        },
      });
    const headers = { 'content-type': 'application/json' };
    for (const id of ['Ev1', 'Ev1', 'Ev2']) await post(mention(id), { headers });
    const [first, again, other] = slack.received.map(({ key }) => key);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('abuse 15: a forged value of a button reaches the commands as a word that nobody knows', async () => {
    for (const value of ['REQ-1', '{"c":1,"a":{}}', '{"c":"request approve","a":{"request":7}}', '[]', '']) {
      expect((await post(click(value))).status).toBe(200);
    }
    expect(slack.received.map(({ input }) => input)).toEqual(
      Array(5).fill({ kind: 'action', action: { command: 'unreadable button', args: {} } }),
    );
  });

  it('abuse 44: keys out of an object’s prototype are not arguments', async () => {
    await post(click('{"c":"request approve","a":{"__proto__":"x"}}'));
    expect(slack.received[0]?.input).toEqual({
      kind: 'action',
      action: { command: 'unreadable button', args: {} },
    });
    expect(({} as { x?: string }).x).toBeUndefined();
  });

  it('abuse 3: a click by somebody of another workspace names that workspace and is refused as foreign', async () => {
    await post(
      click('{"c":"request approve","a":{"request":"REQ-1"}}', { id: 'U0STRANGER', team_id: 'T0OTHER000' }),
    );
    const [seen] = slack.received;
    expect(seen?.account).toEqual({ platform: 'slack', workspaceId: 'T0OTHER000', externalId: 'U0STRANGER' });
    expect(await seen?.profile('U0STRANGER')).toEqual({ name: 'ben', refused: 'foreign' });
  });

  it('abuse 2: the same user id in another team is another account', async () => {
    await post(command({ team_id: 'T0OTHER000' }));
    expect(slack.received[0]?.account.workspaceId).toBe('T0OTHER000');
    expect(await slack.received[0]?.profile(slack.workspace.person('ada').id)).toMatchObject({
      refused: 'foreign',
    });
  });

  it('abuse 45: an answer goes to Slack’s own addresses alone', async () => {
    const asked: string[] = [];
    const inside = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((listening) => inside.listen(0, '127.0.0.1', listening));
    const { port } = inside.address() as AddressInfo;
    const { id } = await slack.workspace.place('ada', 'general');
    await post(command({ response_url: `http://127.0.0.1:${port}/latest/meta-data`, channel_id: id }));
    await slack.received[0]?.reply.answer({ kind: 'card', title: 'x', text: 'by another way', blocks: [] });
    inside.close();
    expect(asked).toEqual([]);
    expect((await slack.workspace.messages('ada', 'general')).at(-1)?.text).toBe('by another way');
  });

  it('abuse 37: neither tokens, nor response addresses, nor triggers get into the log', async () => {
    await post(command());
    await slack.received[0]?.reply.answer({ kind: 'card', title: 'x', text: 'a secret answer', blocks: [] });
    const log = slack.log.join('');
    for (const secret of [
      slack.workspace.botToken,
      slack.workspace.signingSecret,
      'hooks.slack.com',
      '1.2.abc',
      'a secret answer',
    ]) {
      expect(log).not.toContain(secret);
    }
  });
});
