import { nearest } from '../core/nearest.ts';
import type { Arguments, Command, Root } from './command.ts';
import { normalise, type Token, tokenize } from './tokens.ts';

export type Parsed =
  | {
      kind: 'command';
      command: Command;
      args: Record<string, string>;
      errors: Record<string, string>;
      /** Values that look like a key misspelt: taken as they stand, and worth a word. */
      hints: string[];
    }
  /** A noun without a verb, or nothing at all that is a command: what could have been meant. */
  | { kind: 'noun'; noun: string; commands: Command[] }
  | { kind: 'unknown'; typed: string; near: Command[] };

/** The argument that every command in an organization takes besides its own. */
export const ORGANIZATION_KEY = 'org';

const find = (
  commands: readonly Command[],
  words: readonly string[],
): { command: Command; used: number } | undefined => {
  for (const used of [2, 1, 0]) {
    if (words.length < used) continue;
    const name = words.slice(0, used).join(' ');
    const command = commands.find((candidate) => candidate.name === name);
    if (command && (used > 0 || words.length === 0)) return { command, used };
  }
  return undefined;
};

/**
 * Typed text as a command with raw values (spec, section 4). `word:` is a key only if `word` is an argument of that
 * command; bare values fill the next required, then the next optional argument.
 */
export const parse = (all: readonly Command[], root: Root, text: string): Parsed => {
  const commands = all.filter((command) => command.root === root);
  const { tokens, unclosed } = tokenize(normalise(text));
  const words = tokens.slice(0, 2).map((token) => token.text.toLowerCase());
  const found = find(commands, words) ?? findBare(commands, tokens);
  if (!found) return unknown(commands, words);
  const given = tokens.slice(found.used);
  const { args, errors } = assign(found.command, given);
  if (unclosed) errors[ORGANIZATION_KEY] = 'A quote was opened and not closed.';
  return {
    kind: 'command',
    command: found.command,
    args,
    errors,
    hints: misspelt(found.command.args, given),
  };
};

const KEY_LIKE = /^((?:--)?([a-z][a-z-]{2,})(?:[:=](?!\/\/)|(?<=^--[a-z-]+)$))/i;

/** A key is one only if the command has it; `reasn:x` is a value, and hardly meant as one. */
const misspelt = (args: Arguments, tokens: readonly Token[]): string[] =>
  tokens.flatMap((token) => {
    const [sign, word] = KEY_LIKE.exec(token.text)?.slice(1) ?? [];
    if (token.quoted || word === undefined || keyOf(args, token)) return [];
    const keys = Object.keys(args).filter((key) => !args[key]?.hidden);
    const meant = nearest(word.toLowerCase(), [...keys, ORGANIZATION_KEY]);
    return meant === undefined
      ? []
      : [`\`${sign}\` is no argument here, so it was read as a value. Did you mean \`${meant}:\`?`];
  });

/** `/org org:acme`: only keys, so the bare command is meant. */
const findBare = (
  commands: readonly Command[],
  tokens: readonly Token[],
): { command: Command; used: number } | undefined => {
  const bare = commands.find((command) => command.name === '');
  return bare && tokens.every((token) => token.text.startsWith(`${ORGANIZATION_KEY}:`))
    ? { command: bare, used: 0 }
    : undefined;
};

const unknown = (commands: readonly Command[], words: readonly string[]): Parsed => {
  const [noun = '', verb = ''] = words;
  const ofNoun = commands.filter((command) => command.name.startsWith(`${noun} `));
  if (ofNoun.length > 0) {
    const named = ofNoun.map((command) => command.name.slice(noun.length + 1));
    const near = verb ? nearest(verb, named) : undefined;
    if (!near) return { kind: 'noun', noun, commands: ofNoun };
    return {
      kind: 'unknown',
      typed: words.join(' '),
      near: ofNoun.filter((c) => c.name === `${noun} ${near}`),
    };
  }
  const typed = words.join(' ');
  const nouns = [...new Set(commands.map((command) => command.name.split(' ')[0] ?? ''))].filter(Boolean);
  const nearNoun = nearest(noun, nouns);
  const candidates = commands.filter((command) => command.name.split(' ')[0] === nearNoun);
  const exact = candidates.find((command) => command.name === `${nearNoun} ${verb}`);
  const synonyms = commands.filter((command) => noun !== '' && command.name.split(' ').includes(noun));
  const near = exact ? [exact] : candidates.length > 0 ? candidates : synonyms;
  return { kind: 'unknown', typed, near: near.slice(0, 5) };
};

/** The key that a token begins with, if it is one of this command's. */
const keyOf = (args: Arguments, token: Token): { key: string; value: string } | undefined => {
  if (token.quoted) return undefined;
  const dashed = /^--([a-z][a-z-]*)(?:[=:](.*))?$/is.exec(token.text);
  const plain = /^([a-z][a-z-]*)[:=](.*)$/is.exec(token.text);
  const match = dashed ?? plain;
  const key = match?.[1]?.toLowerCase();
  const known =
    key !== undefined && (key === ORGANIZATION_KEY || (args[key] !== undefined && !args[key].hidden));
  return known ? { key, value: match?.[2] ?? '' } : undefined;
};

const assign = (
  command: Command,
  tokens: readonly Token[],
): { args: Record<string, string>; errors: Record<string, string> } => {
  const args: Record<string, string> = {};
  const errors: Record<string, string> = {};
  const bare: string[] = [];
  const typed = Object.entries(command.args).filter(([, argument]) => !argument.hidden);
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (!token) continue;
    const keyed = keyOf(command.args, token);
    if (keyed) {
      const flag = command.args[keyed.key]?.flag === true;
      const next = keyed.value === '' ? tokens[i + 1] : undefined;
      const takesNext =
        next !== undefined && !keyOf(command.args, next) && (!flag || /^(yes|no)$/i.test(next.text));
      if (takesNext) i++;
      args[keyed.key] = takesNext ? next.text : keyed.value === '' && flag ? 'yes' : keyed.value;
    } else if (!token.quoted && command.args[token.text.toLowerCase()]?.flag) {
      args[token.text.toLowerCase()] = 'yes';
    } else {
      bare.push(token.text);
    }
  }
  const open = typed.filter(([key]) => args[key] === undefined);
  const needed = ([, a]: (typeof open)[number]): boolean =>
    a.required && !a.unless?.some((key) => args[key] !== undefined);
  const order = [...open.filter(needed), ...open.filter(([, a]) => !a.required && !a.flag)];
  for (const value of bare) {
    const [slot] = order;
    if (!slot) {
      errors[ORGANIZATION_KEY] =
        `I don't know what \`${value.slice(0, 40)}\` is for. Words that belong together go in quotes.`;
      break;
    }
    const [key, argument] = slot;
    args[key] = args[key] === undefined ? value : `${args[key]} ${value}`;
    if (!argument.prose) order.shift();
  }
  return { args, errors };
};
