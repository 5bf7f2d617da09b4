import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlatformError } from '../../../src/platforms/platform.ts';
import type { Card } from '../../../src/views/card.ts';
import { tooManyRequests } from '../../support/discord/discord.ts';
import { wordsOf } from '../../support/discord/mentions.ts';
import { Refusal } from '../../support/discord/refusal.ts';
import { card } from '../recording.ts';
import { adapterFor, type Started, startDiscord, startFakeDiscord } from './start-discord.ts';

let chat: Started;
beforeAll(async () => {
  chat = await startDiscord();
  return () => chat.stop();
});

const guild = () => chat.fake.guild.id;
const inChannel = (name: string, workspaceId = guild()) =>
  ({ kind: 'channel', workspaceId, id: chat.acts.channel(name).id }) as const;
const toPerson = (name: string) => ({ kind: 'person', workspaceId: guild(), id: chat.idOf(name) }) as const;
const said = (id: string) =>
  wordsOf(chat.fake.site.messages.find((one) => one.id === id) ?? { content: '', components: [] });
const refusal = async (work: Promise<unknown>): Promise<PlatformError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof PlatformError) return error;
  throw new Error(`no refusal of the port's, but ${error}`);
};

describe('messages that a job sends', () => {
  it('stand there once where nobody knows whether they arrived, and twice where they are two', async () => {
    const first = await chat.discord.send(inChannel('general'), card('Said'), 'one');
    const again = await chat.discord.send(inChannel('general'), card('Said'), 'one');
    const other = await chat.discord.send(inChannel('general'), card('Said'), 'two');
    expect(again.id).toBe(first.id);
    expect(other.id).not.toBe(first.id);
  });

  it('go to a channel and to a person, and are changed in place', async () => {
    const posted = await chat.discord.send(inChannel('general'), card('Pending'));
    await chat.discord.edit(posted, card('Approved'));
    expect(said(posted.id)).toContain('Approved');
    const told = await chat.discord.send(toPerson('ben'), card('You may'));
    expect(said(told.id)).toContain('You may');
    expect(chat.fake.refused).toEqual([]);
  });

  it.each([
    [
      'a person who takes no direct messages',
      () => toPerson('cleo'),
      'refused',
      /no direct messages from me/,
    ],
    ['a channel that the bot may not see', () => inChannel('secret'), 'refused', /View Channel/],
    [
      'a channel of another server',
      () => inChannel('general', '100000000000000123'),
      'refused',
      /another server/,
    ],
    [
      'a channel that is none',
      () => ({ ...inChannel('general'), id: '#nowhere' }),
      'gone',
      /no such channel/,
    ],
  ] as const)('%s: it is said why not', async (_, to, code, why) => {
    const error = await refusal(chat.discord.send(to(), card('Hello')));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(why);
  });

  it('a message that is gone is gone, and old ones are changed later', async () => {
    const posted = await chat.discord.send(inChannel('general'), card('Pending'));
    chat.fake.failNext('PATCH', /messages/, new Refusal(404, 10008, 'Unknown Message'));
    expect((await refusal(chat.discord.edit(posted, card('Approved')))).code).toBe('gone');
    const slow = new Refusal(400, 30046, 'Maximum number of edits to messages older than 1 hour reached');
    chat.fake.failNext('PATCH', /messages/, slow);
    expect(await refusal(chat.discord.edit(posted, card('Approved')))).toMatchObject({
      code: 'later',
      retryAfterSeconds: 600,
    });
  });

  it('checklist 6: where Discord asks to slow down the job hears it at once, with the time', async () => {
    const before = performance.now();
    chat.fake.failNext('POST', /messages$/, tooManyRequests(30));
    const error = await refusal(chat.discord.send(inChannel('general'), card('Hello')));
    // The library adds a little, so that nobody is early.
    expect(error).toMatchObject({ code: 'later', retryAfterSeconds: 31 });
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  it('a server error is for later', async () => {
    for (let n = 0; n < 4; n++) chat.fake.failNext('GET', /members/, new Refusal(502, 0, 'Bad gateway'));
    expect((await refusal(chat.discord.isThere(guild(), chat.idOf('ben')))).code).toBe('later');
  });

  it('a picture goes along once, with its words, and stays when the message is changed', async () => {
    const drawn: Card = card('Report', {
      picture: {
        name: 'trend.png',
        mime: 'image/png',
        alt: 'Three findings, two last week',
        content: async () => new Uint8Array([137, 80]),
      },
    });
    const posted = await chat.discord.send(inChannel('general'), drawn);
    await chat.discord.edit(posted, { ...drawn, title: 'Report, dated today' });
    const message = chat.fake.site.messages.find(({ id }) => id === posted.id);
    expect(message?.files).toHaveLength(1);
    expect(JSON.stringify(message?.components)).toContain('Three findings, two last week');
    expect(JSON.stringify(message?.components)).toContain('attachment://trend.png');
  });
});

describe('who is there, and who leaves', () => {
  it('is asked about one server at a time', async () => {
    expect(await chat.discord.isThere(guild(), chat.idOf('ben'))).toBe(true);
    expect(await chat.discord.isThere(guild(), '100000000000000999')).toBe(false);
    expect((await refusal(chat.discord.isThere('100000000000000123', chat.idOf('ben')))).code).not.toBe(
      'later',
    );
  });

  it('is heard at once where the members intent is granted', async () => {
    const ben = chat.idOf('ben');
    chat.fake.leave('ben');
    await expect.poll(() => chat.gone).toEqual([{ platform: 'discord', workspaceId: '', externalId: ben }]);
    expect(chat.left).toEqual([guild()]);
  });
});

describe('the start', () => {
  it('does without the members intent where it is off, and says so', async () => {
    const fake = await startFakeDiscord();
    fake.gateway.allowed = 0;
    const { discord } = adapterFor(fake);
    await discord.start();
    expect(fake.gateway.identified).toEqual([3, 1]);
    const health = await discord.health();
    expect(health.ok).toBe(true);
    expect(health.detail).toContain('Server Members is off');
    await discord.stop();
    await fake.stop();
  });

  it.each([
    ['a token that Discord does not know', { token: 'wrong' }, 'DISCORD_TOKEN'],
    ['the id of another application', { applicationId: '42' }, 'DISCORD_APPLICATION_ID'],
  ] as const)('is refused with one line for %s', async (_, wrong, named) => {
    const fake = await startFakeDiscord();
    const { discord } = adapterFor(fake, wrong);
    const error = await refusal(discord.start());
    expect(error.code).toBe('refused');
    expect(error.message).toContain(named);
    expect(error.message).not.toMatch(/\n|wrong/);
    await discord.stop();
    await fake.stop();
  });

  it('waits for a Discord that does not answer, and connects when it does', async () => {
    const fake = await startFakeDiscord();
    for (let n = 0; n < 12; n++)
      fake.failNext('GET', /applications|commands/, new Refusal(503, 0, 'Unavailable'));
    const { discord } = adapterFor(fake);
    await discord.start();
    expect(await discord.health()).toMatchObject({ ok: false });
    await expect.poll(async () => (await discord.health()).ok, { timeout: 20_000 }).toBe(true);
    await discord.stop();
    await fake.stop();
  });

  it('a gateway that Discord closed for good is opened anew', async () => {
    const fake = await startFakeDiscord();
    const { discord, log } = adapterFor(fake);
    await discord.start();
    fake.gateway.allowed = 0;
    fake.gateway.drop({ code: 4014 });
    await expect.poll(() => fake.gateway.identified, { timeout: 10_000 }).toEqual([3, 1]);
    await expect.poll(async () => (await discord.health()).ok).toBe(true);
    expect(log.join('')).not.toContain(fake.token);
    await discord.stop();
    await fake.stop();
  });
});

afterAll(() => {
  const expected = new Set([50007, 50001, 10008, 30046, 0, 10004, 10007, 10013]);
  expect(chat.fake.refused.filter(({ code, status }) => !expected.has(code) && status !== 429)).toEqual([]);
});
