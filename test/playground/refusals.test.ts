import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KnownBlock } from '@slack/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { button, MANIFEST, plain, section, startTinyApp } from './tiny-app.ts';

type Tiny = Awaited<ReturnType<typeof startTinyApp>>;
let tiny: Tiny;
beforeAll(async () => {
  tiny = await startTinyApp();
});
afterAll(() => tiny.stop());

const post = (blocks: KnownBlock[], text = 'fallback') =>
  tiny.client.chat.postMessage({ channel: 'general', text, blocks });
const divider: KnownBlock = { type: 'divider' };
const select = (count: number): KnownBlock => ({
  type: 'actions',
  elements: [
    {
      type: 'static_select',
      action_id: 's',
      options: Array.from({ length: count }, (_, n) => ({ text: plain(`o${n}`), value: `v${n}` })),
    },
  ],
});

describe('the emulated Slack takes what Slack takes and refuses one more', () => {
  it.each([
    ['50 blocks', Array(50).fill(divider), Array(51).fill(divider)],
    ['3,000 characters of a section', [section('x'.repeat(3000))], [section('x'.repeat(3001))]],
    ['100 options', [select(100)], [select(101)]],
    [
      '75 characters on a button',
      [{ type: 'actions', elements: [button('a', 'x'.repeat(75))] }],
      [{ type: 'actions', elements: [button('a', 'x'.repeat(76))] }],
    ],
    [
      '150 characters of a header',
      [{ type: 'header', text: plain('x'.repeat(150)) }],
      [{ type: 'header', text: plain('x'.repeat(151)) }],
    ],
    [
      'one action id in a block',
      [{ type: 'actions', elements: [button('a', 'A'), button('b', 'B')] }],
      [{ type: 'actions', elements: [button('a', 'A'), button('a', 'B')] }],
    ],
    ['blocks that it knows', [divider], [{ type: 'sparkles' }]],
    ['alerts in modals only', [divider], [{ type: 'alert', text: plain('x') }]],
  ] as [string, KnownBlock[], KnownBlock[]][])('%s', async (_, good, bad) => {
    expect((await post(good)).ok).toBe(true);
    await expect(post(bad)).rejects.toThrow('invalid_blocks');
  });

  it('too many characters in all, no text for screen readers, and views that break a rule', async () => {
    await expect(post(Array(5).fill(section('x'.repeat(2900))))).rejects.toThrow('msg_blocks_too_long');
    await expect(post([divider], '')).rejects.toThrow('invalid_arguments');
    await expect(
      tiny.client.chat.postMessage({ channel: 'general', text: 'x'.repeat(40_001) }),
    ).rejects.toThrow('msg_too_long');
    const user_id = tiny.workspace.person('ada').id;
    await expect(
      tiny.client.views.publish({ user_id, view: { type: 'home', blocks: Array(101).fill(divider) } }),
    ).rejects.toThrow('invalid_arguments');
  });
});

