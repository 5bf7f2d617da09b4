import { ApplicationCommandType, ComponentType, InteractionType } from 'discord-api-types/v10';
import { kindOf } from './check-commands.ts';
import { flattened } from './check-components.ts';
import { commandData, menuIn, NotSendable, type Offered } from './command-options.ts';
import type { FakeDiscord } from './discord.ts';
import type { Interaction } from './interactions.ts';
import { messagePayload } from './messages.ts';
import { type Shape, shapeOf, shapesOf, stringOf } from './shape.ts';
import { type Channel, channelPayload, type Message, memberOf, type Person } from './site.ts';

export type Values = Readonly<Record<string, string>>;

/** What people do in Discord, as its client lets them. */
export interface Acts {
  person(name: string): Person;
  channel(name: string): Channel;
  command(name: string, channel: string, offered: Offered, values: Values): Promise<Interaction>;
  /** What the option that is being typed into offers. */
  complete(
    name: string,
    channel: string,
    offered: Offered,
    values: Values,
    focused: string,
  ): Promise<Shape[]>;
  onPerson(name: string, channel: string, menu: string, target: string): Promise<Interaction>;
  onMessage(name: string, menu: string, message: Message): Promise<Interaction>;
  /** Presses a button, or picks values of a select. */
  use(name: string, message: Message, control: Shape, values?: readonly string[]): Promise<Interaction>;
  /** Sends the window in front; `values` by the custom ids of its fields, what is not named stays as it is. */
  submit(name: string, values: Readonly<Record<string, string | readonly string[]>>): Promise<Interaction>;
}

export function createActs(fake: FakeDiscord): Acts {
  const { site, guild } = fake;

  const person = (name: string): Person => {
    const found = site.people.get(name);
    if (!found) throw new Error(`nobody is called ${name}`);
    return found;
  };
  const channel = (name: string): Channel => {
    const found = [...site.channels.values()].find((one) => one.guild === guild && one.name === name);
    if (!found) throw new Error(`there is no #${name}`);
    return found;
  };
  const inGuild = (name: string): Person => {
    const found = person(name);
    if (!guild.members.has(found.user.id)) throw new NotSendable(`${name} is not in the guild`);
    return found;
  };
  const menu = (target: string, resolved: Shape, named: Shape): Shape => ({
    id: named.id,
    name: named.name,
    type: kindOf(named),
    target_id: target,
    resolved,
  });

  return {
    person,
    channel,
    command: async (name, where, offered, values) =>
      fake.perform({
        type: InteractionType.ApplicationCommand,
        data: commandData(offered, values),
        person: inGuild(name),
        channel: channel(where),
      }),
    complete: async (name, where, offered, values, focused) => {
      const option = offered.options.find((one) => one.name === focused);
      if (option?.autocomplete !== true) return shapesOf(option?.choices);
      const { choices = [] } = await fake.perform({
        type: InteractionType.ApplicationCommandAutocomplete,
        data: commandData(offered, values, focused),
        person: inGuild(name),
        channel: channel(where),
      });
      return choices;
    },
    onPerson: async (name, where, called, target) => {
      const { user, ...member } = memberOf(person(target));
      const resolved = { users: { [user.id]: user }, members: { [user.id]: member } };
      return fake.perform({
        type: InteractionType.ApplicationCommand,
        data: menu(user.id, resolved, menuIn(site, guild.id, called)),
        person: inGuild(name),
        channel: channel(where),
      });
    },
    onMessage: async (name, called, message) => {
      const payload = messagePayload(site, message, fake.apiUrl.replace('/api', ''));
      const named = menuIn(site, guild.id, called);
      if (kindOf(named) !== ApplicationCommandType.Message)
        throw new NotSendable(`"${called}" is for people`);
      return fake.perform({
        type: InteractionType.ApplicationCommand,
        data: menu(message.id, { messages: { [message.id]: payload } }, named),
        person: inGuild(name),
        channel: message.channel,
      });
    },
    use: async (name, message, control, values) => {
      if (control.disabled === true) throw new NotSendable('That cannot be pressed');
      return fake.perform({
        type: InteractionType.MessageComponent,
        data: {
          custom_id: control.custom_id,
          component_type: control.type,
          id: control.id ?? 0,
          ...(values ? { values } : {}),
        },
        person: person(name),
        channel: message.channel,
        source: message,
      });
    },
    submit: async (name, values) => {
      const { user } = person(name);
      const modal = site.modals.get(user.id);
      if (!modal) throw new Error(`${name} has no window open`);
      const channels: Record<string, unknown> = {};
      const components = modal.components.map((one, index) => {
        const field = shapeOf(one.component);
        if (one.type !== ComponentType.Label) return { type: one.type, id: index + 1 };
        return {
          type: one.type,
          id: index + 1,
          component: filledIn(field, values[stringOf(field.custom_id)]),
        };
      });
      for (const { type, values: ids } of flattened(components)) {
        if (type !== ComponentType.ChannelSelect || !Array.isArray(ids)) continue;
        for (const id of ids) {
          const named = site.channels.get(id);
          if (named) channels[id] = channelPayload(named);
        }
      }
      const sent = await fake.perform({
        type: InteractionType.ModalSubmit,
        data: { custom_id: modal.customId, components, resolved: { channels } },
        person: person(name),
        channel: modal.channel,
        ...(modal.message ? { source: modal.message } : {}),
      });
      if (site.modals.get(user.id) === modal) site.modals.delete(user.id);
      site.changed();
      return sent;
    },
  };
}

/** One field as the client sends it. @throws NotSendable where the client would mark it red */
function filledIn(field: Shape, given: string | readonly string[] | undefined): Shape {
  const { type, custom_id } = field;
  const required = field.required !== false;
  const base = { type, id: 0, custom_id };
  if (type === ComponentType.TextInput) {
    const value = given === undefined ? stringOf(field.value) : String(given);
    const { min_length: min = 0, max_length: max = 4_000 } = field;
    if (required && value === '') throw new NotSendable(`"${String(custom_id)}" is required`);
    if (value.length > Number(max) || (value !== '' && value.length < Number(min))) {
      throw new NotSendable(`"${String(custom_id)}" takes ${min} to ${max} characters`);
    }
    return { ...base, value };
  }
  if (type === ComponentType.Checkbox) {
    const value = given === undefined ? field.default === true : given !== '' && given !== 'no';
    return { ...base, value };
  }
  const options = shapesOf(field.options);
  const defaults = options.filter((option) => option.default === true).map(({ value }) => stringOf(value));
  const already = shapesOf(field.default_values).map(({ id }) => stringOf(id));
  const wanted = given === undefined ? [...defaults, ...already] : [given].flat().filter((one) => one !== '');
  const min = Number(field.min_values ?? 1);
  if (wanted.length < (required ? Math.max(1, min) : 0) || wanted.length > Number(field.max_values ?? 1)) {
    throw new NotSendable(`"${String(custom_id)}" takes ${min} to ${String(field.max_values ?? 1)} choices`);
  }
  if (type === ComponentType.RadioGroup) return { ...base, value: wanted[0] ?? null };
  for (const one of wanted) {
    if (options.length > 0 && !options.some(({ value }) => value === one)) {
      throw new NotSendable(`"${String(custom_id)}" offers no ${one}`);
    }
  }
  return { ...base, values: wanted };
}
