import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PlatformError } from '../../../src/platforms/platform.ts';
import type { Picture } from '../../../src/views/card.ts';
import { card, manifestWithout, type Started, startSlack } from './start-slack.ts';
import { textsOf } from './talk.ts';

let slack: Started;
beforeAll(async () => {
  slack = await startSlack();
});
afterAll(() => slack.stop());
beforeEach(() => slack.workspace.reset());

const PIXELS = new TextEncoder().encode('a picture');
const pictureOf = (content: Picture['content'] = async () => PIXELS): Picture => ({
  name: 'trend.png',
  mime: 'image/png',
  alt: 'Bar chart: 1 high, 2 low.',
  content,
});
const report = (title: string, picture = pictureOf()) => card(title, { picture });

const general = async (on = slack) => ({
  kind: 'channel' as const,
  workspaceId: on.workspace.teamId,
  id: (await on.workspace.place('ada', 'general')).id,
});
const shown = (on = slack) => on.workspace.messages('ada', 'general');
const imageIn = (message: { blocks: Record<string, unknown>[] } | undefined) =>
  message?.blocks.find(({ type }) => type === 'image');

describe('a picture in a posted message', () => {
  it('stands below the title of the one message, in words too, for whoever may see the message', async () => {
    const sent = await slack.slack.send(await general(), report('Drift report'));
    const [message, another] = await shown();
    expect(another).toBeUndefined();
    expect(message?.blocks.map(({ type }) => type)).toEqual(['header', 'image']);
    expect(imageIn(message)).toMatchObject({
      slack_file: { id: sent.picture },
      alt_text: 'Bar chart: 1 high, 2 low.',
    });
    const file = await slack.workspace.file('ben', sent.picture ?? '');
    expect(Buffer.from(file?.bytes ?? new ArrayBuffer()).toString()).toBe('a picture');
    expect(file?.type).toBe('image/png');
  });

  it('is nobody else’s to open', async () => {
    const toAda = {
      kind: 'person' as const,
      workspaceId: slack.workspace.teamId,
      id: slack.workspace.person('ada').id,
    };
    const sent = await slack.slack.send(toAda, report('For Ada'));
    expect(await slack.workspace.file('ada', sent.picture ?? '')).toBeDefined();
    expect(await slack.workspace.file('ben', sent.picture ?? '')).toBeUndefined();
  });

  it('stays where the message is edited, and is not uploaded again', async () => {
    let drawn = 0;
    const picture = pictureOf(async () => {
      drawn += 1;
      return PIXELS;
    });
    const sent = await slack.slack.send(await general(), report('Drift report', picture));
    await slack.slack.edit(sent, report('Drift report, again', picture));
    const [message] = await shown();
    expect(message?.text).toBe('Drift report, again in one sentence.');
    expect(imageIn(message)).toMatchObject({ slack_file: { id: sent.picture } });
    expect(drawn).toBe(1);
  });

  it('is waited for while Slack has not looked at it yet', async () => {
    slack.workspace.failNext('chat.postMessage', { status: 200, error: 'invalid_blocks' });
    const sent = await slack.slack.send(await general(), report('Drift report'));
    expect(imageIn((await shown())[0])).toMatchObject({ slack_file: { id: sent.picture } });
  });

  it('comes later with its message where Slack has a problem, and never without it', async () => {
    slack.workspace.failNext('files.completeUploadExternal', { status: 200, error: 'internal_error' });
    const error = await slack.slack.send(await general(), report('Drift report')).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(PlatformError);
    expect(error.code).toBe('later');
    expect(await shown()).toEqual([]);
  });

  it('that is gone from Slack is said in words when its message is edited', async () => {
    const sent = await slack.slack.send(await general(), report('Drift report'));
    slack.workspace.site.uploads.clear();
    await slack.slack.edit(sent, report('Drift report, again'));
    const [message] = await shown();
    expect(imageIn(message)).toBeUndefined();
    expect(textsOf(message?.blocks ?? [])).toContain('In words: Bar chart: 1 high, 2 low.');
  }, 20_000);
});

describe('without the optional scope files:write', () => {
  let poor: Started;
  beforeAll(async () => {
    poor = await startSlack(manifestWithout('files:write'));
  });
  afterAll(() => poor.stop());

  it('the message comes without its picture, says which scope is missing and what the picture shows', async () => {
    const sent = await poor.slack.send(await general(poor), report('Drift report'));
    expect(sent.picture).toBeUndefined();
    await poor.slack.edit(sent, report('Drift report, again'));
    const [message] = await shown(poor);
    expect(imageIn(message)).toBeUndefined();
    expect(textsOf(message?.blocks ?? [])).toContain('files:write');
    expect(textsOf(message?.blocks ?? [])).toContain('In words: Bar chart: 1 high, 2 low.');
  });
});
