import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Root } from '../../src/commands/command.ts';
import { commandKey, commands } from '../../src/commands/index.ts';
import { parse } from '../../src/commands/parse.ts';

const typed = (line: string) => {
  const [, root = 'access', text = ''] = /^\/(access|org)\s*(.*)$/s.exec(line) ?? [];
  return parse(commands, root as Root, text);
};
const argsOf = (line: string): Record<string, string> => {
  const parsed = typed(line);
  if (parsed.kind !== 'command') throw new Error(`${line} is ${parsed.kind}`);
  return { command: commandKey(parsed.command), ...parsed.args, ...parsed.errors };
};

const ROLE = 'org member role';
const NEW = 'access request new';

describe('the grammar of what is typed', () => {
  test.each([
    ['keys', '/org member role user:dana@example.com role:admin for:7d', ROLE, 'admin'],
    ['keys in any order', '/org member role for:7d role:admin user:dana@example.com', ROLE, 'admin'],
    ['bare values in their order', '/org member role dana@example.com admin 7d', ROLE, 'admin'],
    ['bare values beside keys', '/org member role role:admin dana@example.com for:7d', ROLE, 'admin'],
    ['key=value', '/org member role user=dana@example.com role=admin for=7d', ROLE, 'admin'],
    ['--key value', '/org member role --user dana@example.com --role admin --for 7d', ROLE, 'admin'],
    ['--key=value', '/org member role --user=dana@example.com --role=admin --for=7d', ROLE, 'admin'],
    ['what phones make of --', '/org member role —user dana@example.com –role admin —for 7d', ROLE, 'admin'],
    ['a space after the colon', '/org member role user: dana@example.com role: admin for: 7d', ROLE, 'admin'],
    ['capitals in words and keys', '/org Member ROLE User:dana@example.com Role:admin FOR:7d', ROLE, 'admin'],
    ['more than one space', '/org  member   role  dana@example.com   admin  7d', ROLE, 'admin'],
    ['line breaks', '/org member role\ndana@example.com\nadmin\n7d', ROLE, 'admin'],
    ['quotes', '/org member role "dana@example.com" "admin" "7d"', ROLE, 'admin'],
    ['curly quotes', '/org member role user:“dana@example.com” role:„admin“ “7d”', ROLE, 'admin'],
    [
      'addresses as Slack escapes them',
      '/org member role user:<mailto:dana@example.com|dana@example.com> admin 7d',
      ROLE,
      'admin',
    ],
  ])('takes %s', (_, line, command, role) => {
    expect(argsOf(line)).toEqual({ command, user: 'dana@example.com', role, for: '7d' });
  });

  test('a key that is misspelt is read as a value, and said to be one', () => {
    const parsed = typed('/access request new developer search-prod reasn:INC-7');
    expect(parsed).toMatchObject({
      args: { for: 'reasn:INC-7' },
      hints: [expect.stringContaining('`reason:`')],
    });
    expect(typed('/access request new developer --reasn INC-7')).toMatchObject({
      hints: [expect.stringContaining('Did you mean `reason:`?')],
    });
    expect(typed('/access request new developer reasn=INC-7')).toMatchObject({
      hints: [expect.stringContaining('Did you mean `reason:`?')],
    });
    expect(typed('/org role create pods permissions:w:pods')).toMatchObject({ hints: [] });
    expect(typed('/org token create ci project:alpha:runner role:x')).toMatchObject({ hints: [] });
  });

  test.each([
    ['a mention', '/org member show <@U0123ABCD|dana>', { command: 'org member show', user: '<@U0123ABCD>' }],
    [
      'a channel',
      '/org settings set approvals-channel <#C0123ABCD|ops>',
      { command: 'org settings set', key: 'approvals-channel', value: '<#C0123ABCD>' },
    ],
    [
      'a list with escaped addresses',
      '/org invite send <mailto:a@example.com|a@example.com>,<mailto:b@example.com|b@example.com>',
      { command: 'org invite send', email: 'a@example.com,b@example.com' },
    ],
    [
      'a list of projects with roles',
      '/org invite send a@example.com project:alpha:developer,beta:read-only',
      { command: 'org invite send', email: 'a@example.com', project: 'alpha:developer,beta:read-only' },
    ],
    [
      'role:none',
      '/org member role dana@example.com role:none',
      { command: ROLE, user: 'dana@example.com', role: 'none' },
    ],
    [
      'a word with a colon that is no key of this command',
      '/org role show w:pods',
      { command: 'org role show', role: 'w:pods' },
    ],
    [
      'a key of this command inside quotes as a value',
      '/access request new developer reason:"role:admin, please"',
      { command: NEW, role: 'developer', reason: 'role:admin, please' },
    ],
    [
      'a quoted value that looks like a key',
      '/org project create "project:x"',
      { command: 'org project create', project: 'project:x' },
    ],
    [
      'quotes inside a quoted value',
      '/access request new developer reason:"she said \\"now\\""',
      { command: NEW, role: 'developer', reason: 'she said "now"' },
    ],
    [
      'the words of a reason that nobody quoted',
      '/access request deny REQ-7 use the runbook instead',
      { command: 'access request deny', request: 'REQ-7', reason: 'use the runbook instead' },
    ],
    [
      'what Slack escapes in a reason',
      '/access request deny REQ-7 &lt;3 &amp; more',
      { command: 'access request deny', request: 'REQ-7', reason: '<3 & more' },
    ],
    ['org: on every command', '/org member list org:acme', { command: 'org member list', org: 'acme' }],
    ['org: on the bare command', '/org org:acme', { command: 'org', org: 'acme' }],
  ])('takes %s', (_, line, expected) => {
    expect(argsOf(line)).toEqual(expected);
  });

  test('a value too many is not swallowed, and an open quote is said', () => {
    expect(argsOf('/org project create alpha beta').org).toContain('`beta`');
    expect(argsOf('/access request new developer reason:"never closed').org).toContain('quote');
  });

  test.each([
    ['/org membr list', 'org member list'],
    ['/org member lst', 'org member list'],
    ['/access reqest new', NEW],
    ['/org remove', 'org member remove'],
  ])('%s is unknown, and %s is near', (line, near) => {
    const parsed = typed(line);
    expect(parsed.kind === 'unknown' && parsed.near.map(commandKey)).toContain(near);
  });

  test('a noun alone offers its verbs', () => {
    const parsed = typed('/org member');
    expect(parsed.kind === 'noun' && parsed.commands.map(commandKey)).toContain('org member deactivate');
  });

  test.each(commands.map((command) => [command.example, command] as const))(
    '%s works as printed',
    (line, command) => {
      const parsed = typed(line);
      expect(parsed).toMatchObject({ kind: 'command', errors: {} });
      expect(parsed.kind === 'command' && parsed.command).toBe(command);
    },
  );
});

