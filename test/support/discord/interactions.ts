import {
  ApplicationIntegrationType,
  InteractionContextType,
  InteractionResponseType,
  InteractionType,
  MessageFlags,
} from 'discord-api-types/v10';
import type { Body } from './body.ts';
import { checkModal } from './check-modal.ts';
import {
  createMessage,
  createWaiting,
  editMessage,
  messagePayload,
  type Pings,
  removeMessage,
} from './messages.ts';
import { createReport, Refusal } from './refusal.ts';
import { checkCount, checkedShapes, checkText, type Shape, shapeOf, shapesOf, stringOf } from './shape.ts';
import {
  type Channel,
  channelPayload,
  type Message,
  memberOf,
  type Person,
  permissionsOf,
  type Site,
} from './site.ts';
import { snowflake } from './snowflake.ts';

const FIRST_ANSWER = 3_000;
const TOKEN_LIFE = 15 * 60_000;
const MODAL_AFTER: readonly InteractionType[] = [
  InteractionType.ApplicationCommand,
  InteractionType.MessageComponent,
];

export interface Interaction {
  id: string;
  token: string;
  type: InteractionType;
  person: Person;
  channel: Channel;
  /** The message whose control was used. */
  source?: Message;
  at: number;
  /** How it was answered first, and how many milliseconds later. */
  answered?: { type: InteractionResponseType; after: number };
  /** What `@original` means. */
  original?: Message;
  /** Everything that answers it, newest last. */
  replies: Message[];
  choices?: Shape[];
  payload: Shape;
  dispatched: number;
}

export interface Interactions {
  all: Interaction[];
  begin(act: Act): Interaction;
  /** @throws Refusal for what Discord does not take as the first answer */
  callback(id: string, token: string, body: Body): Message | undefined;
  /** @throws Refusal when the token is unknown or too old */
  byToken(token: string): Interaction;
  followUp(interaction: Interaction, body: Body): Message;
  message(interaction: Interaction, id: string): Message;
  edit(interaction: Interaction, id: string, body: Body): Message;
  remove(interaction: Interaction, id: string): void;
}

export interface Act {
  type: InteractionType;
  data: Shape;
  person: Person;
  channel: Channel;
  source?: Message;
}

