import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Reply } from '../../../src/commands/interaction.ts';
import type { Button } from '../../../src/views/card.ts';
import { commandData, offeredIn } from '../../support/discord/command-options.ts';
import { wordsOf } from '../../support/discord/mentions.ts';
import { Refusal } from '../../support/discord/refusal.ts';
import type { Message } from '../../support/discord/site.ts';
import { card } from '../recording.ts';
import { type Started, startDiscord } from './start-discord.ts';

let chat: Started;
const buttons = (...given: Button[]) => card('A card', { blocks: [{ kind: 'buttons', buttons: given }] });
const show: Button = { label: 'Show', action: { command: 'org show', args: {} } };
const approve: Button = {
  label: 'Approve',
  style: 'primary',
  action: { command: 'access request approve', args: { request: 'REQ-1' } },
  confirm: { title: 'Approve it?', text: 'It is given at once.', yes: 'Yes, approve' },
};

const answering = (...answers: Parameters<Reply['answer']>[0][]) => {
  chat.told.receive = async ({ reply }) => {
    for (const answer of answers) await reply.answer(answer);
  };
};
const original = (sent: { original?: Message }) =>
  chat.fake.until(() => (sent.original && !sent.original.waiting ? sent.original : undefined));
const press = (name: string, message: Message, label: string) => {
  const control = chat.screen.controls(message).find((one) => one.label === label);
  if (!control) throw new Error(`no ${label} there`);
  return chat.acts.use(name, message, control.element);
};
const heard = (count: number) =>
  chat.fake.until(() => (chat.received.length >= count ? chat.received.map((one) => one) : undefined));
const there = (message: Message) => chat.fake.site.messages.includes(message);

beforeAll(async () => {
  chat = await startDiscord({ secretLife: 300 });
  return () => chat.stop();
});
beforeEach(() => {
  chat.received.length = 0;
  chat.told.wantsForm = () => false;
  answering(card('Done'));
});
// The second time that a secret is taken away it is gone.
afterAll(() => expect(chat.fake.refused.filter(({ code }) => code !== 10008)).toEqual([]));

describe('a command', () => {
  it('is deferred to its caller alone, carries who, where and with what right, and is answered', async () => {
    const sent = await chat.types('ada', 'access whoami');
    expect(sent.answered?.type).toBe(5);
    const shown = await original(sent);
    expect(shown.ephemeralFor).toBe(chat.idOf('ada'));
    expect(wordsOf(shown)).toContain('Done');
    expect(chat.received).toMatchObject([
      {
        key: `discord:${sent.id}`,
        account: { platform: 'discord', workspaceId: '', externalId: chat.idOf('ada') },
        actsIn: chat.fake.guild.id,
        workspaceName: 'Acme',
        managesWorkspace: true,
        input: { kind: 'options', action: { command: 'access whoami', args: {} } },
      },
    ]);
    await chat.types('ben', 'access whoami');
    expect((await heard(2)).at(-1)).toMatchObject({ managesWorkspace: false });
  });

  it('takes #name for the channel of that name, and the old way to write a mention', async () => {
    await chat.types('ada', 'org settings set', { key: 'approvals-channel', value: '#general' });
    const general = chat.acts.channel('general').id;
    expect((await heard(1))[0]?.input).toMatchObject({ action: { args: { value: `<#${general}>` } } });
    await chat.types('ada', 'org member show', { user: `<@!${chat.idOf('ben')}>` });
    expect((await heard(2))[1]?.input).toMatchObject({
      action: { args: { user: `<@${chat.idOf('ben')}>` } },
    });
  });

  it('abuse 5: in a direct message, or of an application that somebody carries with them, is refused', async () => {
    const [offered] = offeredIn(chat.fake.site, chat.fake.guild.id);
    if (!offered) throw new Error('nothing is registered');
    const act = { type: 2, data: commandData(offered, {}), person: chat.acts.person('ada') };
    const carried = { authorizing_integration_owners: { 1: chat.idOf('ada') } };
    for (const change of [carried, { ...carried, guild_id: undefined }]) {
      const sent = chat.fake.interactions.begin({ ...act, channel: chat.acts.channel('general') });
      chat.fake.gateway.dispatch('INTERACTION_CREATE', { ...sent.payload, ...change });
      expect(wordsOf(await original(sent))).toContain('Nothing was done');
    }
    expect(chat.received).toEqual([]);
  });

  it('abuse 19: the same event twice is carried out once', async () => {
    const sent = await chat.types('ada', 'access whoami');
    await original(sent);
    chat.fake.again(sent);
    await expect.poll(() => chat.log.join('')).toContain('another session answers');
    expect(chat.received).toHaveLength(1);
    expect(chat.fake.refused.splice(0).map(({ code }) => code)).toEqual([40060]);
  });

  it('a menu on a person shows their access, one on a message asks with its text as reason', async () => {
    await chat.acts.onPerson('ada', 'general', 'Show access', 'ben');
    expect((await heard(1))[0]?.input).toEqual({
      kind: 'options',
      action: { command: 'org access show', args: { user: `<@${chat.idOf('ben')}>` } },
    });
  });
});

