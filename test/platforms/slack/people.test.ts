import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Started, startSlack } from './start-slack.ts';
import { beginAnew } from './talk.ts';

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
    await vi.waitFor(() =>
      expect(slack.gone).toEqual([
        { platform: 'slack', workspaceId: slack.workspace.teamId, externalId: ben },
      ]),
    );
    expect(await profileOf('ben')).toMatchObject({ refused: 'gone' });
  });

  it('abuse 3: somebody of another company is foreign without a question to Slack, and gets no suggestions', async () => {
    await slack.workspace.type('zoe', 'partners', '/access request list');
    expect(lastReceived()?.account.workspaceId).toBe('T0OTHER000');
    slack.workspace.failNext('users.info', { status: 500 });
    expect(await lastReceived()?.profile(slack.workspace.person('zoe').id)).toEqual({
      name: 'zoe',
      refused: 'foreign',
    });
  });

  it('where Slack does not say who somebody is, nobody guesses', async () => {
    await slack.workspace.type('ada', 'general', '/access whoami');
    for (let i = 0; i < 3; i++) slack.workspace.failNext('users.info', { status: 500 });
    await expect(lastReceived()?.profile('U0NEVERSEEN')).rejects.toMatchObject({ code: 'later' });
  });
});
