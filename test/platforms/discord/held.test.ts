import { ComponentType } from 'discord.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Interaction } from '../../../src/commands/interaction.ts';
import { redrawn } from '../../../src/platforms/discord/held.ts';
import type { Sent } from '../../../src/platforms/platform.ts';
import type { Button } from '../../../src/views/card.ts';
import type { Form } from '../../../src/views/form.ts';
import { tooManyRequests } from '../../support/discord/discord.ts';
import { wordsOf } from '../../support/discord/mentions.ts';
import type { Message } from '../../support/discord/site.ts';
import { card } from '../recording.ts';
import { type Started, startDiscord } from './start-discord.ts';

const button = (label: string, more: Partial<Button> = {}): Button => ({
  label,
  action: { command: 'org member show', args: { user: label } },
  ...more,
});
const confirm = { title: 'Approve it?', text: 'It is given at once.', yes: 'Yes, approve' };
const form: Form = {
  kind: 'form',
  title: 'Deny',
  submit: 'Deny',
  action: { command: 'access request deny', args: { request: 'REQ-1' } },
  fields: [{ name: 'reason', label: 'Reason', required: true, input: { kind: 'text' } }],
};
const posted = card('Two findings', {
  blocks: [
    {
      kind: 'rows',
      rows: [
        { text: 'The first', buttons: [button('Keep')] },
        { text: 'The second', buttons: [button('Leave')] },
      ],
    },
    { kind: 'buttons', buttons: [button('Approve'), button('Ask', { confirm }), button('Deny')] },
  ],
});

let chat: Started;
beforeAll(async () => {
  chat = await startDiscord();
  return () => chat.stop();
});
beforeEach(() => {
  chat.received.length = 0;
  chat.told.wantsForm = () => false;
  chat.told.decides = () => false;
});
afterAll(() =>
  expect(chat.fake.refused.filter(({ code, status }) => code !== 0 && status !== 429)).toEqual([]),
);

const post = (): Promise<Sent> => {
  const { id } = chat.acts.channel('general');
  return chat.discord.send({ kind: 'channel', workspaceId: chat.fake.guild.id, id }, posted);
};
const message = ({ id }: Sent): Message => {
  const found = chat.fake.site.messages.find((one) => one.id === id);
  if (!found) throw new Error('it is gone');
  return found;
};
const press = (on: Message, label: string) => {
  const found = chat.screen.controls(on).find((one) => one.label === label);
  if (!found) throw new Error(`no ${label} there`);
  return chat.acts.use('ada', on, found.element);
};
const labels = (on: Message) => chat.screen.controls(on).map(({ label }) => label);
const isHeld = (on: Message) => wordsOf(on).includes('Working on it…');
const original = (sent: { original?: Message }) =>
  chat.fake.until(() => (sent.original && !sent.original.waiting ? sent.original : undefined));
const hold = async ({ reply }: Interaction) => {
  await reply.hold?.();
  await reply.answer(card('Done'));
};

