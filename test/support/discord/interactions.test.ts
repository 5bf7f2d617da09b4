import { Client, Events, GatewayIntentBits, type Interaction, MessageFlags } from 'discord.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Acts, createActs } from './act.ts';
import { offeredIn } from './command-options.ts';
import { type FakeDiscord, startDiscord, tooManyRequests } from './discord.ts';
import { wordsOf } from './mentions.ts';

const V2 = MessageFlags.IsComponentsV2;
const said = (content: string) => ({ flags: V2, components: [{ type: 10, content }] });
const input = (custom_id: string, more: object = {}) => ({ type: 4, custom_id, style: 1, ...more });
const label = (words: string, component: object, more: object = {}) => ({
  type: 18,
  label: words,
  component,
  ...more,
});
const modal = (...components: object[]) => ({
  type: 9,
  data: { custom_id: 'form:x', title: 'Ask', components },
});

describe('interactions of the fake Discord', () => {
  let fake: FakeDiscord;
  let acts: Acts;
  let client: Client;
  let answer: (interaction: Interaction) => Promise<unknown>;

  beforeEach(async () => {
    fake = await startDiscord({
      guild: 'Acme',
      people: [{ name: 'ada', admin: true }, { name: 'ben' }],
      channels: [{ name: 'general' }],
      patience: 400,
    });
    acts = createActs(fake);
    client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: fake.apiUrl } });
    const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
    client.on(Events.InteractionCreate, (interaction) => void answer(interaction).catch(() => undefined));
    await client.login(fake.token);
    await ready;
    const options = [
      { type: 3, name: 'role', description: 'Role', autocomplete: true },
      { type: 3, name: 'sso', description: 'yes or no', choices: [{ name: 'Yes', value: 'yes' }] },
    ];
    await client.rest.put(`/applications/${fake.applicationId}/commands`, {
      body: [
        { name: 'org', description: 'Organization', options },
        { name: 'Show access', type: 2 },
        { name: 'Request access', type: 3 },
      ],
    });
  });
  afterEach(async () => {
    await client.destroy();
    await fake.stop();
  });

  const respond = (interaction: Interaction, body: unknown) =>
    client.rest.post(`/interactions/${interaction.id}/${interaction.token}/callback`, { body, auth: false });
  const types = (values: Record<string, string> = {}) => {
    const [offered] = offeredIn(fake.site, fake.guild.id);
    if (!offered) throw new Error('nothing is registered');
    return acts.command('ada', 'general', offered, values);
  };
  const complaints = () => fake.refused.flatMap(({ errors }) => errors).join('\n');

  test('a window is filled in, sent and answered; nothing opens after it', async () => {
    let sent = '';
    answer = async (interaction) => {
      if (interaction.isModalSubmit()) {
        sent = interaction.fields.getTextInputValue('reason');
        await respond(interaction, modal(label('Again', input('again'))));
      } else await respond(interaction, modal(label('Reason', input('reason', { max_length: 10 }))));
    };
    await types();
    await expect(acts.submit('ada', { reason: 'x'.repeat(11) })).rejects.toThrow(/takes 0 to 10/);
    await expect(acts.submit('ada', {})).rejects.toThrow(/is required/);
    await expect(acts.submit('ada', { reason: 'INC-77' })).rejects.toThrow(/did not respond/);
    expect(sent).toBe('INC-77');
    expect(fake.refused.at(-1)).toMatchObject({ code: 50035 });
  });

  test.each([
    [
      'a title of 46',
      { type: 9, data: { ...modal(label('A', input('a'))).data, title: 'x'.repeat(46) } },
      /title: Must be 45/,
    ],
    [
      'six fields',
      modal(...'abcdef'.split('').map((id) => label(id, input(id)))),
      /components: Must be between 1 and 5/,
    ],
    ['a label of 46', modal(label('x'.repeat(46), input('a'))), /label: Must be 45/],
    [
      'a hint of 101',
      modal(label('A', input('a'), { description: 'x'.repeat(101) })),
      /description: Must be 100/,
    ],
    [
      'a value longer than its field',
      modal(label('A', input('a', { max_length: 3, value: 'four' }))),
      /value: Must be 3/,
    ],
    ['a row of inputs', modal({ type: 1, components: [input('a')] }), /DEPRECATED/],
    ['a button', modal(label('A', { type: 2, style: 1, custom_id: 'b', label: 'B' })), /BASE_TYPE_CHOICES/],
    ['the same field twice', modal(label('A', input('a')), label('B', input('a'))), /DUPLICATED/],
    ['an empty select', modal(label('A', { type: 3, custom_id: 'a', options: [] })), /between 1 and 25/],
    [
      'required, and nothing to choose',
      modal(label('A', { type: 3, custom_id: 'a', min_values: 0, options: [{ label: 'x', value: 'x' }] })),
      /REQUIRED_MIN_VALUES/,
    ],
  ])('opens no window with %s', async (_, body, why) => {
    answer = (interaction) => respond(interaction, body);
    await expect(types()).rejects.toThrow(/did not respond/);
    expect(complaints()).toMatch(why);
  });

  test('an option offers at most 25 values, each of at most 100 characters', async () => {
    const [offered] = offeredIn(fake.site, fake.guild.id);
    if (!offered) throw new Error('nothing is registered');
    const choice = (value: string) => ({ name: value, value });
    const asks = () => acts.complete('ada', 'general', offered, { role: 'de' }, 'role');
    answer = (one) => respond(one, { type: 8, data: { choices: [choice('developer')] } });
    expect(await asks()).toEqual([choice('developer')]);
    answer = (one) =>
      respond(one, { type: 8, data: { choices: Array.from({ length: 26 }, (__, n) => choice(`${n}`)) } });
    await expect(asks()).rejects.toThrow(/between 0 and 25/);
    answer = (one) => respond(one, { type: 8, data: { choices: [choice('x'.repeat(101))] } });
    await expect(asks()).rejects.toThrow(/100 or fewer/);
  });

  test('the client sends what is registered and nothing else', async () => {
    answer = (interaction) => respond(interaction, { type: 5 });
    await expect(types({ nothing: 'x' })).rejects.toThrow(/has no option nothing/);
    await expect(types({ sso: 'maybe' })).rejects.toThrow(/offers no maybe/);
    await types({ sso: 'Yes', role: 'developer' });
  });

  test('a deferred answer stays as private as it began, and takes a file', async () => {
    answer = async (interaction) => {
      if (!interaction.isRepliable()) return;
      await interaction.deferReply({ flags: MessageFlags.Ephemeral });
      await interaction.editReply({
        flags: V2,
        components: [{ type: 13, file: { url: 'attachment://a.csv' } }] as never,
        files: [{ attachment: Buffer.from('a,b'), name: 'a.csv' }],
      });
    };
    const { original } = await types();
    await expect.poll(() => original?.files.map(({ name }) => name)).toEqual(['a.csv']);
    expect(original?.ephemeralFor).toBe(acts.person('ada').user.id);
    expect(Buffer.from(original?.files[0]?.bytes ?? []).toString()).toBe('a,b');
  });

  test('the menus of a person and of a message name their target', async () => {
    const targets: string[] = [];
    answer = async (interaction) => {
      if (interaction.isContextMenuCommand()) targets.push(interaction.targetId);
      await respond(interaction, { type: 4, data: said('Fine') });
    };
    const { original } = await acts.onPerson('ada', 'general', 'Show access', 'ben');
    if (!original) throw new Error('no answer');
    await acts.onMessage('ada', 'Request access', original);
    expect(targets).toEqual([acts.person('ben').user.id, original.id]);
  });

  test('asked to slow down, a message comes later, once', async () => {
    fake.failNext('POST', /messages$/, tooManyRequests(0.2));
    const path: `/${string}` = `/channels/${acts.channel('general').id}/messages`;
    await client.rest.post(path, { body: { ...said('Late'), nonce: 'n1', enforce_nonce: true } });
    await client.rest.post(path, { body: { ...said('Late'), nonce: 'n1', enforce_nonce: true } });
    expect(fake.site.messages.map((message) => wordsOf(message).trim())).toEqual(['Late']);
    expect(fake.refused.map(({ status }) => status)).toEqual([429]);
  });

  test('a message that is older than an hour is not edited without end', async () => {
    const path: `/${string}` = `/channels/${acts.channel('general').id}/messages`;
    await client.rest.post(path, { body: said('Old') });
    const [old] = fake.site.messages;
    if (!old) throw new Error('nothing was said');
    old.createdAt -= 2 * 3_600_000;
    fake.site.oldEdits = 1;
    const edit = async (words: string) => {
      const answered = await fetch(`${fake.apiUrl}/v10${path}/${old.id}`, {
        method: 'PATCH',
        headers: { authorization: `Bot ${fake.token}`, 'content-type': 'application/json' },
        body: JSON.stringify(said(words)),
      });
      return answered.status;
    };
    expect([await edit('Once'), await edit('Twice')]).toEqual([200, 429]);
    expect(fake.refused.at(-1)).toMatchObject({ code: 30046 });
  });

  test('whatever is sent without the bot’s token is refused', async () => {
    const answered = await fetch(`${fake.apiUrl}/v10/users/@me`, { headers: { authorization: 'Bot wrong' } });
    expect(answered.status).toBe(401);
  });
});
