import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

type Sources = Readonly<Record<string, string>>;

interface Rule {
  name: string;
  /** One line for each violation, beginning with the file's path. */
  violations(sources: Sources): string[];
  /** Made-up sources that each break the rule, and some beside it that do not. */
  broken: Sources;
  fine: Sources;
}

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PLATFORM_FILES = ['index', 'listen', 'actor', 'render', 'form', 'register'];
const FORBIDDEN_NAMES = /(?:^|[-.])(?:utils?|helpers?|common|managers?|services?)$/;
const MODELS = 'coreweave|crusoe|prefect|coder';

const BELOW_VIEWS = ['core', 'db'];
const BELOW_COMMANDS = ['views', ...BELOW_VIEWS];
const SURFACE = ['platforms', 'commands', 'log', ...BELOW_COMMANDS];

/** The playground is one chat, and how a process starts is about its settings. */
const ABOUT_ONE_CHAT = /^test\/e2e\/(?:playground|start)\.test\.ts$/;

/** What each part of `src` may import. The port, `platforms/platform.ts`, is the part `platforms`. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  main: ['app', 'config', 'log'],
  app: [
    'config',
    'secret-key',
    'platforms/slack',
    'platforms/discord',
    'playground',
    'jobs',
    'http',
    'mail',
    ...SURFACE,
  ],
  'platforms/slack': SURFACE,
  'platforms/discord': SURFACE,
  playground: ['mail', ...SURFACE],
  jobs: ['mail', ...SURFACE],
  http: SURFACE,
  mail: ['platforms', 'log', ...BELOW_COMMANDS],
  platforms: BELOW_COMMANDS,
  commands: BELOW_COMMANDS,
  views: BELOW_VIEWS,
  core: ['db'],
  db: [],
  config: [],
  log: [],
  'secret-key': [],
};

function partOf(path: string): string {
  const [, first = '', second = ''] = path.split('/');
  if (first === 'platforms' && path.split('/').length > 3) return `${first}/${second}`;
  return first.replace(/\.\w+$/, '');
}

/** The source without its comments; what looks like a comment inside a string stays. */
function codeOf(source: string): string {
  return source.replace(
    /\/\*[\s\S]*?\*\/|(?<![:\\])\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g,
    (token) => (token.startsWith('/') ? ' ' : token),
  );
}

/** Every module that a source names, in imports of values and of types, static and dynamic. */
function importsOf(source: string): string[] {
  const patterns = [
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\b(?:import|require)\(\s*['"]([^'"]+)['"]/g,
  ];
  const code = codeOf(source);
  return patterns.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1] ?? ''));
}

const inFolder = (sources: Sources, pattern: RegExp) =>
  Object.entries(sources).filter(([path]) => pattern.test(path));

function matching(sources: Sources, where: RegExp, except: RegExp, what: RegExp): string[] {
  return inFolder(sources, where).flatMap(([path, source]) => {
    const found = except.test(path) ? null : codeOf(source).match(what);
    return found ? [`${path}: ${found[0].trim()}`] : [];
  });
}