export function createInteractions(
  site: Site,
  pings: Pings,
  origin: () => string,
  now: () => number,
): Interactions {
  const all: Interaction[] = [];

  const mine = (interaction: Interaction, id: string): Message => {
    if (!interaction.answered) throw new Refusal(404, 10015, 'Unknown Webhook');
    const found =
      id === '@original' ? interaction.original : interaction.replies.find((message) => message.id === id);
    if (!found || !site.messages.includes(found)) throw new Refusal(404, 10008, 'Unknown Message');
    return found;
  };

  const say = (interaction: Interaction, body: Body, under?: string): Message => {
    const ephemeral = (Number(body.json.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
    const message = createMessage(site, pings, interaction.channel, body, {
      answers: true,
      ...(ephemeral ? { ephemeralFor: interaction.person.user.id } : {}),
      ...(under ? { under } : {}),
    });
    return afterPress(interaction, message);
  };

  /** Only what comes after a press has the pressed message behind it. */
  const afterPress = (interaction: Interaction, message: Message): Message => {
    const { id, source, person } = interaction;
    if (source) message.press = { id, message: source.id, person };
    interaction.replies.push(message);
    return message;
  };

  const respond = (
    interaction: Interaction,
    type: InteractionResponseType,
    body: Body,
  ): Message | undefined => {
    const { json } = body;
    switch (type) {
      case InteractionResponseType.ChannelMessageWithSource:
        interaction.original = say(interaction, body, 'data');
        return interaction.original;
      case InteractionResponseType.DeferredChannelMessageWithSource: {
        const flags = Number(json.flags ?? 0);
        if (flags & ~MessageFlags.Ephemeral) throw new Refusal(400, 50035, 'Invalid Form Body');
        const { user } = interaction.person;
        const ephemeral = flags === MessageFlags.Ephemeral ? user.id : undefined;
        interaction.original = afterPress(interaction, createWaiting(site, interaction.channel, ephemeral));
        return interaction.original;
      }
      case InteractionResponseType.DeferredMessageUpdate:
      case InteractionResponseType.UpdateMessage:
        if (!interaction.source) throw new Refusal(400, 50035, 'Invalid Form Body');
        interaction.original = interaction.source;
        return type === InteractionResponseType.UpdateMessage
          ? editMessage(site, pings, interaction.source, body)
          : undefined;
      case InteractionResponseType.ApplicationCommandAutocompleteResult:
        interaction.choices = checkChoices(json);
        return undefined;
      case InteractionResponseType.Modal:
        checkModal(json);
        site.modals.set(interaction.person.user.id, {
          id: snowflake(),
          title: stringOf(json.title),
          customId: stringOf(json.custom_id),
          components: shapesOf(json.components),
          channel: interaction.channel,
          ...(interaction.source ? { message: interaction.source } : {}),
        });
        return undefined;
      default:
        throw new Refusal(400, 50035, 'Invalid Form Body');
    }
  };

  const fits = (interaction: Interaction, type: InteractionResponseType): boolean => {
    const autocomplete = interaction.type === InteractionType.ApplicationCommandAutocomplete;
    if (type === InteractionResponseType.Modal) return MODAL_AFTER.includes(interaction.type);
    return (type === InteractionResponseType.ApplicationCommandAutocompleteResult) === autocomplete;
  };

  return {
    all,
    begin: (act) => {
      const id = snowflake();
      const token = `token${id}${'t'.repeat(60)}`;
      const interaction: Interaction = {
        ...act,
        id,
        token,
        at: now(),
        replies: [],
        dispatched: 0,
        payload: payloadOf(site, act, { id, token }, origin()),
      };
      all.push(interaction);
      return interaction;
    },
    callback: (id, token, { json, files }) => {
      const interaction = all.find((one) => one.id === id && one.token === token);
      if (!interaction) throw new Refusal(404, 10062, 'Unknown interaction');
      if (interaction.answered) throw new Refusal(400, 40060, 'Interaction has already been acknowledged.');
      const after = now() - interaction.at;
      if (after > FIRST_ANSWER) throw new Refusal(404, 10062, 'Unknown interaction');
      const type = Number(json.type);
      if (!fits(interaction, type)) throw new Refusal(400, 50035, 'Invalid Form Body');
      const message = respond(interaction, type, { json: shapeOf(json.data), files });
      interaction.answered = { type, after };
      site.changed();
      return message;
    },
    byToken: (token) => {
      const interaction = all.find((one) => one.token === token);
      if (!interaction) throw new Refusal(404, 10015, 'Unknown Webhook');
      if (now() - interaction.at > TOKEN_LIFE) throw new Refusal(401, 50027, 'Invalid Webhook Token');
      return interaction;
    },
    followUp: (interaction, body) => {
      if (!interaction.answered) throw new Refusal(404, 10015, 'Unknown Webhook');
      // The first follow-up to a deferred answer becomes that answer.
      const { original } = interaction;
      if (original?.waiting) return editMessage(site, pings, original, body);
      return say(interaction, body);
    },
    message: mine,
    edit: (interaction, id, body) => editMessage(site, pings, mine(interaction, id), body),
    remove: (interaction, id) => removeMessage(site, mine(interaction, id)),
  };
}

function checkChoices(json: Shape): Shape[] {
  const report = createReport();
  const path = ['data', 'choices'];
  checkCount(report, path, json.choices ?? [], { min: 0, max: 25 });
  const choices = checkedShapes(report, path, json.choices);
  choices.forEach((choice, index) => {
    checkText(report, [...path, index, 'name'], choice.name, { min: 1, max: 100 });
    checkText(report, [...path, index, 'value'], choice.value, { min: 1, max: 100 });
  });
  report.end();
  return choices;
}

function payloadOf(
  site: Site,
  act: Act,
  { id, token }: { id: string; token: string },
  origin: string,
): Shape {
  const { person, channel, source, type, data } = act;
  const { guild } = channel;
  return {
    id,
    token,
    type,
    version: 1,
    application_id: site.app.id,
    data,
    channel_id: channel.id,
    channel: channelPayload(channel),
    ...(guild
      ? {
          guild_id: guild.id,
          guild: { id: guild.id, locale: 'en-US', features: [] },
          guild_locale: 'en-US',
          member: { ...memberOf(person), permissions: permissionsOf(person) },
          context: InteractionContextType.Guild,
        }
      : { user: person.user, context: InteractionContextType.BotDM }),
    ...(source ? { message: messagePayload(site, source, origin) } : {}),
    locale: 'en-US',
    app_permissions: '2147600384',
    entitlements: [],
    authorizing_integration_owners: {
      [ApplicationIntegrationType.GuildInstall]: guild?.id ?? '0',
    },
    attachment_size_limit: 10_485_760,
  };
}
