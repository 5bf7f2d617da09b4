import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Interaction } from '../../../src/commands/interaction.ts';
import type { Sent } from '../../../src/platforms/platform.ts';
import { redrawn } from '../../../src/platforms/slack/held.ts';
import { eventually } from '../../support/eventually.ts';
import { card, type Started, startSlack } from './start-slack.ts';
import { beginAnew, button, control, textsOf } from './talk.ts';

let slack: Started;
beforeAll(async () => {
  slack = await startSlack();
});
afterAll(() => slack.stop());
beforeEach(() => beginAnew(slack));

const posted = card('Two findings', {
  blocks: [
    {
      kind: 'rows',
      rows: [
        { text: 'The first', buttons: [button('Keep', { says: 'Keep the first' })] },
        { text: 'The second', buttons: [button('Leave')] },
      ],
    },
    { kind: 'buttons', buttons: [button('Approve'), button('Deny')] },
  ],
});

const post = (): Promise<Sent> => {
  const { id } = slack.workspace.person('ada');
  return slack.slack.send({ kind: 'person', workspaceId: slack.workspace.teamId, id }, posted);
};
const message = ({ channel, id }: Sent) => {
  const found = slack.workspace.site.messages.find((one) => one.channel === channel && one.ts === id);
  if (!found) throw new Error('it is gone');
  return found;
};
const press = async (sent: Sent, label: string) => {
  const found = control(message(sent).blocks, label);
  await slack.workspace.click('ada', { channel: sent.channel, message: sent.id }, found);
};
const hold = async ({ reply }: Interaction) => reply.hold?.();

describe('the buttons that somebody pressed', () => {
  it('make room for a quiet line with those beside them; the rest of the message stays as it was', async () => {
    const sent = await post();
    const before = structuredClone(message(sent));
    slack.told.receive = hold;
    await press(sent, 'Approve');
    await eventually(() => expect(textsOf(message(sent).blocks)).toContain('Working on it…'));
    expect(textsOf(message(sent).blocks)).not.toMatch(/"Approve"|"Deny"/);
    expect(message(sent).blocks.slice(0, 3)).toEqual(before.blocks.slice(0, 3));
    expect(message(sent).text).toBe(before.text);
    expect(slack.received.at(-1)?.pressed).toEqual({ channel: sent.channel, id: sent.id });
  });

  it('of a row go alone', async () => {
    const sent = await post();
    slack.told.receive = hold;
    await press(sent, 'Keep');
    await eventually(() => expect(textsOf(message(sent).blocks)).toContain('Working on it…'));
    expect(textsOf(message(sent).blocks)).toContain('The first');
    expect(textsOf(message(sent).blocks)).not.toContain('"Keep"');
    for (const label of ['Leave', 'Approve']) expect(textsOf(message(sent).blocks)).toContain(`"${label}"`);
  });

  it('are put back as they were', async () => {
    const sent = await post();
    const before = structuredClone(message(sent).blocks);
    slack.told.receive = async ({ reply }) => {
      await reply.hold?.();
      await reply.putBack?.();
      await reply.answer(card('It failed'));
    };
    await press(sent, 'Approve');
    await eventually(async () =>
      expect(textsOf(await slack.workspace.messages('ada', 'app'))).toContain('It failed'),
    );
    expect(message(sent).blocks).toEqual(before);
  });

  it('stay where Slack takes none away: it is logged, and the answer comes', async () => {
    const sent = await post();
    const before = structuredClone(message(sent).blocks);
    slack.workspace.failNext('chat.update', { status: 429, retryAfter: 30 });
    slack.told.receive = async ({ reply }) => {
      await reply.hold?.();
      await reply.answer(card('Approved'));
    };
    await press(sent, 'Approve');
    await eventually(async () =>
      expect(textsOf(await slack.workspace.messages('ada', 'app'))).toContain('Approved'),
    );
    expect(message(sent).blocks).toEqual(before);
  });

  it('go at the submission of the form that they opened, and not before', async () => {
    const sent = await post();
    slack.told.receive = ({ reply }) =>
      reply.answer({
        kind: 'form',
        title: 'Deny',
        submit: 'Deny',
        action: { command: 'access request deny', args: {} },
        fields: [{ name: 'reason', label: 'Reason', required: false, input: { kind: 'text' } }],
      });
    await press(sent, 'Deny');
    const view = await eventually(() => {
      const [open] = slack.workspace.modals('ada');
      if (!open) throw new Error('no window');
      return open;
    });
    expect(textsOf(message(sent).blocks)).toContain('"Deny"');
    slack.told.receive = hold;
    await slack.workspace.submit('ada', view.id, {});
    await eventually(() => expect(textsOf(message(sent).blocks)).toContain('Working on it…'));
    expect(slack.received.at(-1)?.pressed).toEqual({ channel: sent.channel, id: sent.id });
  });

  it('of an answer go at once, and a second press is answered beside the first one’s answer', async () => {
    slack.told.receive = ({ reply }) =>
      reply.answer(card('Rotate it?', { blocks: [{ kind: 'buttons', buttons: [button('Rotate')] }] }));
    await slack.workspace.type('ada', 'general', '/org');
    const asked = await eventually(async () => {
      const found = (await slack.workspace.messages('ada', 'general')).at(-1);
      expect(found?.text).toContain('Rotate it?');
      return found;
    });
    const where = { channel: asked?.channel ?? '', message: asked?.ts ?? '' };
    const rotate = control(asked?.blocks, 'Rotate');
    const go = Promise.withResolvers<void>();
    let answers = 0;
    slack.told.decides = () => true;
    slack.told.receive = async ({ reply }) => {
      answers += 1;
      const mine = `Answer ${answers}`;
      await reply.hold?.();
      await go.promise;
      await reply.answer(card(mine));
    };
    await Promise.all([
      slack.workspace.click('ada', where, rotate),
      slack.workspace.click('ada', where, rotate),
    ]);
    const texts = async () => (await slack.workspace.messages('ada', 'general')).map(({ text }) => text);
    await eventually(async () => expect((await texts()).join()).toContain('Working'));
    go.resolve();
    await eventually(async () => {
      const all = (await texts()).join();
      expect(all).toContain('Answer 1');
      expect(all).toContain('Answer 2');
    });
  });

  it('are nothing that people of other companies could take away', async () => {
    const { id } = await slack.workspace.place('zoe', 'general');
    const sent = await slack.slack.send({ kind: 'channel', workspaceId: slack.workspace.teamId, id }, posted);
    slack.told.receive = hold;
    const found = control(message(sent).blocks, 'Approve');
    await slack.workspace.click('zoe', { channel: sent.channel, message: sent.id }, found);
    await eventually(() => expect(slack.received).toHaveLength(1));
    expect(slack.received[0]?.pressed).toBeUndefined();
    expect(textsOf(message(sent).blocks)).toContain('"Approve"');
  });
});

it('an image goes back as Slack takes it, without what Slack has found out about it', () => {
  const image = {
    type: 'image',
    block_id: 'b1',
    alt_text: 'Findings by severity',
    slack_file: { id: 'F1', url: 'https://files.slack.com/F1' },
    image_width: 800,
    image_bytes: 12_000,
    is_animated: false,
    fallback: '800x400px image',
  };
  const pressed = { channel: 'C1', ts: '1.2', text: 'Report', blocks: [image], blockId: 'b2' };
  expect(redrawn(pressed, true).blocks).toEqual([
    { type: 'image', block_id: 'b1', alt_text: 'Findings by severity', slack_file: { id: 'F1' } },
  ]);
});