const rules: readonly Rule[] = [
  {
    name: 'imports run main → app → surfaces → commands → views → core → db, and never back or across',
    violations: (sources) =>
      inFolder(sources, /^src\//).flatMap(([path, source]) =>
        importsOf(source)
          .filter((target) => target.startsWith('.'))
          .map((target) => partOf(posix.normalize(posix.join(posix.dirname(path), target))))
          .filter((part) => part !== partOf(path) && !MAY_IMPORT[partOf(path)]?.includes(part))
          .map((part) => `${path}: imports ${part}`),
      ),
    broken: {
      'src/core/a.ts': "import { card } from '../views/card.ts';",
      'src/views/a.ts': "import type { Command } from '../commands/command.ts';",
      'src/commands/a.ts': "export * from '../platforms/platform.ts';",
      'src/db/a.ts': "const { b } = await import('../core/b.ts');",
      'src/platforms/slack/a.ts': "import {\n  b,\n} from '../discord/b.ts';",
      'src/platforms/discord/a.ts': "import '../slack/b.ts';",
      'src/http/a.ts': "import { queue } from '../jobs/queue.ts';",
      'src/mail/a.ts': "import { send } from '../platforms/slack/send.ts';",
      'src/app.ts': "import { main } from './main.ts';",
      'src/core/b.ts': "export let config: import('../config.ts').Config;",
      'src/unknown/a.ts': "import { db } from '../db/client.ts';",
    },
    fine: {
      'src/platforms/slack/a.ts':
        "import type { Platform } from '../platform.ts';\nimport { x } from '../../core/x.ts';",
      'src/jobs/a.ts': "import { send } from '../mail/send.ts';\n// import { x } from '../http/x.ts';",
      'src/core/member/a.ts': "import { db } from '../../db/client.ts';\nimport { y } from '../y.ts';",
    },
  },
  {
    name: 'core, commands and views never name a platform',
    // `core/context.ts` has the type of the names.
    violations: (sources) =>
      matching(
        sources,
        /^src\/(?:core|commands|views)\//,
        /^src\/core\/context\.ts$/,
        /.*(?:slack|discord).*/i,
      ),
    broken: {
      'src/core/a.ts': "if (platform === 'slack') send();",
      'src/views/a.ts': "import type { Block } from '@slack/types';",
      'src/commands/a.ts': 'const text = `Open Discord and try again`;',
    },
    fine: { 'src/core/a.ts': '// On Discord the guild is no part of it.\nexport const a = 1;' },
  },
  {
    name: 'only db, core and jobs/queue.ts know the database library',
    violations: (sources) =>
      inFolder(sources, /^src\//).flatMap(([path, source]) =>
        /^src\/(?:db\/|core\/|jobs\/queue\.ts$)/.test(path)
          ? []
          : importsOf(source)
              .filter((target) => /^(?:drizzle-orm|postgres$|pg$|@electric-sql\/)/.test(target))
              .map((target) => `${path}: imports ${target}`),
      ),
    broken: {
      'src/http/a.ts': "import { sql } from 'drizzle-orm';",
      'src/jobs/deliver.ts': "import type { PgTable } from 'drizzle-orm/pg-core';",
      'src/app.ts': "import postgres from 'postgres';",
    },
    fine: {
      'src/jobs/queue.ts': "import { sql } from 'drizzle-orm';",
      'src/core/a.ts': "import { eq } from 'drizzle-orm';",
    },
  },
  {
    name: 'only config.ts reads the environment',
    violations: (sources) =>
      matching(
        sources,
        /^src\//,
        /^src\/config\.ts$/,
        /.*(?:\bprocess\??\.env\b|\bprocess\[|\}\s*=\s*process\b|['"](?:node:)?process['"]|\bloadEnvFile\b).*/,
      ),
    broken: {
      'src/app.ts': 'const port = process.env.PORT;',
      'src/core/a.ts': 'const { env } = process;',
      'src/http/a.ts': "import { env } from 'node:process';",
      'src/jobs/a.ts': "const port = process['env'].PORT;",
    },
    fine: {
      'src/config.ts': 'export const read = (env = process.env) => env;',
      'src/app.ts': 'process.uptime();',
    },
  },
  {
    name: 'only main.ts exits the process',
    violations: (sources) =>
      matching(sources, /^src\//, /^src\/main\.ts$/, /.*\bprocess\??\.(?:exit|abort|reallyExit|kill)\b.*/),
    broken: { 'src/app.ts': 'process.exit(1);', 'src/db/lock.ts': 'process.kill(process.pid);' },
    fine: { 'src/main.ts': 'process.exit(1);', 'src/app.ts': "// process.exit is main's" },
  },
  {
    name: 'no source is longer than 300 lines, no test longer than 400',
    violations: (sources) =>
      inFolder(sources, /^(?:src|test|bench|drizzle)\/.*\.[cm]?[jt]sx?$/).flatMap(([path, source]) => {
        const lines = source.trimEnd().split('\n').length;
        const limit = path.startsWith('src/') ? 300 : 400;
        return lines > limit ? [`${path}: ${lines} lines`] : [];
      }),
    broken: { 'src/core/a.ts': 'a;\n'.repeat(301), 'test/core/a.test.ts': 'a;\n'.repeat(401) },
    fine: { 'src/core/a.ts': 'a;\n'.repeat(300), 'test/core/a.test.ts': 'a;\n'.repeat(400) },
  },
  {
    name: 'nothing is called utils, helpers, common, manager or service',
    violations: (sources) =>
      Object.keys(sources).filter((path) =>
        path.split('/').some((name) => FORBIDDEN_NAMES.test(name.replace(/(?:\.test)?\.\w+$/, ''))),
      ),
    broken: {
      'src/utils/a.ts': '',
      'src/core/role-helpers.ts': '',
      'test/mail.service.ts': '',
      'src/common.ts': '',
    },
    fine: { 'src/core/service-account/rotate.ts': '', 'src/core/common-name.ts': '' },
  },
  {
    name: 'every platform answers the same questions in files of the same names',
    violations: (sources) => {
      const folders = new Set(
        Object.keys(sources).flatMap((path) => path.match(/^src\/platforms\/\w+(?=\/)/) ?? []),
      );
      return [...folders].flatMap((folder) =>
        PLATFORM_FILES.map((name) => `${folder}/${name}.ts`)
          .filter((path) => !(path in sources))
          .map((path) => `${path}: is missing`),
      );
    },
    broken: { 'src/platforms/slack/index.ts': '' },
    fine: Object.fromEntries(PLATFORM_FILES.map((name) => [`src/platforms/slack/${name}.ts`, ''])),
  },
  {
    name: 'a story is told to every chat and names none',
    violations: (sources) =>
      matching(sources, /^test\/(?:e2e|seeds)\//, ABOUT_ONE_CHAT, /.*(?:slack|discord).*/i),
    broken: {
      'test/e2e/a.test.ts': "import { startSlackSide } from '../support/slack-side.ts';",
      'test/seeds/a.test.ts': "if (platform === 'discord') return;",
    },
    fine: { 'test/e2e/a.test.ts': "describe.each(platforms)('a story, on $platform', () => {});" },
  },
  {
    name: "nothing asks for an access model's name",
    violations: (sources) =>
      matching(
        sources,
        /^src\//,
        /^src\/core\/access\/models\//,
        new RegExp(
          `.*(?:(?:[=!]==?\\s*|\\bcase\\s+|\\.(?:includes|startsWith|endsWith)\\(\\s*)['"\`](?:${MODELS})['"\`]|['"\`](?:${MODELS})['"\`]\\s*[=!]==?|\\bmodel(?:\\.(?:name|id))?\\s*[=!]==?\\s*['"\`]).*`,
        ),
      ),
    broken: {
      'src/core/a.ts': "if (organization.model === 'coder') refuse();",
      'src/commands/a.ts': "switch (model) {\n  case 'prefect':\n}",
      'src/views/a.ts': 'const word = "crusoe" != name;',
      'src/jobs/a.ts': "if (['coreweave'].length && name.includes('coreweave')) x();",
    },
    fine: { 'src/core/a.ts': "const fallback = 'prefect';\nif (model === undefined) refuse();" },
  },
];

function readSources(): Sources {
  const folders = ['src', 'test', 'bench', 'drizzle'].filter((folder) => existsSync(join(ROOT, folder)));
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name))),
  );
  return Object.fromEntries(
    files.map((path) => [path, /\.[cm]?[jt]sx?$/.test(path) ? readFileSync(join(ROOT, path), 'utf8') : '']),
  );
}

describe('the layout holds', () => {
  const sources = readSources();
  test('there are sources to look at', () => {
    expect(Object.keys(sources)).toContain('src/db/client.ts');
    expect(importsOf(sources['src/db/client.ts'] ?? '')).toEqual(
      expect.arrayContaining(['drizzle-orm/pg-core', './schema/index.ts', 'postgres', './result.ts']),
    );
  });
  test.each(rules)('$name', ({ violations }) => {
    expect(violations(sources)).toEqual([]);
  });
});

describe('each rule is seen to refuse what it forbids, and nothing else', () => {
  test.each(rules)('$name', ({ violations, broken, fine }) => {
    for (const [path, source] of Object.entries(broken)) {
      expect(violations({ [path]: source }), `${path} should be reported`).not.toEqual([]);
    }
    expect(violations(fine)).toEqual([]);
  });
});
