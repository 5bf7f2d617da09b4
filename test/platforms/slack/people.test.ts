import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createProfiles } from '../../../src/platforms/slack/actor.ts';
import { eventually } from '../../support/eventually.ts';
import { type Started, startSlack } from './start-slack.ts';
import { beginAnew, blockOf, form } from './talk.ts';

let slack: Started;
beforeAll(async () => {
  slack = await startSlack();
});
afterAll(() => slack.stop());
beforeEach(() => beginAnew(slack));

const lastReceived = () => slack.received.at(-1);

describe('people', () => {
  const profileOf = async (who: string) => {
    await slack.workspace.type('ada', 'general', '/access whoami');
    return lastReceived()?.profile(slack.workspace.person(who).id);
  };

  it('a member has a confirmed address; guests, bots, strangers and leavers are refused', async () => {
    expect(await profileOf('ben')).toEqual({ name: 'ben', email: 'ben@acme.example' });
    expect(await profileOf('gil')).toMatchObject({ refused: 'guest' });
    expect(await profileOf('robo')).toMatchObject({ refused: 'bot' });
    expect(await profileOf('zoe')).toMatchObject({ refused: 'foreign' });
  });

  it('abuse 4: somebody who is deactivated is refused at once, and the commands hear of it', async () => {
    expect(await profileOf('ben')).not.toHaveProperty('refused');
    await slack.workspace.deactivate('ben');
    const ben = slack.workspace.person('ben').id;
    await eventually(() =>
      expect(slack.gone).toEqual([
        { platform: 'slack', workspaceId: slack.workspace.teamId, externalId: ben },
      ]),
    );
    expect(await profileOf('ben')).toMatchObject({ refused: 'gone' });
  });

  it('abuse 3: somebody of another company is foreign without a question to Slack', async () => {
    await slack.workspace.type('zoe', 'partners', '/access request list');
    expect(lastReceived()?.account.workspaceId).toBe('T0OTHER000');
    slack.workspace.failNext('users.info', { status: 500 });
    expect(await lastReceived()?.profile(slack.workspace.person('zoe').id)).toEqual({
      name: 'zoe',
      refused: 'foreign',
    });
  });

  it('abuse 3: somebody of another company gets no suggestions', async () => {
    slack.told.receive = ({ reply }) => reply.answer(form);
    slack.told.suggest = async () => [{ value: 'admin', label: 'Admin' }];
    await slack.workspace.type('zoe', 'partners', '/org invite send');
    const view = await eventually(() => {
      const [open] = slack.workspace.modals('zoe');
      if (!open) throw new Error('no window yet');
      return open;
    });
    const { groups } = await slack.workspace.suggest(
      'zoe',
      { view: view.id },
      blockOf(view, 'role'),
      'search:role',
      'a',
    );
    expect(groups).toEqual([{ options: [] }]);
    expect(slack.lookups).toEqual([]);
  });

  it('where Slack does not say who somebody is, nobody guesses', async () => {
    await slack.workspace.type('ada', 'general', '/access whoami');
    for (let i = 0; i < 3; i++) slack.workspace.failNext('users.info', { status: 500 });
    await expect(lastReceived()?.profile('U0NEVERSEEN')).rejects.toMatchObject({ code: 'later' });
  });
});

describe('what Slack says of somebody', () => {
  const installed = () => ({
    teamId: 'T0ACME',
    teamName: 'Acme',
    enterpriseId: undefined,
    botUserId: 'U0BOT',
    botId: undefined,
  });
  const user = {
    id: 'U0BEN',
    team_id: 'T0ACME',
    name: 'ben',
    is_email_confirmed: true,
    profile: { email: 'ben@acme.example', display_name: 'Ben' },
  };

  /** A Web API that knows one answer, and how often it was asked. */
  async function apiSaying(answer: object) {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const slackApiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    return { client: new WebClient('xoxb', { slackApiUrl }), asked: () => asked, stop: () => server.close() };
  }

  it.each([
    ['a confirmed address', {}, { name: 'Ben', email: 'ben@acme.example' }],
    ['an unconfirmed address is none', { is_email_confirmed: false }, { name: 'Ben' }],
    ['an address of which Slack does not say is none', { is_email_confirmed: undefined }, { name: 'Ben' }],
    ['a stranger in our own team', { is_stranger: true }, { name: 'Ben', refused: 'foreign' }],
    [
      'somebody of another workspace of our grid',
      { team_id: 'T0SISTER', enterprise_user: { teams: ['T0SISTER', 'T0ACME'] } },
      { name: 'Ben', email: 'ben@acme.example' },
    ],
    [
      'a guest of one channel',
      { is_ultra_restricted: true },
      { name: 'Ben', email: 'ben@acme.example', refused: 'guest' },
    ],
  ])('%s', async (_, more, profile) => {
    const api = await apiSaying({ ok: true, user: { ...user, ...more } });
    expect(await createProfiles(api.client, installed).of('U0BEN')).toEqual(profile);
    api.stop();
  });

  it('is believed for a minute and not longer', async () => {
    const api = await apiSaying({ ok: true, user });
    let now = 0;
    const profiles = createProfiles(api.client, installed, () => now);
    for (const at of [0, 59_999, 60_000]) {
      now = at;
      await profiles.of('U0BEN');
    }
    expect(api.asked()).toBe(2);
    api.stop();
  });

  it.each([
    ['user_not_found', 'gone'],
    ['user_not_visible', 'foreign'],
  ])('%s', async (error, refused) => {
    const api = await apiSaying({ ok: false, error });
    expect(await createProfiles(api.client, installed).of('U0BEN')).toMatchObject({ refused });
    api.stop();
  });
});
