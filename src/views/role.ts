import type { Deleted, PlannedDeletion } from '../core/role/delete.ts';
import type { Edited, PlannedEdit } from '../core/role/edit.ts';
import type { Role } from '../core/role/find.ts';
import type { RoleUse } from '../core/role/use.ts';
import type { Block, Button, Card, Text } from './card.ts';
import { act, button, count } from './parts.ts';
import { card } from './plain.ts';

interface Words {
  project: string;
}

const SHORT = 4;

const oneLine = (role: Role): string => {
  if (role.description) return role.description;
  if (role.permissions.length === 0) return 'allows nothing yet';
  const shown = role.permissions.slice(0, SHORT).join(', ');
  const rest = role.permissions.length - SHORT;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
};

/** Two roles may share a name; then the scope says which is meant. */
const named = (role: Pick<Role, 'name' | 'scope'>): Record<string, string> => ({
  role: role.name,
  scope: role.scope,
});

export const roleListCard = (
  roles: readonly Role[],
  model: { words: Words; policies: { customRoles: readonly string[] } },
  mayWrite: boolean,
): Card => {
  const of = (scope: Role['scope'], heading: string): Block[] => {
    const there = roles.filter((role) => role.scope === scope);
    return [
      { kind: 'heading', text: heading },
      there.length === 0
        ? { kind: 'text', text: 'None yet.' }
        : {
            kind: 'rows',
            rows: there.map((role) => ({
              text: `${role.name}: ${oneLine(role)}${role.builtIn ? '' : ' (custom)'}`,
              buttons: [
                button('Show', act('org role show', { role: role.name }), {
                  says: `Show the role ${role.name}`,
                }),
              ],
            })),
          },
    ];
  };
  const mayCreate = mayWrite && model.policies.customRoles.length > 0;
  return card({
    title: 'Roles',
    blocks: [
      ...of('organization', 'In the whole organization'),
      ...of('project', `In one ${model.words.project}`),
      ...buttons(mayCreate ? [button('Create role', act('org role create'))] : []),
    ],
  });
};

const buttons = (offered: readonly Button[]): Block[] =>
  offered.length > 0 ? [{ kind: 'buttons', buttons: offered }] : [];

export const roleCard = (roles: readonly Role[], words: Words, mayWrite: boolean): Card =>
  card({
    title: `Role ${roles[0]?.name ?? ''}`,
    blocks: roles.flatMap((role): Block[] => [
      {
        kind: 'fields',
        fields: [
          ['Scope', role.scope === 'organization' ? 'the whole organization' : `one ${words.project}`],
          ['Kind', `${role.builtIn ? 'built in' : 'custom'}, version ${role.version}`],
          ...(role.description ? ([['For', role.description]] as const) : []),
          ['Id', { code: role.id }],
        ],
      },
      ...permissionLines('Permissions:', role.permissions, 'It allows nothing yet.'),
      ...buttons(mayWrite && !role.builtIn ? changeButtons(role) : []),
    ]),
  });

const changeButtons = (role: Role): Button[] => [
  button('Edit', act('org role edit', named(role)), { says: `Edit the role ${role.name}`.slice(0, 75) }),
  button('Delete', act('org role delete', named(role)), {
    style: 'danger',
    says: `Delete the role ${role.name}`.slice(0, 75),
  }),
];

const permissionLines = (heading: string, permissions: readonly string[], none: string): Block[] =>
  permissions.length === 0
    ? [{ kind: 'text', text: none }]
    : [
        { kind: 'text', text: heading },
        { kind: 'list', items: permissions.map((permission) => ({ code: permission })) },
      ];

export const roleCreatedCard = (role: Role, words: Words): Card =>
  card({
    title: `Role ${role.name} created`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text: `It can be given in ${role.scope === 'organization' ? 'the whole organization' : `one ${words.project}`}.`,
      },
      ...permissionLines('It allows:', role.permissions, 'It allows nothing yet.'),
      ...buttons(changeButtons(role).slice(0, 1)),
    ],
  });

export const editLines = ({ role, gained, lost, use }: PlannedEdit, words: Words): Block[] => [
  {
    kind: 'fields',
    fields: [
      ['Would allow as well', codes(gained)],
      ['Would no longer allow', codes(lost)],
    ],
  },
  ...useLines(role, use, words),
];

const codes = (permissions: readonly string[]): Text =>
  permissions.length === 0
    ? 'nothing'
    : permissions.flatMap((permission, index) => [...(index > 0 ? [', '] : []), { code: permission }]);

const useLines = (role: Role, use: RoleUse, words: Words): Block[] => {
  const more = use.held - use.holders.length;
  return [
    ...(use.held > 0
      ? [
          { kind: 'text', text: `Held ${count(use.held, 'time')}:` } as const,
          {
            kind: 'list',
            items: [
              ...use.holders.map(({ who, project }) =>
                project === null ? who : `${who} in ${words.project} ${project}`,
              ),
              ...(more > 0 ? [`and ${more} more`] : []),
            ],
          } as const,
        ]
      : []),
    ...(use.defaultIn.length > 0
      ? [
          {
            kind: 'text',
            text: `Everybody in the organization has ${role.name} in ${use.defaultIn.join(', ')}.`,
          } as const,
        ]
      : []),
    ...(use.invitations > 0
      ? [
          {
            kind: 'text',
            text: `${count(use.invitations, 'open invitation')} would give it.`,
          } as const,
        ]
      : []),
  ];
};

/** Who was told, where that needs saying. */
const toldLine = (told: number | undefined): Block[] =>
  told === 0
    ? []
    : [
        {
          kind: 'text',
          text:
            told === undefined
              ? 'Nobody was told directly: there are too many holders. Tell them where they read you.'
              : `Told directly: ${count(told, 'person', 'people')}.`,
        },
      ];

export const roleEditedCard = ({ role, gained, lost, told }: Edited): Card =>
  gained.length + lost.length === 0
    ? card({
        title: 'Nothing changed',
        blocks: [{ kind: 'text', text: `${role.name} allows exactly this already.` }],
      })
    : card({
        title: `${role.name} changed`,
        tone: 'good',
        blocks: [
          {
            kind: 'fields',
            fields: [
              ['Allows now as well', codes(gained)],
              ['No longer allows', codes(lost)],
            ],
          },
          ...toldLine(told),
          ...buttons([
            button('Show', act('org role show', { role: role.name }), {
              says: `Show the role ${role.name}`.slice(0, 75),
            }),
          ]),
        ],
      });

export const deletionLines = (
  { role, replacement, use, requests }: PlannedDeletion,
  words: Words,
): Block[] => [
  ...useLines(role, use, words),
  {
    kind: 'text',
    text: replacement
      ? `All of this becomes ${replacement.name}; ends in time stay as they are.`
      : 'Nobody has it.',
  },
  ...(requests > 0
    ? [{ kind: 'text', text: `${count(requests, 'open request')} for it would be cancelled.` } as const]
    : []),
];

export const roleDeletedCard = ({ role, replacement, use, requests, told }: Deleted): Card =>
  card({
    title: `Role ${role.name} deleted`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text:
          replacement && use.held > 0
            ? `Whoever had it is ${replacement.name} now (${count(use.held, 'time')}).`
            : 'Nobody had it.',
      },
      ...(requests > 0
        ? [{ kind: 'text', text: `Cancelled: ${count(requests, 'open request')} for it.` } as const]
        : []),
      ...toldLine(told),
    ],
  });
