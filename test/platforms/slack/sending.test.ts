import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PlatformError, type Recipient } from '../../../src/platforms/platform.ts';
import { createSlack } from '../../../src/platforms/slack/index.ts';
import { recordingCommands } from '../recording.ts';
import { card, type Started, startSlack } from './start-slack.ts';

let slack: Started;
beforeAll(async () => {
  slack = await startSlack();
});
afterAll(() => slack.stop());
beforeEach(() => slack.workspace.reset());

const inChannel = async (who: string, name: string): Promise<Recipient> => ({
  kind: 'channel',
  workspaceId: slack.workspace.teamId,
  id: (await slack.workspace.place(who, name)).id,
});
const toPerson = (who: string): Recipient => ({
  kind: 'person',
  workspaceId: slack.workspace.teamId,
  id: slack.workspace.person(who).id,
});
const failure = async (work: Promise<unknown>): Promise<PlatformError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof PlatformError) return error;
  throw new Error(`not a PlatformError: ${String(error)}`);
};

describe('a message', () => {
  it('to a channel can be edited afterwards, in place', async () => {
    const sent = await slack.slack.send(await inChannel('ada', 'general'), card('Pending'));
    await slack.slack.edit(sent, card('Approved'));
    const shown = await slack.workspace.messages('ada', 'general');
    expect(shown.map(({ text }) => text)).toEqual(['Approved in one sentence.']);
    expect(shown[0]?.ts).toBe(sent.id);
  });

  it('to a person is a direct message, and the same conversation the next time', async () => {
    const first = await slack.slack.send(toPerson('ben'), card('One'));
    const second = await slack.slack.send(toPerson('ben'), card('Two'));
    expect(second.channel).toBe(first.channel);
    expect((await slack.workspace.messages('ben', 'app')).map(({ text }) => text)).toHaveLength(2);
  });

  it('that names people carries their mention and no other markup', async () => {
    const ben = {
      email: 'ben@acme.example',
      account: {
        platform: 'slack',
        workspaceId: slack.workspace.teamId,
        externalId: slack.workspace.person('ben').id,
      },
    };
    await slack.slack.send(
      await inChannel('ada', 'general'),
      card('Asked', { blocks: [{ kind: 'text', text: [{ person: ben }, ' asks <!here>'] }] }),
    );
    const [message] = await slack.workspace.messages('ada', 'general');
    expect(message?.blocks[1]).toMatchObject({
      elements: [
        {
          elements: [
            { type: 'user', user_id: ben.account.externalId },
            { type: 'text', text: ' asks <!here>' },
          ],
        },
      ],
    });
  });

  it('with a table is sent once more as a list where Slack does not know tables', async () => {
    slack.workspace.failNext('chat.postMessage', { status: 200, error: 'invalid_blocks' });
    const table = card('Findings', {
      blocks: [{ kind: 'table', caption: 'All', columns: ['Id'], rows: [['DRF-1']] }],
    });
    await slack.slack.send(await inChannel('ada', 'general'), table);
    const [message] = await slack.workspace.messages('ada', 'general');
    expect(message?.blocks.map(({ type }) => type)).toEqual(['header', 'rich_text', 'rich_text']);
  });
});

describe('a message that cannot be sent', () => {
  it('to a channel that is gone, private or deleted', async () => {
    expect(
      (
        await failure(
          slack.slack.send({ ...(await inChannel('ada', 'general')), id: 'C0NOWHERE' }, card('x')),
        )
      ).code,
    ).toBe('gone');
    expect((await failure(slack.slack.send(await inChannel('ada', 'secret'), card('x')))).code).toBe('gone');
    expect(
      (
        await failure(
          slack.slack.edit({ channel: (await inChannel('ada', 'general')).id, id: '1.1' }, card('x')),
        )
      ).code,
    ).toBe('gone');
  });

  it('to another workspace, or to somebody who left', async () => {
    expect(
      (await failure(slack.slack.send({ ...toPerson('ben'), workspaceId: 'T0OTHER000' }, card('x')))).code,
    ).toBe('gone');
    await slack.workspace.deactivate('gil');
    expect((await failure(slack.slack.send(toPerson('gil'), card('x')))).code).toBe('gone');
  });

  it('where the app is not in the channel says what to type', async () => {
    slack.workspace.failNext('chat.postMessage', { status: 200, error: 'not_in_channel' });
    const error = await failure(slack.slack.send(await inChannel('ada', 'general'), card('x')));
    expect(error.code).toBe('refused');
    expect(error.message).toContain('/invite @Rollcall');
  });

  it('checklist 35: into a channel shared with another company', async () => {
    const error = await failure(slack.slack.send(await inChannel('ada', 'partners'), card('x')));
    expect(error.code).toBe('refused');
    expect(error.message).toContain('shared with another company');
    expect(await slack.workspace.messages('ada', 'partners')).toEqual([]);
  });

  it('right now: the queue hears for how long', async () => {
    slack.workspace.failNext('chat.postMessage', { status: 429, retryAfter: 7 });
    const busy = await failure(slack.slack.send(await inChannel('ada', 'general'), card('x')));
    expect([busy.code, busy.retryAfterSeconds]).toEqual(['later', 7]);
    for (let i = 0; i < 3; i++) slack.workspace.failNext('chat.postMessage', { status: 503 });
    expect((await failure(slack.slack.send(await inChannel('ada', 'general'), card('x')))).code).toBe(
      'later',
    );
  });

  it('for want of a scope names it', async () => {
    slack.workspace.failNext('chat.update', { status: 200, error: 'missing_scope' });
    expect((await failure(slack.slack.edit({ channel: 'C0X', id: '1.1' }, card('x')))).message).toContain(
      'manifest.yml',
    );
  });
});

