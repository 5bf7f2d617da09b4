import type { Block, Card } from './card.ts';
import { act, button } from './parts.ts';
import { card } from './plain.ts';

interface Described {
  root: string;
  name: string;
  summary: string;
  details: string;
  example: string;
  may: string;
  permission?: string;
  args: Readonly<
    Record<string, { label: string; hint?: string; required: boolean; hidden?: boolean; list?: boolean }>
  >;
}

export interface HelpData {
  commands: readonly Described[];
  linked: boolean;
  operator: boolean;
  organizations: readonly { name: string; role: string | undefined; administers: boolean }[];
}

const key = (command: Described): string => `${command.root} ${command.name}`.trim();

const FIRST = ['access request new', 'access home', 'access whoami'];
const FIRST_TO_MANAGE = ['org invite send', 'org access grant', 'org member list', 'org project create'];

const LISTED_APART = new Set(['access ', 'org ']);

/** What can be done: the few things first, everything by noun behind a menu. */
export const helpCard = (help: HelpData): Card => {
  const administers = help.organizations.some((organization) => organization.administers);
  const first = help.linked
    ? [...(administers ? FIRST_TO_MANAGE : []), ...FIRST]
    : ['access link start', 'access link code', 'access whoami'];
  const shown = first.flatMap((name) => help.commands.find((command) => key(command) === name) ?? []);
  const rest = help.commands.filter(
    (command) =>
      !LISTED_APART.has(`${command.root} ${command.name}`) &&
      (help.operator || !command.name.startsWith('operator')),
  );
  const where: Block[] = help.organizations.map((organization) => ({
    kind: 'text',
    text: [
      'In ',
      { bold: organization.name },
      ` you are ${organization.role ?? 'without an organization role'}.`,
    ],
  }));
  return card({
    title: 'What you can do',
    blocks: [
      ...where,
      {
        kind: 'rows',
        rows: shown.map((command) => ({
          text: `${command.summary}: ${command.example}`,
          buttons: [button('Open', act(key(command)), { says: `Open /${key(command)}` })],
        })),
      },
      {
        kind: 'choose',
        label: 'Everything else',
        options: rest.map((command) => ({
          label: `/${key(command)}`,
          description: command.summary,
          action: act('access help', { topic: key(command) }),
        })),
      },
      { kind: 'small', text: 'A command with something missing opens a form. Nothing has to be remembered.' },
    ],
  });
};

export const commandHelpCard = (command: Described): Card => {
  const args = Object.entries(command.args).filter(([, argument]) => !argument.hidden);
  return card({
    title: `/${key(command)}`,
    blocks: [
      { kind: 'text', text: command.details },
      { kind: 'code', text: command.example },
      ...(args.length > 0
        ? [
            {
              kind: 'list',
              items: args.map(([name, argument]) => [
                { code: `${name}:` },
                ` ${argument.label}${argument.hint ? `. ${argument.hint}` : ''}${
                  argument.list ? '. Several with commas' : ''
                }${argument.required ? '' : ' (optional)'}`,
              ]),
            } as const,
          ]
        : []),
      { kind: 'text', text: [{ bold: 'Who may: ' }, command.may] },
      {
        kind: 'buttons',
        buttons: [
          button('Open', act(key(command)), { style: 'primary' }),
          button('All help', act('access help')),
        ],
      },
    ],
  });
};
