import { GuildMemberFlags } from 'discord-api-types/v10';
import { createActs } from './discord/act.ts';
import { offeredIn } from './discord/command-options.ts';
import { startDiscord, tooManyRequests } from './discord/discord.ts';
import { createFilling } from './discord/filling.ts';
import type { Interaction } from './discord/interactions.ts';
import { wordsOf } from './discord/mentions.ts';
import { removeMessage } from './discord/messages.ts';
import { Refusal } from './discord/refusal.ts';
import { createScreen } from './discord/screen.ts';
import { shapesOf, stringOf } from './discord/shape.ts';
import { type Message, type PersonSeed, personById } from './discord/site.ts';
import { filledIn, valuesOf } from './discord/typing.ts';
import { COLLEAGUES, type Side } from './side.ts';

const domain = 'acme.example';

/** The same people as everywhere. Ada, Dana and Eli manage the guild; Gil is a guest of a voice channel. */
export const PEOPLE: readonly PersonSeed[] = [
  { name: 'ada', realName: 'Ada Park', admin: true },
  { name: 'ben', realName: 'Ben Ito' },
  { name: 'cleo', realName: 'Cleo Marsh' },
  { name: 'dana', realName: 'Dana Reyes', admin: true },
  { name: 'eli', realName: 'Eli Novak', admin: true },
  { name: 'gil', realName: 'Gil Rook', flags: GuildMemberFlags.IsGuest },
  { name: 'robo', realName: 'Robo', bot: true },
  { name: 'zoe', realName: 'Zoe Lam', elsewhere: true },
];

const CHANNELS = [{ name: 'general' }, { name: 'access-requests' }];

/** What is no mistake of the app's: the world is so, or was made so by a test. */
const WORLDLY = [10003, 10007, 10008, 10013, 50001, 50007, 50013, 50278];