describe('the buttons that somebody pressed', () => {
  it('make room for a quiet line with those beside them; the rest of the message stays as it was', async () => {
    const sent = await post();
    chat.told.receive = hold;
    await original(await press(message(sent), 'Approve'));
    expect(isHeld(message(sent))).toBe(true);
    expect(labels(message(sent))).toEqual(['Keep', 'Leave']);
    expect(chat.received.at(-1)?.pressed).toEqual({ channel: sent.channel, id: sent.id });
  });

  it('of a row go alone', async () => {
    const sent = await post();
    chat.told.receive = hold;
    await original(await press(message(sent), 'Keep'));
    expect(wordsOf(message(sent))).toContain('The first');
    expect(isHeld(message(sent))).toBe(true);
    expect(labels(message(sent))).toEqual(['Leave', 'Approve', 'Ask', 'Deny']);
  });

  it('stay while the question is open that they ask, and go once it is answered', async () => {
    const sent = await post();
    const question = await original(await press(message(sent), 'Ask'));
    expect(labels(message(sent))).toContain('Ask');
    chat.told.receive = hold;
    await press(question, 'Yes, approve');
    await chat.fake.until(() => isHeld(message(sent)) || undefined);
    expect(labels(message(sent))).toEqual(['Keep', 'Leave']);
    expect(chat.received.at(-1)?.pressed).toEqual({ channel: sent.channel, id: sent.id });
  });

  it('go at the submission of the window that they opened, and not before', async () => {
    const sent = await post();
    chat.told.wantsForm = () => true;
    chat.told.receive = async ({ reply }) => reply.answer(form);
    await press(message(sent), 'Deny');
    await chat.fake.until(() => chat.fake.site.modals.get(chat.idOf('ada')));
    expect(labels(message(sent))).toContain('Deny');
    chat.told.receive = hold;
    const submitted = await chat.acts.submit('ada', { reason: 'no' });
    await original(submitted);
    expect(isHeld(message(sent))).toBe(true);
    expect(labels(message(sent))).toEqual(['Keep', 'Leave']);
  });

  it('are put back as they were', async () => {
    const sent = await post();
    const before = structuredClone(message(sent).components);
    chat.told.receive = async ({ reply }) => {
      await reply.hold?.();
      await reply.putBack?.();
      await reply.answer(card('It failed'));
    };
    await original(await press(message(sent), 'Approve'));
    expect(message(sent).components).toEqual(before);
  });

  it('stay where Discord takes none away: it is logged, and the answer comes', async () => {
    const sent = await post();
    chat.fake.failNext('PATCH', /^\/channels/, tooManyRequests(30));
    chat.told.receive = hold;
    expect(wordsOf(await original(await press(message(sent), 'Approve')))).toContain('Done');
    expect(labels(message(sent))).toContain('Approve');
    expect(chat.log.join('')).toContain('buttons could not be taken away');
  });

  it('of an answer go at once, and a second press is answered beside the first one’s answer', async () => {
    chat.told.receive = async ({ reply }) =>
      reply.answer(card('Rotate it?', { blocks: [{ kind: 'buttons', buttons: [button('Rotate')] }] }));
    const asked = await original(await chat.types('ada', 'access whoami'));
    const go = Promise.withResolvers<void>();
    let answers = 0;
    chat.told.decides = () => true;
    chat.told.receive = async ({ reply }) => {
      answers += 1;
      const mine = `Answer ${answers}`;
      await reply.hold?.();
      await go.promise;
      await reply.answer(card(mine));
    };
    const [, second] = await Promise.all([press(asked, 'Rotate'), press(asked, 'Rotate')]);
    await chat.fake.until(() => wordsOf(asked).includes('Working') || undefined);
    go.resolve();
    await chat.fake.until(() => wordsOf(asked).includes('Answer') || undefined);
    const beside = await original(second);
    expect(beside.id).not.toBe(asked.id);
    expect([wordsOf(asked), wordsOf(beside)].join()).toMatch(/Answer 1.*Answer 2|Answer 2.*Answer 1/s);
  });
});

it('a picture goes back as the attachment that it is', () => {
  const url = 'https://cdn.discordapp.com/attachments/1/2/drift.png?ex=1';
  const components = [
    {
      type: ComponentType.MediaGallery,
      id: 2,
      items: [{ media: { url, width: 800 }, description: 'A chart' }],
    },
  ];
  const attachments = [{ id: '2', filename: 'drift.png', url }];
  const drawn = { components, attachments } as unknown as NonNullable<Parameters<typeof redrawn>[0]['drawn']>;
  expect(redrawn({ channel: '1', id: '2', drawn, customId: 'x' }, true)?.components).toEqual([
    {
      type: ComponentType.MediaGallery,
      items: [{ media: { url: 'attachment://drift.png' }, description: 'A chart' }],
    },
  ]);
});
