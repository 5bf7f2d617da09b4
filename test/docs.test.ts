import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { commandKey, commands } from '../src/commands/index.ts';
import { type Parsed, parse } from '../src/commands/parse.ts';
import { readArgs } from '../src/commands/read-args.ts';
import { readConfig, settingNames } from '../src/config.ts';
import { withTables } from './support/readme.ts';

const pathOf = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const read = (path: string): string => readFileSync(pathOf(path), 'utf8');

const readme = read('README.md');
const pages = Object.fromEntries(
  ['README.md', 'CHANGELOG.md', 'bench/README.md'].map((path) => [path, read(path)]),
);
const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;

const inlineCode = (page: string): string[] =>
  [...page.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+(?:\n[^`\n]+)?)`/g)].map(
    ([, text = '']) => text.replaceAll('\n', ' '),
  );

const fencedLines = (page: string): string[] =>
  [...page.matchAll(/^ *```\w*\n([\s\S]*?)^ *```$/gm)].flatMap(([, text = '']) => text.split('\n'));

/** What a page tells people to type, wherever it stands. */
const typedIn = (page: string): string[] =>
  [...inlineCode(page), ...fencedLines(page)].filter((text) => /^\/(?:access|org)(?: |$)/.test(text));

const parsed = (typed: string): Parsed => {
  const [, root, text = ''] = /^\/(access|org) ?(.*)$/s.exec(typed) ?? [];
  if (root !== 'access' && root !== 'org') throw new Error(`${typed} is no command`);
  return parse(commands, root, text);
};

describe('the README says what the declarations say', () => {
  test('its tables of commands, settings and scopes are those of today; `npm run docs` rewrites them', () => {
    expect(readme).toBe(withTables(readme));
  });

  test('its table of the environment has every setting once, in order', () => {
    const [, section = ''] = readme.split('\n## Settings of the installation\n');
    const rows = section.split('\n## ')[0]?.matchAll(/^\| `([A-Z_]+)` \| (.*?) \|/gm) ?? [];
    const table = new Map([...rows].map(([, name = '', unless = '']) => [name, unless]));
    expect([...table.keys()]).toEqual(settingNames);
    const config = readConfig({});
    expect([...table].filter(([, unless]) => /^`[^`]+`$/.test(unless))).toEqual([
      ['PORT', `\`${config.port}\``],
      ['TRUST_PROXY', `\`${config.trustProxy ? 'yes' : 'no'}\``],
      ['DATA_DIR', `\`${config.database.dataDir}\``],
      ['CREATE_ORGANIZATIONS', `\`${config.createOrganizations}\``],
      ['KUBERNETES_NAMESPACE', `\`${config.kubernetesNamespace}\``],
      ['LOG_LEVEL', `\`${config.logLevel}\``],
    ]);
  });

  test('the manifest offers the roots of the declared commands', () => {
    const manifest = parseYaml(read('manifest.yml')) as {
      features: { slash_commands: { command: string; usage_hint: string }[] };
    };
    const offered = manifest.features.slash_commands;
    expect(offered.map(({ command }) => command).sort()).toEqual(
      [...new Set(commands.map(({ root }) => `/${root}`))].sort(),
    );
    for (const { command, usage_hint } of offered) {
      expect(parsed(`${command} ${usage_hint}`), usage_hint).toMatchObject({ kind: 'command', errors: {} });
    }
  });
});

describe.each(Object.entries(pages))('%s', (path, page) => {
  test('names only files that exist', () => {
    const linked = [...page.matchAll(/\]\((?!https?:|#)([^)\s]+)\)/g)].map(([, target = '']) => target);
    const named = [...inlineCode(page), ...fencedLines(page).flatMap((line) => line.split(/\s+/))]
      .filter((text) =>
        /^(?:src|test|bench|drizzle|docs|\.ci)\/|^[\w-]+\.(?:ts|md|yml|json)$|^LICENSE$/.test(text),
      )
      .map((text) => text.replace(/[:,;.]$/, ''));
    const folder = path.includes('/') ? `${path.slice(0, path.lastIndexOf('/'))}/` : '';
    // Of a path with a blank to fill in, such as src/jobs/<job>.ts, the folder is what must be there.
    const missing = [...linked.map((target) => folder + target), ...named]
      .map((file) => (file.includes('<') ? file.slice(0, file.indexOf('<')).replace(/[^/]*$/, '') : file))
      .filter((file) => !existsSync(pathOf(file)));
    expect(missing).toEqual([]);
  });

  test('shows only commands that are understood', () => {
    for (const typed of typedIn(page)) {
      expect(parsed(typed), typed).toMatchObject({ kind: 'command', errors: {} });
    }
  });

  test('names only settings and scripts that exist', () => {
    const forTests = readdirSync(pathOf('test/support'), { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .flatMap(({ name }) => [...read(`test/support/${name}`).matchAll(/process\.env\.([A-Z_]+)/g)])
      .map(([, name = '']) => name);
    const known = new Set([...settingNames, ...forTests, 'NODE_ENV']);
    const named = [...page.matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g)].map(([name]) => name);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
    const run = [...page.matchAll(/\bnpm run ([\w-]+)/g)].map(([, name = '']) => name);
    expect(run.filter((name) => !(name in scripts))).toEqual([]);
  });

  test('names no path of anybody’s machine and no package registry', () => {
    expect(page).not.toMatch(/\/(?:work|home|root|Users|tmp)\/|registry\.|verdaccio|artifactory/i);
  });
});

test('the README shows enough commands for the tests above to mean something', () => {
  expect(typedIn(readme).length).toBeGreaterThan(commands.length);
});

test('the picture is there, described, and small', () => {
  const [, alt = '', path = ''] = /!\[([^\]]*)\]\((docs\/[^)]+\.png)\)/.exec(readme) ?? [];
  expect(alt.length).toBeGreaterThan(50);
  const bytes = readFileSync(pathOf(path));
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  expect(statSync(pathOf(path)).size).toBeLessThan(300_000);
});

describe('every declared example works when pasted', () => {
  test.each(commands.map((command) => [command.example, command] as const))('%s', (example, command) => {
    const read = parsed(example);
    if (read.kind !== 'command') throw new Error(`understood as ${read.kind}`);
    expect(commandKey(read.command)).toBe(commandKey(command));
    expect(read.errors).toEqual({});
    expect(Object.keys(command.args)).toEqual(expect.arrayContaining(Object.keys(read.args)));
    const values = readArgs(command, { command: commandKey(command), args: read.args });
    expect(values).not.toHaveProperty('errors');
    const required = Object.keys(command.args).filter((name) => command.args[name]?.required);
    expect(Object.keys(read.args)).toEqual(expect.arrayContaining(required));
  });
});
