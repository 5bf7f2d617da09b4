import type { Role } from '../core/role/find.ts';
import type { Block, Card } from './card.ts';
import { act, button, capital } from './parts.ts';
import { card } from './plain.ts';

interface Words {
  project: string;
}

export const roleListCard = (roles: readonly Role[], words: Words): Card => {
  const of = (scope: Role['scope'], heading: string): Block[] => [
    { kind: 'heading', text: heading },
    {
      kind: 'rows',
      rows: roles
        .filter((role) => role.scope === scope)
        .map((role) => ({
          text: `${role.name}: ${role.description}`,
          buttons: [
            button('Show', act('org role show', { role: role.name }), { says: `Show the role ${role.name}` }),
          ],
        })),
    },
  ];
  return card({
    title: 'Roles',
    blocks: [...of('organization', 'In the whole organization'), ...of('project', `In one ${words.project}`)],
  });
};

export const roleCard = (roles: readonly Role[], words: Words): Card =>
  card({
    title: `Role ${roles[0]?.name ?? ''}`,
    blocks: roles.flatMap((role): Block[] => [
      {
        kind: 'fields',
        fields: [
          ['Scope', role.scope === 'organization' ? 'the whole organization' : `one ${words.project}`],
          ['Kind', `${role.builtIn ? 'built in' : 'custom'}, version ${role.version}`],
          ['For', role.description],
          ['Id', { code: role.id }],
        ],
      },
      { kind: 'text', text: `${capital('permissions')}:` },
      { kind: 'list', items: role.permissions.map((permission) => ({ code: permission })) },
    ]),
  });
