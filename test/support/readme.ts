import { readFile, writeFile } from 'node:fs/promises';
import { commandKey, commands } from '../../src/commands/index.ts';
import { modelNames, models } from '../../src/core/access/models/index.ts';
import { settingKeys } from '../../src/core/organization/settings.ts';
import { PERMISSIONS } from '../../src/platforms/discord/register.ts';
import { OPTIONAL_SCOPES, SCOPES } from '../../src/platforms/slack/register.ts';

const README = new URL('../../README.md', import.meta.url);

const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(...heads), row(...heads.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');

const code = (text: string): string => `\`${text}\``;

const commandTable = (): string => {
  const byRoot = [...commands].sort((a, b) => a.root.localeCompare(b.root));
  return table(
    ['Command', 'Arguments', 'Does', 'Who may'],
    byRoot.map((command) => [
      code(`/${commandKey(command)}`),
      Object.entries(command.args)
        .filter(([, { hidden }]) => !hidden)
        .map(([name, { required }]) => code(name) + (required ? '\\*' : ''))
        .join(' '),
      command.summary,
      command.may,
    ]),
  );
};

/** What a value means to a reader where nothing has been set. */
const fallbackOf = (key: keyof typeof settingKeys): string => {
  const { fallback, show } = settingKeys[key] as { fallback: unknown; show: (value: unknown) => string };
  return show(fallback);
};

const settingTable = (): string =>
  table(
    ['Key', 'Decides', 'Values', 'Unless set'],
    (Object.keys(settingKeys) as (keyof typeof settingKeys)[]).map((key) => {
      const setting: { says: string; values: string; operatorsOnly?: boolean; perWorkspace?: boolean } =
        settingKeys[key];
      const notes = [
        setting.operatorsOnly ? 'Operators set it.' : '',
        setting.perWorkspace ? 'Kept for the workspace in which it is typed.' : '',
      ];
      return [
        code(key),
        [`${setting.says}.`, ...notes].filter(Boolean).join(' '),
        setting.values,
        fallbackOf(key),
      ];
    }),
  );

const scopeTable = (): string =>
  table(
    ['Scope', 'Why', ''],
    [
      ...Object.entries(SCOPES).map(([scope, why]) => [code(scope), why, '']),
      ...Object.entries(OPTIONAL_SCOPES).map(([scope, why]) => [code(scope), why, 'optional']),
    ],
  );

const permissionTable = (): string =>
  table(
    ['Permission', 'Why'],
    Object.values(PERMISSIONS).map(({ title, why }) => [title, why]),
  );

const modelTable = (): string =>
  table(
    ['Model', 'For', 'Project is called', 'Organization roles', 'Project roles'],
    [...modelNames].map((name) => {
      const { title, words, roles, policies } = models[name];
      const custom = (scope: 'organization' | 'project') =>
        (policies.customRoles as readonly string[]).includes(scope) ? ['your own'] : [];
      const rolesOf = (scope: 'organization' | 'project') =>
        [
          ...roles.filter((role) => role.scope === scope).map((role) => code(role.name)),
          ...custom(scope),
        ].join(', ');
      return [code(name), title, words.project, rolesOf('organization'), rolesOf('project')];
    }),
  );

const tables: Readonly<Record<string, () => string>> = {
  commands: commandTable,
  settings: settingTable,
  scopes: scopeTable,
  permissions: permissionTable,
  models: modelTable,
};

/** The README with every table between its markers as the declarations have it now. */
export const withTables = (readme: string): string =>
  Object.entries(tables).reduce((text, [name, draw]) => {
    const [start, end] = [`<!-- table: ${name} -->\n`, '\n<!-- end -->'];
    const from = text.indexOf(start);
    const to = text.indexOf(end, from);
    if (from < 0 || to < 0) throw new Error(`README.md has no markers for the table of ${name}`);
    return text.slice(0, from + start.length) + draw() + text.slice(to);
  }, readme);

if (import.meta.main) await writeFile(README, withTables(await readFile(README, 'utf8')));
