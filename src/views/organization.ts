import type { Organization } from '../core/organization/organization.ts';
import type { Overview } from '../core/organization/overview.ts';
import type { Membership } from '../core/user/identify.ts';
import type { Block, Button, Card } from './card.ts';
import { act, button, capital, count, roleName } from './parts.ts';
import { card } from './plain.ts';

export const overviewCard = (organization: Organization, overview: Overview): Card => {
  const { words } = organization.model;
  const { may } = overview;
  const buttons: Button[] = [
    ...(may.invite ? [button('Invite', act('org invite send'), { style: 'primary' as const })] : []),
    button('Members', act('org member list')),
    button(capital(words.projects), act('org project list')),
    button('Roles', act('org role list')),
  ];
  const more: Button[] = [
    button('Requests', act('access request list')),
    ...(may.invite ? [button('Invitations', act('org invite list'))] : []),
    ...(may.settings ? [button('Settings', act('org settings show'))] : []),
    ...(may.readAudit ? [button('Audit', act('org audit list'))] : []),
  ];
  return card({
    title: organization.name,
    blocks: [
      {
        kind: 'fields',
        fields: [
          ['You are', roleName(overview.role)],
          ['Members', `${overview.members} active, ${count(overview.admins, 'administrator')}`],
          [
            'Open',
            `${count(overview.invitations, 'invitation')}, ${count(overview.pendingRequests, 'request')}`,
          ],
          [capital(words.projects), String(overview.projects)],
          ['Short name', { code: organization.slug }],
          ...(overview.namespace ? [['Kubernetes namespace', { code: overview.namespace }] as const] : []),
        ],
      },
      ...(overview.projects === 0
        ? [
            {
              kind: 'text',
              text: [
                `There are no ${words.projects} yet, so there is nothing to give access to. `,
                may.createProjects ? { code: '/org project create' } : 'An administrator can create one.',
              ],
            } as const,
          ]
        : []),
      { kind: 'buttons', buttons },
      { kind: 'buttons', buttons: more },
    ],
  });
};

export const organizationCreatedCard = (organization: Organization): Card => {
  const { words } = organization.model;
  return card({
    title: `${organization.name} is yours to run`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text: [
          'You are its administrator, it is connected to this workspace, and your commands here mean it. Next: make a ',
          words.project,
          ', invite people, and name the channel where requests are posted with ',
          { code: '/org settings set approvals-channel #channel' },
          '.',
        ],
      },
      {
        kind: 'buttons',
        buttons: [
          button(`Create ${words.project}`, act('org project create'), { style: 'primary' }),
          button('Invite people', act('org invite send')),
          button('Settings', act('org settings show')),
        ],
      },
      { kind: 'small', text: ['short name ', { code: organization.slug }] },
    ],
  });
};

export const connectedCard = (connected: { name: string; already: boolean }): Card =>
  card({
    title: connected.already ? `${connected.name} was connected already` : `${connected.name} is connected`,
    tone: 'good',
    blocks: [{ kind: 'text', text: 'Its members can use it from this workspace.' }],
  });

export const disconnectedCard = (gone: { name: string }, slug: string): Card =>
  card({
    title: `${gone.name} is no longer connected`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text: [
          'Nobody reaches it from this workspace any more. ',
          { code: `/org connect ${slug}` },
          ' ties it again.',
        ],
      },
    ],
  });

const place = (organization: Membership): string =>
  [
    organization.slug,
    organization.state === 'deactivated' ? 'deactivated' : roleName(organization.role),
    organization.connected ? '' : 'not connected to this workspace',
  ]
    .filter(Boolean)
    .join(' · ');

export const organizationListCard = (
  mine: readonly Membership[],
  currentId: string | undefined,
  mayCreate: boolean,
): Card => {
  const rows = mine.map((organization) => ({
    text: `${organization.name}${organization.id === currentId ? ' (current)' : ''}: ${place(organization)}`,
    buttons: organization.connected
      ? [
          button('Use', act('org use', { slug: organization.slug }), { says: `Use ${organization.name}` }),
          button('Open', act('org show', { org: organization.id }), { says: `Open ${organization.name}` }),
        ]
      : [],
  }));
  const blocks: Block[] = rows.length > 0 ? [{ kind: 'rows', rows }] : [];
  return card({
    title: mine.length > 0 ? 'Your organizations' : 'You are in no organization yet',
    blocks: mayCreate
      ? [...blocks, { kind: 'buttons', buttons: [button('Create organization', act('org create'))] }]
      : blocks,
  });
};

export const usingCard = (organization: Pick<Organization, 'name'>): Card =>
  card({
    title: `Using ${organization.name}`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text: [
          'Commands here mean ',
          { bold: organization.name },
          ' unless they name another with ',
          { code: 'org:' },
          '.',
        ],
      },
    ],
  });

export const statusCard = (health: readonly { name: string; ok: boolean; detail: string }[]): Card => {
  const bad = health.filter((part) => !part.ok);
  return card({
    title: bad.length === 0 ? 'Everything works' : `${count(bad.length, 'part')} not working`,
    tone: bad.length === 0 ? 'good' : 'bad',
    blocks: [
      {
        kind: 'fields',
        fields: health.map(
          (part) => [part.name, `${part.ok ? 'works' : 'not working'}. ${part.detail}`] as const,
        ),
      },
    ],
  });
};
