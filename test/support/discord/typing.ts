import { commands } from '../../../src/commands/index.ts';
import { parse } from '../../../src/commands/parse.ts';
import { NotSendable, type Offered, offeredIn } from './command-options.ts';
import type { FakeDiscord } from './discord.ts';
import { stringOf } from './shape.ts';

/** What stands for a root alone: Discord has no command that has subcommands and is one itself. */
const BARE = { access: 'home', org: 'show' } as const;

/**
 * A line of a story as somebody fills it in: the command from those that are registered, and each value in the option
 * that it is meant for. Bare values go where the declarations would have them.
 * @throws NotSendable where the client has no such command, or no place for a value
 */
export function filledIn(
  fake: FakeDiscord,
  line: string,
): { offered: Offered; values: Record<string, string> } {
  const [, root, rest = ''] = /^\/(access|org)(?:\s+(.*))?$/s.exec(line.trim()) ?? [];
  if (root !== 'access' && root !== 'org') throw new NotSendable(`There is no command in ${line}`);
  const parsed = parse(commands, root, withIds(fake, rest));
  if (parsed.kind !== 'command') throw new NotSendable(`There is no command in ${line}`);
  const [wrong] = Object.values(parsed.errors);
  if (wrong) throw new NotSendable(wrong);
  const words = [root, parsed.command.name || BARE[root]].join(' ');
  const offered = offeredIn(fake.site, fake.guild.id).find((one) => one.words.join(' ') === words);
  if (!offered) throw new NotSendable(`No /${words} is registered`);
  return { offered, values: parsed.args };
}

/** The client puts the ids where somebody picks a person or a channel. */
export const withIds = ({ site, guild }: FakeDiscord, text: string): string =>
  text
    .replace(/(^|[\s:,"])@([\w-]+)/g, (whole, before: string, name: string) => {
      const person = site.people.get(name);
      return person ? `${before}<@${person.user.id}>` : whole;
    })
    .replace(/(^|[\s:,"])#([\w-]+)/g, (whole, before: string, name: string) => {
      const channel = [...site.channels.values()].find((one) => one.guild === guild && one.name === name);
      return channel ? `${before}<#${channel.id}>` : whole;
    });

/** What is offered for an option, by the values that its choices stand for. */
export const valuesOf = (choices: readonly Readonly<Record<string, unknown>>[]): string[] =>
  choices.map(({ value }) => stringOf(value));
