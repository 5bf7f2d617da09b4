import { Client, Events, GatewayIntentBits, MessageFlags, Partials } from 'discord.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Acts, createActs } from './act.ts';
import { offeredIn } from './command-options.ts';
import { type FakeDiscord, startDiscord } from './discord.ts';
import { wordsOf } from './mentions.ts';

const V2 = MessageFlags.IsComponentsV2;
const text = (content: string) => ({ type: 10, content });
const button = (custom_id: string, label = 'Press') => ({ type: 2, style: 1, custom_id, label });
const row = (...components: unknown[]) => ({ type: 1, components });

describe('the fake Discord, with a real client before it', () => {
  let fake: FakeDiscord;
  let acts: Acts;
  let client: Client;

  beforeEach(async () => {
    fake = await startDiscord({
      guild: 'Acme',
      people: [{ name: 'ada', admin: true }, { name: 'ben' }, { name: 'cleo', closed: true }],
      channels: [{ name: 'general' }, { name: 'secret', app: 'nothing' }, { name: 'read', app: 'read' }],
    });
    acts = createActs(fake);
    client = new Client({
      intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers],
      // Without it a member whom the client has never seen leaves unnoticed.
      partials: [Partials.GuildMember],
      rest: { api: fake.apiUrl },
    });
    const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
    await client.login(fake.token);
    await ready;
  });
  afterEach(async () => {
    await client.destroy();
    await fake.stop();
  });

  const offered = (words: string) => {
    const found = offeredIn(fake.site, fake.guild.id).find((one) => one.words.join(' ') === words);
    if (!found) throw new Error(`no /${words}`);
    return found;
  };
  const register = (options: unknown[]) =>
    client.rest.put(`/applications/${fake.applicationId}/commands`, {
      body: [{ name: 'org', description: 'Organization', options }],
    });

  test('a command is registered, typed, deferred, answered to its caller alone, and pressed', async () => {
    await register([
      {
        type: 2,
        name: 'invite',
        description: 'Invitations',
        options: [
          {
            type: 1,
            name: 'send',
            description: 'Send',
            options: [{ type: 3, name: 'email', description: 'Whom' }],
          },
        ],
      },
    ]);
    const got: string[] = [];
    client.on(Events.InteractionCreate, async (interaction) => {
      if (interaction.isChatInputCommand()) {
        await interaction.deferReply({ flags: MessageFlags.Ephemeral });
        got.push(interaction.options.getString('email') ?? '');
        await interaction.editReply({ flags: V2, components: [text('Sent'), row(button('a'))] as never });
      }
      if (interaction.isButton()) {
        await interaction.deferUpdate();
        await interaction.editReply({ components: [text('Pressed')] as never });
      }
    });
    const sent = await acts.command('ada', 'general', offered('org invite send'), { email: 'x@example.com' });
    const { original } = sent;
    await expect.poll(() => original && wordsOf(original)).toContain('Sent');
    expect(got).toEqual(['x@example.com']);
    expect(original?.ephemeralFor).toBe(acts.person('ada').user.id);
    if (!original) throw new Error('no answer');
    await acts.use('ada', original, button('a'));
    await expect.poll(() => wordsOf(original)).toContain('Pressed');
    expect(fake.refused).toEqual([]);
  });

  test('a second answer and one that comes too late are refused', async () => {
    await register([]);
    const codes: unknown[] = [];
    client.on(Events.InteractionCreate, async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      const answer = () =>
        client.rest.post(`/interactions/${interaction.id}/${interaction.token}/callback`, {
          body: { type: 5 },
          auth: false,
        });
      await answer();
      await answer().catch((error: { code: number }) => codes.push(error.code));
      fake.pass(16 * 60_000);
      const original: `/${string}` = `/webhooks/${fake.applicationId}/${interaction.token}/messages/@original`;
      await client.rest
        .patch(original, { body: { content: 'late' }, auth: false })
        .catch((error: { code: number }) => codes.push(error.code));
    });
    await acts.command('ada', 'general', offered('org'), {});
    await expect.poll(() => codes).toEqual([40060, 50027]);
  });

  const post = (body: unknown, channel = 'general') =>
    client.rest.post(`/channels/${acts.channel(channel).id}/messages`, { body }).then(
      () => undefined,
      () => fake.refused.at(-1),
    );

  test.each([
    ['no flag for components', { components: [text('x')] }, /components\.0\.type: .*BASE_TYPE_CHOICES/],
    ['content beside them', { flags: V2, content: 'x', components: [text('x')] }, /LEGACY_FIELDS/],
    [
      '41 components',
      { flags: V2, components: Array.from({ length: 41 }, () => text('x')) },
      /is 41 and cannot exceed 40/,
    ],
    [
      '4,001 characters',
      { flags: V2, components: [text('x'.repeat(2_000)), text('y'.repeat(2_001))] },
      /is 4001/,
    ],
    ['an empty text', { flags: V2, components: [text('')] }, /components\.0\.content/],
    [
      'six buttons in a row',
      { flags: V2, components: [row(...'abcdef'.split('').map((id) => button(id)))] },
      /between 1 and 5/,
    ],
    ['the same id twice', { flags: V2, components: [row(button('a'), button('a'))] }, /DUPLICATED/],
    [
      'an id of 101',
      { flags: V2, components: [row(button('a'.repeat(101)))] },
      /custom_id: Must be 100 or fewer/,
    ],
    [
      'a label of 81',
      { flags: V2, components: [row(button('a', 'x'.repeat(81)))] },
      /label: Must be 80 or fewer/,
    ],
    [
      'no options',
      { flags: V2, components: [row({ type: 3, custom_id: 's', options: [] })] },
      /options: Must be between 1 and 25/,
    ],
    [
      'a section alone',
      { flags: V2, components: [{ type: 9, components: [text('x')] }] },
      /accessory: This field is required/,
    ],
    ['an empty container', { flags: V2, components: [{ type: 17, components: [] }] }, /between 1 and 40/],
    [
      'a container in one',
      { flags: V2, components: [{ type: 17, components: [{ type: 17, components: [text('x')] }] }] },
      /BASE_TYPE_CHOICES/,
    ],
    [
      'a file that is not there',
      { flags: V2, components: [{ type: 13, file: { url: 'attachment://a.csv' } }] },
      /ATTACHMENT_NOT_FOUND/,
    ],
    [
      'mentions of both kinds',
      { content: 'x', allowed_mentions: { parse: ['users'], users: ['123456789012345678'] } },
      /mutually exclusive/,
    ],
  ])('refuses a message with %s', async (_, body, why) => {
    const refused = await post(body);
    expect(refused).toMatchObject({ status: 400, code: 50035 });
    expect(refused?.errors.join('\n')).toMatch(why);
  });

  test.each([
    ['a channel that it is not in', 'secret', 50001],
    ['a channel that it only reads', 'read', 50013],
  ])('refuses %s', async (_, channel, code) => {
    expect(await post({ content: 'x' }, channel)).toMatchObject({ status: 403, code });
  });

  test('refuses messages to somebody who takes none', async () => {
    const { user } = acts.person('cleo');
    const opened = (await client.rest.post('/users/@me/channels', { body: { recipient_id: user.id } })) as {
      id: string;
    };
    await expect(
      client.rest.post(`/channels/${opened.id}/messages`, { body: { content: 'x' } }),
    ).rejects.toMatchObject({
      code: 50007,
    });
  });

  test('pings whom the raw text names, as far as allowed_mentions let it', async () => {
    const { user } = acts.person('ben');
    const words = `\\@everyone <@${user.id}>`;
    await post({ content: words, allowed_mentions: { parse: [] } });
    expect(fake.pings.all).toEqual([]);
    await post({ content: words, allowed_mentions: { parse: [], users: [user.id] } });
    expect(fake.pings.all).toEqual(['@ben']);
    await post({ content: words });
    expect(fake.pings.all).toEqual(['@ben', '@ben', '@everyone']);
  });

  test.each([
    [
      '26 options',
      Array.from({ length: 26 }, (_, n) => ({ type: 3, name: `o${n}`, description: 'x' })),
      /options: Must be between 0 and 25/,
    ],
    ['a capital', [{ type: 3, name: 'Email', description: 'x' }], /name: String value did not match/],
    ['no description', [{ type: 3, name: 'email', description: '' }], /description: This field is required/],
    [
      '26 choices',
      [
        {
          type: 3,
          name: 'a',
          description: 'x',
          choices: Array.from({ length: 26 }, (_, n) => ({ name: `${n}`, value: `${n}` })),
        },
      ],
      /choices: Must be between 0 and 25/,
    ],
    [
      'required after optional',
      [
        { type: 3, name: 'a', description: 'x' },
        { type: 3, name: 'b', description: 'x', required: true },
      ],
      /Required options must be placed before/,
    ],
    [
      '8,001 characters',
      Array.from({ length: 25 }, (_, n) => ({
        type: 1,
        name: `s${n}`,
        description: 'x'.repeat(100),
        options: Array.from({ length: 3 }, (__, m) => ({
          type: 3,
          name: `o${m}`,
          description: 'y'.repeat(80),
        })),
      })),
      /exceeds maximum size/,
    ],
    [
      'the same option twice',
      [
        { type: 3, name: 'a', description: 'x' },
        { type: 3, name: 'a', description: 'x' },
      ],
      /must be unique/,
    ],
    [
      'a group in a group',
      [{ type: 2, name: 'a', description: 'x', options: [{ type: 2, name: 'b', description: 'x' }] }],
      /NESTING|must hold|Nested/,
    ],
  ])('registers no command with %s', async (_, options, why) => {
    await expect(register(options)).rejects.toMatchObject({ code: 50035 });
    expect(fake.refused.at(-1)?.errors.join('\n')).toMatch(why);
  });

  test('a session that is cut resumes and hears what it missed', async () => {
    const left = new Promise((resolve) => client.once(Events.GuildMemberRemove, resolve));
    fake.gateway.drop();
    fake.leave('ben');
    await left;
    expect(fake.gateway.resumed).toBe(1);
  });
});

test('privileged intents that are not switched on close the connection with 4014', async () => {
  const fake = await startDiscord({ guild: 'Acme', people: [], channels: [] });
  fake.gateway.allowed = 0;
  const client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers],
    rest: { api: fake.apiUrl },
  });
  await expect(client.login(fake.token)).rejects.toThrow(/intents/i);
  await client.destroy();
  await fake.stop();
});