/** Discord, as people use it: its client's rules before a fake of its REST API and gateway. */
export async function startDiscordSide(): Promise<Side> {
  const fake = await startDiscord({ guild: 'Acme Guild', people: PEOPLE, channels: CHANNELS });
  const { site } = fake;
  const acts = createActs(fake);
  const screen = createScreen(fake);
  const filling = createFilling(fake, acts, screen);
  const typed = new Map<string, ReturnType<typeof filledIn> & { channel: string }>();

  const messageAt = (key: string): Message => {
    const found = site.messages.find(({ id }) => id === key);
    if (!found) throw new Error('that message is gone');
    return found;
  };
  const controlAt = (name: string, message: Message, label: string) => {
    const found = screen
      .controls(message)
      .find((one) => [one.label, one.says].some((text) => text.toLowerCase() === label.toLowerCase()));
    if (!found) throw new Error(`${name} finds no "${label}" there`);
    return found;
  };
  /** Whoever is told of an act twice may try to answer it twice. */
  const isSecond = (code: number, path: string): boolean =>
    code === 40060 &&
    fake.interactions.all.some(({ id, dispatched }) => dispatched > 1 && path.includes(`/${id}/`));
  const answerTo = (sent: Interaction): Promise<Message> =>
    fake.until(() => (sent.original && !sent.original.waiting ? sent.original : undefined));

  const confirms = async (name: string, label: string, sent: Interaction): Promise<void> => {
    const question = await answerTo(sent);
    const yes = screen.controls(question).find((control) => control.label !== 'Back');
    if (!yes) throw new Error(`"${label}" asks nothing`);
    await acts.use(name, question, yes.element);
  };

  const type = async (name: string, channel: string, text: string): Promise<Interaction> => {
    await fake.until(() => (offeredIn(site, fake.guild.id).length > 0 ? true : undefined));
    const line = filledIn(fake, text);
    typed.set(name, { ...line, channel });
    return acts.command(name, channel, line.offered, line.values);
  };

  return {
    name: 'discord',
    workspaceId: fake.guild.id,
    confirmsAddresses: false,
    colleagues: COLLEAGUES,
    chat: { discord: { token: fake.token, applicationId: fake.applicationId, apiUrl: fake.apiUrl } },
    environment: {
      DISCORD_TOKEN: fake.token,
      DISCORD_APPLICATION_ID: fake.applicationId,
      DISCORD_API_URL: fake.apiUrl,
    },
    sendTo: () => {},
    heard: () => fake.connected(),
    hearers: () => fake.gateway.sessions(),
    email: (name) => `${acts.person(name).name}@${domain}`,
    mention: (name) => `<@${acts.person(name).user.id}>`,
    onChange: site.onChange,
    shown: (name) => screen.shown(acts.person(name)),
    native: (_, key) => {
      const words = wordsOf(messageAt(key));
      return {
        mentions: [...words.matchAll(/<@(\d+)>/g)].map(
          ([, id = '']) => `@${personById(site, id)?.name ?? id}`,
        ),
        times: [...words.matchAll(/<t:(\d+)(?::[a-zA-Z])?>/g)].map(([, time]) => Number(time)),
      };
    },
    files: async (name) => {
      const { user } = acts.person(name);
      return site.messages
        .filter(({ ephemeralFor, channel }) =>
          ephemeralFor
            ? ephemeralFor === user.id
            : !channel.recipient || channel.recipient.user.id === user.id,
        )
        .flatMap((message) =>
          message.files.map((file) => ({
            name: file.name,
            type: file.type,
            place: message.ephemeralFor || message.channel.recipient ? 'direct' : message.channel.name,
            text: Buffer.from(file.bytes).toString('utf8'),
          })),
        );
    },

    type: async (name, channel, text) => {
      await type(name, channel, text);
    },
    mentionApp: async (name, channel, text) => {
      await type(name, channel, `/${text}`);
    },
    openHome: async (name) => {
      screen.homes.add(await answerTo(await type(name, 'general', '/access home')));
      site.changed();
    },
    press: async (name, key, label, values = {}) => {
      const message = messageAt(key);
      if (Object.keys(values).length > 0) await filling.fill(name, message, values);
      const { element, value, asks } = controlAt(name, message, label);
      const before = message.components;
      const sent = await acts.use(name, message, element, value === undefined ? undefined : [value]);
      // What was filled in has redrawn the form already: the press draws it once more.
      if (Object.keys(values).length > 0) await fake.until(() => message.components !== before || undefined);
      if (asks) await confirms(name, label, sent);
    },
    late: (name, key, label) => {
      const message = messageAt(key);
      const { element, value, asks } = controlAt(name, message, label);
      const old = message.components;
      return async () => {
        const now = message.components;
        message.components = old;
        // What is pressed is read before the event leaves.
        const pressed = acts.use(name, message, element, value === undefined ? undefined : [value]);
        message.components = now;
        const sent = await pressed;
        if (asks) await confirms(name, label, sent);
      };
    },
    choose: async (name, key, option) => {
      const message = messageAt(key);
      const { element, value = '' } = controlAt(name, message, option);
      await acts.use(name, message, element, [value]);
    },
    offers: async (name, _, label, text) => {
      const field = filling.field(name, label);
      const last = typed.get(name);
      const option = stringOf(field?.custom_id);
      if (!last?.offered.options.some((one) => one.name === option)) {
        const options = shapesOf(field?.options);
        return valuesOf(
          options.filter((one) => stringOf(one.label).toLowerCase().includes(text.toLowerCase())),
        );
      }
      const values = { ...last.values, [option]: text };
      return valuesOf(await acts.complete(name, last.channel, last.offered, values, option));
    },
    submit: async (name, key, values) => {
      const modal = filling.modal(name);
      await filling.submit(name, modal && key === `modal/${modal.id}` ? modal : messageAt(key), values);
    },
    closeWindows: async (name) => {
      screen.dismiss(acts.person(name));
    },
    switchOff: async (name) => fake.leave(name),

    acknowledged: () => fake.interactions.all.flatMap(({ answered }) => (answered ? [answered.after] : [])),
    again: async () => {
      const last = fake.interactions.all.at(-1);
      if (!last) throw new Error('nothing has been sent yet');
      fake.again(last);
      return 200;
    },
    calls: () => [...fake.pings.all],
    refused: () =>
      fake.refused
        .filter(
          ({ status, code, path }) => status !== 429 && !WORLDLY.includes(code) && !isSecond(code, path),
        )
        .map((one) => [`${one.method} ${one.path}: ${one.code} ${one.message}`, ...one.errors].join('\n')),
    removes: async (key) => removeMessage(site, messageAt(key)),
    losesChannel: () => {
      fake.failNext('PATCH', EDIT, new Refusal(404, 10003, 'Unknown Channel'));
      fake.failNext('POST', SEND, new Refusal(404, 10003, 'Unknown Channel'));
    },
    holdRedraw: () => fake.failNext('PATCH', EDIT, tooManyRequests(2)),
    holdSending: (seconds) => {
      fake.failNext('POST', SEND, tooManyRequests(seconds));
      // A pressed card is edited twice: its buttons go, then it is drawn anew.
      for (let edit = 0; edit < 2; edit += 1) fake.failNext('PATCH', EDIT, tooManyRequests(seconds));
    },
    stop: () => fake.stop(),
  };
}

const SEND = /^\/channels\/\d+\/messages$/;
const EDIT = /^\/channels\/\d+\/messages\/\d+$/;
