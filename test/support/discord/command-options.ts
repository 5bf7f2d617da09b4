import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import { CannotSend } from '../side.ts';
import { kindOf } from './check-commands.ts';
import { type Shape, shapesOf, stringOf } from './shape.ts';
import type { Site } from './site.ts';

const { Subcommand, SubcommandGroup, Boolean: YesNo } = ApplicationCommandOptionType;

/** No such command, no such option, a value that is no choice: the client shows it red. */
export class NotSendable extends CannotSend {
  override readonly name = 'NotSendable';
}

export interface Offered {
  command: Shape;
  /** The group and subcommand, from the outside. */
  path: Shape[];
  options: Shape[];
}

const registered = (site: Site, guildId: string): Shape[] => [
  ...(site.commands.get('global') ?? []),
  ...(site.commands.get(guildId) ?? []),
];

/** Every command that the client offers in a guild, each with the words that lead to it. */
export function offeredIn(site: Site, guildId: string): (Offered & { words: string[] })[] {
  const walk = (command: Shape, path: Shape[], level: Shape): (Offered & { words: string[] })[] => {
    const options = shapesOf(level.options);
    const branches = options.filter(({ type }) => type === Subcommand || type === SubcommandGroup);
    if (branches.length > 0) return branches.flatMap((branch) => walk(command, [...path, branch], branch));
    const words = [command, ...path].map(({ name }) => stringOf(name));
    return [{ command, path, options, words }];
  };
  return registered(site, guildId)
    .filter((command) => kindOf(command) === 1)
    .flatMap((command) => walk(command, [], command));
}

export function menuIn(site: Site, guildId: string, name: string): Shape {
  const found = registered(site, guildId).find((one) => one.name === name && kindOf(one) !== 1);
  if (!found) throw new NotSendable(`The menu has no "${name}"`);
  return found;
}

/** The interaction's `data` for a command with these values. @throws NotSendable */
export function commandData(
  offered: Offered,
  values: Readonly<Record<string, string>>,
  focused?: string,
): Shape {
  const filled = Object.entries(values).map(([name, value]) => {
    const option = offered.options.find((one) => one.name === name);
    if (!option) throw new NotSendable(`${nameOf(offered)} has no option ${name}`);
    const sent = name === focused ? value : checkValue(offered, option, value);
    return { type: option.type, name, value: sent, ...(name === focused ? { focused: true } : {}) };
  });
  for (const { name, required } of offered.options) {
    if (required === true && !(stringOf(name) in values) && focused === undefined) {
      throw new NotSendable(`${nameOf(offered)} needs ${String(name)}`);
    }
  }
  const nested = [...offered.path]
    .reverse()
    .reduce<Shape[]>((options, { type, name }) => [{ type, name, options }], filled);
  const { id, name, type, guild_id } = offered.command;
  return { id, name, type, options: nested, ...(guild_id ? { guild_id } : {}) };
}

const nameOf = ({ command, path }: Offered): string =>
  `/${[command, ...path].map(({ name }) => stringOf(name)).join(' ')}`;

function checkValue(offered: Offered, option: Shape, value: string): string | boolean {
  const at = `${nameOf(offered)} ${stringOf(option.name)}`;
  const choices = shapesOf(option.choices);
  if (choices.length > 0) {
    const chosen = choices.find((choice) => [choice.name, choice.value].includes(value));
    if (!chosen) throw new NotSendable(`${at} offers no ${value}`);
    return stringOf(chosen.value);
  }
  if (option.type === YesNo) {
    if (!/^(yes|no)$/.test(value)) throw new NotSendable(`${at} is yes or no`);
    return value === 'yes';
  }
  const { min_length: min = 0, max_length: max = 6_000 } = option;
  if (value.trim() === '') throw new NotSendable(`${at} is empty`);
  if (value.length < Number(min) || value.length > Number(max)) {
    throw new NotSendable(`${at} takes ${min} to ${max} characters`);
  }
  return value;
}
