import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, LogLevel } from '@slack/bolt';
import { startSlack } from '../test/platforms/slack/start-slack.ts';
import { alone, type Result, type Run, rate, sideBySide } from './measure.ts';

const COUNT = 1_000;
const IN_FLIGHT = 32;

/** A slash command until its acknowledgement, through our adapter and through Bolt alone, with the same signed requests. */
export const ack = async (): Promise<Result[]> => {
  const slack = await startSlack();
  const { signingSecret, botToken, teamId } = slack.workspace;
  const bolt = new App({
    signingSecret,
    logLevel: LogLevel.ERROR,
    authorize: async () => ({ botToken, botUserId: 'U0BOT', botId: 'B0BOT' }),
  });
  bolt.command('/access', async ({ ack: acknowledge }) => acknowledge());
  const server = (await bolt.start({ port: 0, host: '127.0.0.1' })) as import('node:http').Server;
  const boltUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  const userId = slack.workspace.person('ada').id;
  let trigger = 0;

  const post =
    (url: string): Run =>
    () => {
      trigger += 1;
      const body = new URLSearchParams({
        command: '/access',
        text: 'whoami',
        team_id: teamId,
        user_id: userId,
        user_name: 'ada',
        channel_id: 'C0GENERAL',
        trigger_id: `1.2.${trigger}`,
        response_url: `${new URL(slack.workspace.apiUrl).origin}/reply/T/1/bench`,
      }).toString();
      const stamp = String(Math.floor(Date.now() / 1000));
      const signature = createHmac('sha256', signingSecret).update(`v0:${stamp}:${body}`).digest('hex');
      return send(url, agent, body, {
        'x-slack-request-timestamp': stamp,
        'x-slack-signature': `v0=${signature}`,
      });
    };
  try {
    const [ours, theirs] = [post(slack.url), post(boltUrl)];
    const results: Result[] = [
      {
        what: `slash commands acknowledged, ${IN_FLIGHT} in flight`,
        unit: '/s',
        beside: 'bare Bolt',
        ...(await sideBySide(
          () => rate(COUNT, IN_FLIGHT, ours),
          () => rate(COUNT, IN_FLIGHT, theirs),
        )),
      },
      {
        what: 'one slash command alone until its acknowledgement, p50',
        unit: 'µs',
        beside: 'bare Bolt',
        ...(await sideBySide(
          () => alone(200, ours),
          () => alone(200, theirs),
        )),
      },
    ];
    if (slack.received.length < COUNT) throw new Error('commands were acknowledged and lost');
    return results;
  } finally {
    agent.destroy();
    await bolt.stop();
    await slack.stop();
  }
};

const send = (url: string, agent: Agent, body: string, headers: Record<string, string>): Promise<void> =>
  new Promise((resolve, reject) => {
    const type = 'application/x-www-form-urlencoded';
    const sent = request(
      url,
      {
        method: 'POST',
        agent,
        headers: { ...headers, 'content-type': type, 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        response.resume();
        response.once('end', () => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`acknowledged with ${response.statusCode}`));
        });
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
