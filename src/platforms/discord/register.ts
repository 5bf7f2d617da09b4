import { isDeepStrictEqual } from 'node:util';
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  PermissionFlagsBits,
  type REST,
  type RESTPutAPIApplicationCommandsJSONBody,
  Routes,
} from 'discord.js';
import type { Argument } from '../../commands/argument.ts';
import type { Command, Root } from '../../commands/command.ts';
import { commands } from '../../commands/index.ts';
import { ORGANIZATION_KEY } from '../../commands/parse.ts';
import * as limits from './limits.ts';

type Registered = RESTPutAPIApplicationCommandsJSONBody[number];
interface Option {
  type: number;
  name: string;
  description: string;
  autocomplete?: boolean;
  choices?: { name: string; value: string }[];
  options?: Option[];
}

export const ROOTS: Readonly<Record<Root, string>> = {
  access: 'Your access',
  org: 'Run an organization',
};

/** What the bot asks for where it is added, each with what it is for: the README's table says the same. */
export const PERMISSIONS = {
  ViewChannel: { title: 'View Channels', why: 'see the channels that it is to post to' },
  SendMessages: { title: 'Send Messages', why: 'post approval cards and reports' },
  SendMessagesInThreads: { title: 'Send Messages in Threads', why: 'the same where the channel is a thread' },
  EmbedLinks: { title: 'Embed Links', why: 'show the cards that its messages are made of' },
  AttachFiles: { title: 'Attach Files', why: 'send exports and the picture of a drift report' },
  ReadMessageHistory: { title: 'Read Message History', why: 'change its own cards when they are decided' },
} as const satisfies Partial<Record<keyof typeof PermissionFlagsBits, { title: string; why: string }>>;

/** The same as the number in the address by which it is added. */
export const permissionBits = (): bigint =>
  (Object.keys(PERMISSIONS) as (keyof typeof PERMISSIONS)[]).reduce(
    (bits, name) => bits | PermissionFlagsBits[name],
    0n,
  );

/** The menus on a person and on a message, and what choosing them does. */
export const MENUS = { person: 'Show access', message: 'Request access' } as const;

/** How much of a message becomes the reason of a request. */
export const MESSAGE_REASON = 1_000;

/** Guilds alone, and for everybody in them: who may do what is decided here, and never by the server's settings. */
const everywhere = {
  contexts: [InteractionContextType.Guild],
  integration_types: [ApplicationIntegrationType.GuildInstall],
};

/** Nothing is required in Discord's sense: what is missing opens a form. */
const optionOf = (name: string, { short, input }: Argument): Option => {
  const choices = input.kind === 'choice' ? input.options : [];
  return {
    type: ApplicationCommandOptionType.String,
    name,
    description: short,
    ...(input.kind === 'search' || choices.length > limits.CHOICES ? { autocomplete: true } : {}),
    ...(choices.length > 0 && choices.length <= limits.CHOICES
      ? { choices: choices.map(({ value, label }) => ({ name: label.slice(0, limits.CHOICE_TEXT), value })) }
      : {}),
  };
};

const ORGANIZATION: Option = {
  type: ApplicationCommandOptionType.String,
  name: ORGANIZATION_KEY,
  description: 'Its short name',
  autocomplete: true,
};

const subcommand = (name: string, command: Command): Option => ({
  type: ApplicationCommandOptionType.Subcommand,
  name,
  description: command.summary,
  options: [
    ...Object.entries(command.args)
      .filter(([, argument]) => !argument.hidden)
      .map(([key, argument]) => optionOf(key, argument)),
    ...(command.needs === 'organization' && !command.args[ORGANIZATION_KEY] ? [ORGANIZATION] : []),
  ],
});

/** A root's commands: one word is a subcommand, two are one in a group. */
const rootOf = (root: Root): Option[] => {
  const groups = new Map<string, Option>();
  const options: Option[] = [];
  for (const command of commands) {
    const [first = '', second] = command.name.split(' ');
    if (command.root !== root || first === '') continue;
    if (second === undefined) {
      options.push(subcommand(first, command));
      continue;
    }
    const group = groups.get(first) ?? {
      type: ApplicationCommandOptionType.SubcommandGroup,
      name: first,
      description: first,
      options: [],
    };
    if (!groups.has(first)) options.push(group);
    groups.set(first, group);
    group.options?.push(subcommand(second, command));
  }
  return options;
};

/** What Discord counts of a command: names, descriptions and values of everything in it. */
export const charactersOf = ({ name, description, options = [], choices = [] }: Option): number =>
  name.length +
  description.length +
  options.reduce((sum, option) => sum + charactersOf(option), 0) +
  choices.reduce((sum, choice) => sum + choice.name.length + choice.value.length, 0);

const optionsIn = (option: Option): Option[] => [option, ...(option.options ?? []).flatMap(optionsIn)];

/** Where a root's words are too many, its longest lists of choices are offered while one types instead. */
export function fitRoot(root: Option, most = limits.COMMAND_CHARACTERS): Option {
  const fitted = structuredClone(root);
  const listing = optionsIn(fitted).filter(({ choices }) => choices !== undefined);
  const size = ({ choices = [] }: Option) => charactersOf({ type: 0, name: '', description: '', choices });
  for (const option of listing.sort((a, b) => size(b) - size(a))) {
    if (charactersOf(fitted) <= most) break;
    delete option.choices;
    option.autocomplete = true;
  }
  return fitted;
}

/** Everything that is registered, out of the declarations. */
export const registration = (): Registered[] => {
  const roots = (Object.keys(ROOTS) as Root[]).map((root) => ({
    ...fitRoot({
      type: ApplicationCommandType.ChatInput,
      name: root,
      description: ROOTS[root],
      options: rootOf(root),
    }),
    ...everywhere,
  }));
  return [
    ...roots,
    { type: ApplicationCommandType.User, name: MENUS.person, ...everywhere },
    { type: ApplicationCommandType.Message, name: MENUS.message, ...everywhere },
  ] as Registered[];
};

/** Tells Discord our commands where it has others: it counts how often an application does so. */
export async function register(rest: REST, applicationId: string): Promise<boolean> {
  const route = Routes.applicationCommands(applicationId);
  const wanted = registration();
  const there = (await rest.get(route)) as unknown[];
  if (isDeepStrictEqual(there.map(essence), wanted.map(essence))) return false;
  await rest.put(route, { body: wanted });
  return true;
}

const KEPT = [
  'type',
  'name',
  'description',
  'autocomplete',
  'choices',
  'options',
  'contexts',
  'integration_types',
  'value',
];

/** What we have said of a command, without what Discord adds to it. */
function essence(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(essence);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([name, item]) =>
      KEPT.includes(name) && item !== '' && item !== false && !(Array.isArray(item) && item.length === 0),
  );
  return Object.fromEntries(kept.map(([name, item]) => [name, essence(item)]).sort());
}