describe('the rest of the port', () => {
  it('draws a home', async () => {
    const account = {
      platform: 'slack',
      workspaceId: slack.workspace.teamId,
      externalId: slack.workspace.person('ben').id,
    } as const;
    await slack.slack.home(account, card('Your access'));
    expect(JSON.stringify(slack.workspace.home('ben')?.body.blocks)).toContain('Your access');
    expect((await failure(slack.slack.home({ ...account, workspaceId: 'T0OTHER000' }, card('x')))).code).toBe(
      'gone',
    );
  });

  it('finds an account by its confirmed address, in this workspace alone', async () => {
    const { teamId } = slack.workspace;
    expect(await slack.slack.accountByEmail(teamId, 'ben@acme.example')).toBe(
      slack.workspace.person('ben').id,
    );
    expect(await slack.slack.accountByEmail(teamId, 'nobody@acme.example')).toBeUndefined();
    expect(await slack.slack.accountByEmail(teamId, 'zoe@other.example')).toBeUndefined();
    expect(await slack.slack.accountByEmail('T0OTHER000', 'ben@acme.example')).toBeUndefined();
  });

  it('checklist 49: says how it is', async () => {
    expect(await slack.slack.health()).toEqual({
      name: 'slack',
      ok: true,
      detail: 'connected to Acme by HTTP',
    });
    slack.workspace.failNext('auth.test', { status: 429, retryAfter: 30 });
    expect(await slack.slack.health()).toMatchObject({
      ok: false,
      detail: expect.stringContaining('slow down'),
    });
  });

  it('is refused at the start with a bot token that Slack does not take', async () => {
    const wrong = await createSlack({
      botToken: 'xoxb-wrong',
      signingSecret: 'x',
      apiUrl: slack.workspace.apiUrl,
      commands: recordingCommands().commands,
      log: pino({ level: 'silent' }),
    });
    const error = await failure(wrong.start());
    expect([error.code, error.message]).toEqual(['refused', expect.stringContaining('SLACK_BOT_TOKEN')]);
    expect(await wrong.health()).toMatchObject({
      ok: false,
      detail: expect.stringContaining('SLACK_BOT_TOKEN'),
    });
    await wrong.stop();
  });

  it('starts beside a Slack that cannot be reached, says so, and connects as soon as it can', async () => {
    for (let i = 0; i < 2; i++) slack.workspace.failNext('auth.test', { status: 503 });
    const early = await createSlack({
      botToken: slack.workspace.botToken,
      signingSecret: slack.workspace.signingSecret,
      apiUrl: slack.workspace.apiUrl,
      commands: recordingCommands().commands,
      log: pino({ level: 'silent' }),
    });
    await early.start();
    expect(await early.health()).toMatchObject({
      ok: false,
      detail: expect.stringContaining('cannot be reached'),
    });
    expect(await failure(early.send(toPerson('ben'), card('x')))).toMatchObject({ code: 'later' });
    await expect.poll(() => early.health(), { timeout: 5_000 }).toMatchObject({ ok: true });
    await early.stop();
  });

  it('checklist 50: is not healthy once the app was removed', async () => {
    await slack.workspace.uninstall();
    await expect
      .poll(() => slack.slack.health())
      .toMatchObject({ ok: false, detail: expect.stringMatching(/removed|revoked/) });
  });
});