describe('channels and tokens', () => {
  it('a private channel without the app does not exist for it, an ephemeral needs the app inside', async () => {
    const [, quiet, secret] = tiny.workspace.channels();
    await expect(tiny.client.chat.postMessage({ channel: secret?.id ?? '', text: 'x' })).rejects.toThrow(
      'channel_not_found',
    );
    expect((await tiny.client.chat.postMessage({ channel: quiet?.id ?? '', text: 'x' })).ok).toBe(true);
    const user = tiny.workspace.person('ada').id;
    await expect(
      tiny.client.chat.postEphemeral({ channel: quiet?.id ?? '', user, text: 'x' }),
    ).rejects.toThrow('not_in_channel');
  });

  it('an ephemeral message cannot be updated', async () => {
    const channel = tiny.workspace.channels()[0]?.id ?? '';
    const { message_ts = '' } = await tiny.client.chat.postEphemeral({
      channel,
      user: tiny.workspace.person('ada').id,
      text: 'psst',
    });
    expect((await tiny.workspace.messages('ada', channel)).at(-1)?.text).toBe('psst');
    await expect(tiny.client.chat.update({ channel, ts: message_ts, text: 'new' })).rejects.toThrow(
      'message_not_found',
    );
  });

  it('an update without blocks keeps them, an empty list removes them', async () => {
    const { ts = '', channel = '' } = await post([section('kept')], 'one');
    await tiny.client.chat.update({ channel, ts, text: 'two' });
    const shown = async () =>
      (await tiny.workspace.messages('ada', channel)).find((message) => message.ts === ts);
    expect(await shown()).toMatchObject({ text: 'two', blocks: [{ type: 'section' }] });
    await tiny.client.chat.update({ channel, ts, text: 'three', blocks: [] });
    expect(await shown()).toMatchObject({ text: 'three', blocks: [] });
  });

  it("a direct message is posted to a person's id, and updated by its own alone", async () => {
    const person = tiny.workspace.person('ada').id;
    const { ts = '', channel = '' } = await tiny.client.chat.postMessage({ channel: person, text: 'one' });
    expect(channel).toMatch(/^D/);
    await expect(tiny.client.chat.update({ channel: person, ts, text: 'two' })).rejects.toThrow(
      'channel_not_found',
    );
    expect((await tiny.client.chat.update({ channel, ts, text: 'two' })).ok).toBe(true);
  });

  it('a scope that the manifest lacks is missing', async () => {
    const manifest = structuredClone(MANIFEST) as {
      oauth_config: { scopes: { bot: string[]; bot_optional: string[] } };
    };
    const without = (scopes: string[]) =>
      scopes.filter((scope) => !['files:write', 'chat:write.public'].includes(scope));
    manifest.oauth_config.scopes = {
      bot: without(manifest.oauth_config.scopes.bot),
      bot_optional: without(manifest.oauth_config.scopes.bot_optional),
    };
    const poor = await startTinyApp({ manifest });
    try {
      const quiet = poor.workspace.channels()[1]?.id ?? '';
      await expect(poor.client.chat.postMessage({ channel: quiet, text: 'x' })).rejects.toThrow(
        'not_in_channel',
      );
      await expect(poor.client.files.getUploadURLExternal({ filename: 'a.png', length: 3 })).rejects.toThrow(
        'missing_scope',
      );
    } finally {
      await poor.stop();
    }
  });

  it('fails on demand as a busy Slack does', async () => {
    tiny.workspace.failNext('chat.postMessage', { status: 429, retryAfter: 7 });
    await expect(post([divider])).rejects.toMatchObject({
      code: 'slack_webapi_rate_limited_error',
      retryAfter: 7,
    });
    expect((await post([divider])).ok).toBe(true);
  });

  it('shows a posted picture with its words to who may see it', async () => {
    const channel = tiny.workspace.channels()[3]?.id ?? '';
    await tiny.client.filesUploadV2({
      channel_id: channel,
      filename: 'trend.png',
      alt_text: 'Findings fall',
      file: Buffer.from('png bytes'),
      initial_comment: 'Drift',
    });
    const message = (await tiny.workspace.messages('ada', channel)).at(-1);
    expect(message).toMatchObject({
      text: 'Drift',
      files: [{ name: 'trend.png', alt: 'Findings fall', type: 'image/png' }],
    });
    const id = message?.files?.[0]?.id ?? '';
    const file = await tiny.workspace.file('ada', id);
    expect(Buffer.from(file?.bytes ?? new ArrayBuffer(0)).toString()).toBe('png bytes');
    expect(await tiny.workspace.file('ben', id)).toBeUndefined();
  });
});

it('a restart keeps the conversation, and old message ids can still be updated', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'playground-'));
  const stateFile = join(folder, 'slack.json');
  try {
    const before = await startTinyApp({ stateFile });
    const { ts = '', channel = '' } = await before.client.chat.postMessage({
      channel: before.workspace.person('ada').id,
      text: 'card',
      blocks: [section('one')],
    });
    await before.workspace.type('ada', '#general', 'thanks');
    await before.stop();
    const after = await startTinyApp({ stateFile });
    try {
      await after.client.chat.update({ channel, ts, text: 'card, decided', blocks: [section('two')] });
      expect(await after.workspace.messages('ada', 'app')).toMatchObject([
        { ts, text: 'card, decided', edited: true },
      ]);
      expect((await after.workspace.messages('ben', '#general')).map(({ text }) => text)).toEqual(['thanks']);
    } finally {
      await after.stop();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