describe('a button', () => {
  it('on an answer replaces it; on a posted card answers beside it', async () => {
    answering(buttons(show));
    const first = await original(await chat.types('ada', 'access home'));
    answering(card('Shown'));
    const pressed = await press('ada', first, 'Show');
    expect(pressed.answered?.type).toBe(6);
    await expect.poll(() => wordsOf(first)).toContain('Shown');

    const channel = chat.acts.channel('general').id;
    const to = { kind: 'channel', workspaceId: chat.fake.guild.id, id: channel } as const;
    const { id } = await chat.discord.send(to, buttons(show));
    const posted = chat.fake.site.messages.find((message) => message.id === id);
    if (!posted) throw new Error('nothing was posted');
    const beside = await press('ben', posted, 'Show');
    expect(beside.answered?.type).toBe(5);
    expect((await original(beside)).ephemeralFor).toBe(chat.idOf('ben'));
    expect(wordsOf(posted)).not.toContain('Shown');
  });

  it('in a direct message acts for whoever presses it, in no workspace and managing none', async () => {
    const to = { kind: 'person', workspaceId: chat.fake.guild.id, id: chat.idOf('ben') } as const;
    const { id } = await chat.discord.send(
      to,
      buttons({ ...show, action: { command: 'access request return', args: { request: 'REQ-3' } } }),
    );
    const message = chat.fake.site.messages.find((one) => one.id === id);
    if (!message) throw new Error('nothing was sent');
    await press('ben', message, 'Show');
    expect((await heard(1))[0]).toMatchObject({
      actsIn: '',
      managesWorkspace: false,
      input: { kind: 'action', action: { command: 'access request return', args: { request: 'REQ-3' } } },
    });
  });

  it('that asks first does nothing until Yes, and Back takes the question away', async () => {
    answering(buttons(approve));
    const first = await original(await chat.types('ada', 'access home'));
    chat.received.length = 0;
    const question = await original(await press('ada', first, 'Approve'));
    expect(wordsOf(question)).toMatch(/Approve it\?[\s\S]*given at once/);
    expect(chat.received).toEqual([]);
    await press('ada', question, 'Back');
    await expect.poll(() => there(question)).toBe(false);
    const again = await original(await press('ada', first, 'Approve'));
    answering(card('Approved'));
    await press('ada', again, 'Yes, approve');
    await expect.poll(() => wordsOf(again)).toContain('Approved');
    expect(chat.received.map(({ input }) => input)).toEqual([
      { kind: 'action', action: { command: 'access request approve', args: { request: 'REQ-1' } } },
    ]);
  });

  it('beside a slow answer shows that work goes on, and can be pressed no more', async () => {
    answering(buttons(show));
    const first = await original(await chat.types('ada', 'access home'));
    let answer = () => {};
    chat.told.receive = async ({ reply }) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      await reply.answer(card('At last'));
    };
    await press('ada', first, 'Show');
    await expect.poll(() => wordsOf(first), { timeout: 3_000 }).toContain('Working');
    expect(chat.screen.controls(first)).toEqual([]);
    answer();
    await expect.poll(() => wordsOf(first)).toContain('At last');
  });
});

describe('a secret', () => {
  const secret = card('Copy your token', {
    secret: true,
    blocks: [{ kind: 'secret', label: 'Token', value: 'rc_x' }],
  });

  it('stands before its owner alone, until they have saved it', async () => {
    answering(secret);
    const shown = await original(await chat.types('ada', 'access token create'));
    expect(shown.ephemeralFor).toBe(chat.idOf('ada'));
    await press('ada', shown, 'I have saved it');
    await expect.poll(() => there(shown)).toBe(false);
  });

  it('goes away by itself', async () => {
    answering(secret);
    const shown = await original(await chat.types('ada', 'access token create'));
    await expect.poll(() => there(shown)).toBe(false);
  });
});

it('checklist 32: what Discord would not take is told and logged, and nothing of what was in it', async () => {
  const canary = 'a-client-secret-of-somebody';
  answering(card('Sent', { blocks: [{ kind: 'text', text: canary }] }));
  chat.fake.failNext('PATCH', /original/, new Refusal(400, 50035, 'Invalid Form Body'));
  const sent = await chat.types('ada', 'access whoami');
  expect(wordsOf(await original(sent))).toContain('could not be shown');
  expect(chat.log.join('')).toContain('an answer could not be shown');
  expect(chat.log.join('')).not.toContain(canary);
  expect(chat.log.join('')).not.toContain(sent.token);
  chat.fake.refused.length = 0;
});

describe('a file', () => {
  const file = (content: () => AsyncIterable<string>) =>
    card('Members', { file: { name: 'acme members.csv', mime: 'text/csv', alt: 'All members', content } });

  it('comes with the answer, to the caller alone', async () => {
    answering(
      file(async function* () {
        yield 'a,b\n';
      }),
    );
    const shown = await original(await chat.types('ada', 'org export'));
    expect(shown.files.map(({ name }) => name)).toEqual(['acme_members.csv']);
    expect(shown.ephemeralFor).toBe(chat.idOf('ada'));
  });

  it('of more than 10 MB is not sent, and that is said', async () => {
    answering(
      file(async function* () {
        for (let n = 0; n < 11; n++) yield 'x'.repeat(1024 * 1024);
      }),
    );
    expect(wordsOf(await original(await chat.types('ada', 'org export')))).toContain('larger than 10 MB');
  });
});