describe('whatever is typed', () => {
  const root = fc.constantFrom<Root>('access', 'org');
  const words = fc.constantFrom(...commands.map(({ name }) => name));

  test('is never an exception', () => {
    fc.assert(
      fc.property(
        root,
        fc.option(words, { nil: '' }),
        fc.string({ unit: 'binary', maxLength: 300 }),
        (at, name, rest) => {
          expect(['command', 'noun', 'unknown']).toContain(parse(commands, at, `${name} ${rest}`).kind);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('never loses or changes a quoted value', () => {
    const value = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 80 })
      .map((text) =>
        text
          .replace(/[“”„‟«»‘’]/g, '')
          .replace(/\s+/g, ' ')
          .replace(/[<>&—–]/g, '')
          .trim(),
      )
      .filter((text) => text !== '');
    fc.assert(
      fc.property(value, (reason) => {
        const quoted = reason.replace(/["\\]/g, '\\$&');
        expect(argsOf(`/access request deny REQ-1 reason:"${quoted}"`)).toEqual({
          command: 'access request deny',
          request: 'REQ-1',
          reason,
        });
      }),
      { numRuns: 1_000 },
    );
  });

  test('a name that is no key of any command stays part of its value', () => {
    const word = fc.stringMatching(/^[a-z]{1,10}$/).filter((text) => !['role', 'org'].includes(text));
    fc.assert(
      fc.property(word, word, (key, value) => {
        expect(argsOf(`/org role show ${key}:${value}`)).toEqual({
          command: 'org role show',
          role: `${key}:${value}`,
        });
      }),
    );
  });
});
