import type { HeldRole, Holder } from '../core/access/evaluate.ts';
import type { RoleChanged } from '../core/member/change-role.ts';
import type { ListedMember, Page, ShownMember } from '../core/member/list.ts';
import type { Removed } from '../core/member/remove.ts';
import type { TokensOfMember } from '../core/token/of-member.ts';
import type { Block, Card, Inline } from './card.ts';
import { act, button, count, nextPage, roleName, text, until } from './parts.ts';
import { card } from './plain.ts';

export const memberListCard = (
  page: Page<ListedMember> & { total: number },
  words: { project: string; projects: string },
): Card =>
  card({
    title: `${count(page.total, 'active member')}`,
    blocks: [
      {
        kind: 'rows',
        rows: page.items.map((member) => ({
          text: `${member.email}: ${roleName(member.role)}${member.state === 'deactivated' ? ' (deactivated)' : ''}${
            member.projects > 0 ? `, ${count(member.projects, words.project, words.projects)}` : ''
          }`,
          detail: member.until ? text('role', until(member.until)) : undefined,
          buttons: [
            button('Show', act('org member show', { user: member.email }), { says: `Show ${member.email}` }),
          ],
        })),
      },
      ...nextPage(act('org member list'), page.next),
    ],
  });

/** How somebody came to a role: what decides, in the words that `check` uses too. */
export const heldLine = (held: HeldRole, words: { project: string }): Inline[] => {
  const where = held.project ? [` in ${words.project} `, { bold: held.project }] : [];
  const how: Record<HeldRole['through'], string> = {
    'organization-role': ' (organization role)',
    grant: '',
    'default-role': ' (default role for everybody)',
  };
  return [{ bold: held.role }, ...where, how[held.through], ...until(held.until)];
};

export const accessLines = (holder: Holder, words: { project: string }): Block =>
  holder.roles.length === 0
    ? { kind: 'text', text: 'No access yet.' }
    : { kind: 'list', items: holder.roles.map((held) => heldLine(held, words)) };

export const memberCard = (shown: ShownMember, words: { project: string }, mayChange: boolean): Card => {
  const { holder, accounts } = shown;
  const user = { user: holder.email };
  const active = holder.state === 'active';
  return card({
    title: holder.email,
    blocks: [
      {
        kind: 'fields',
        fields: [
          ['State', holder.state],
          ['Id', { code: holder.id }],
          [
            'Chat accounts',
            accounts.length > 0
              ? accounts.map((account) => `${account.platform} ${account.externalId}`).join(', ')
              : 'none linked',
          ],
        ],
      },
      accessLines(holder, words),
      ...(mayChange
        ? [
            {
              kind: 'buttons',
              buttons: [
                button('Give access', act('org access grant', user), {
                  says: `Give access to ${holder.email}`,
                }),
                button('Change role', act('org member role', user), {
                  says: `Change the role of ${holder.email}`,
                }),
                active
                  ? button('Deactivate', act('org member deactivate', user), {
                      says: `Deactivate ${holder.email}`,
                      style: 'danger',
                    })
                  : button('Reactivate', act('org member reactivate', user), {
                      says: `Reactivate ${holder.email}`,
                    }),
              ],
            } as const,
          ]
        : []),
    ],
  });
};

export const roleChangedCard = (changed: RoleChanged): Card => {
  const { email, before, after, until: end, outcome } = changed;
  if (outcome === 'same') {
    return card({
      title: 'Nothing changed',
      blocks: [{ kind: 'text', text: `${email} is ${roleName(after)} already.` }],
    });
  }
  if (outcome !== 'changed') {
    return card({
      title: 'Operators decide this',
      tone: 'warning',
      blocks: [
        {
          kind: 'text',
          text: `Nothing changed yet: here operators alone give or take this role. ${outcome.asked} asks them to make ${email} ${roleName(after)}; you will hear.`,
        },
        {
          kind: 'buttons',
          buttons: [button('Open', act('access request show', { request: outcome.asked }))],
        },
      ],
    });
  }
  return card({
    title: `${email} is ${roleName(after)}`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text: text(
          `Before: ${roleName(before)}. Now: ${roleName(after)}`,
          until(end),
          end ? ', then the role before comes back.' : '.',
        ),
      },
      {
        kind: 'buttons',
        buttons: [button('Undo', act('org member role', { user: email, role: before ?? 'none' }))],
      },
    ],
  });
};

export const deactivatedCard = (email: string): Card =>
  card({
    title: `${email} is deactivated`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text: 'They may do nothing here from this moment on. Their role and access are kept for a reactivation.',
      },
      { kind: 'buttons', buttons: [button('Reactivate', act('org member reactivate', { user: email }))] },
    ],
  });

export const reactivatedCard = (email: string): Card =>
  card({
    title: `${email} is active again`,
    tone: 'good',
    blocks: [
      { kind: 'text', text: 'They have their role and access back, except for what ended meanwhile.' },
      { kind: 'buttons', buttons: [button('Show access', act('org member show', { user: email }))] },
    ],
  });

export const removedCard = (removed: Removed, left = false): Card =>
  removed.inSteps
    ? card({
        title: 'You are leaving',
        tone: 'good',
        blocks: [
          {
            kind: 'text',
            text: 'Your account here is off, your open requests are cancelled and your invitations withdrawn. The administrators were told, and take the steps that are left.',
          },
        ],
      })
    : membershipEnded(removed, left);

const membershipEnded = (removed: Removed, left: boolean): Card =>
  card({
    title: left ? 'You left' : `${removed.email} is removed`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text: [
          'The membership and all its access have ended.',
          removed.invitations > 0 ? ` ${count(removed.invitations, 'invitation')} of theirs withdrawn.` : '',
          removed.requests > 0 ? ` ${count(removed.requests, 'open request')} cancelled.` : '',
          removed.tokens > 0 ? ` ${count(removed.tokens, 'personal token')} revoked.` : '',
          ' A new invitation starts from nothing.',
        ].join(''),
      },
    ],
  });

export const externalIdCard = (set: { email: string; externalId: string | null }): Card =>
  card({
    title: set.externalId ? 'External id set' : 'External id cleared',
    tone: 'good',
    blocks: [
      {
        kind: 'fields',
        fields: [
          ['Member', set.email],
          ['External id', set.externalId ? { code: set.externalId } : 'none'],
        ],
      },
    ],
  });

/** What deactivating or removing takes away, before it is done. */
export const endingLines = (holder: Holder, words: { project: string }, kept: string): Block[] => [
  { kind: 'text', text: [{ bold: holder.email }, ' has now:'] },
  accessLines(holder, words),
  { kind: 'text', text: kept },
];

/** CR-27, CW-36: how many tokens die with a membership, and which go on working. */
export const tokenLines = (tokens: TokensOfMember, dies: string): Block[] => [
  ...(tokens.personal > 0
    ? [
        {
          kind: 'text',
          text: `${count(tokens.personal, 'personal token')} of theirs ${tokens.personal === 1 ? 'stops' : 'stop'} working ${dies}.`,
        } as const,
      ]
    : []),
  ...leftWorking(tokens),
];

/** CW-37: nothing of the organization's is switched off silently; each one has buttons of its own. */
const leftWorking = (tokens: TokensOfMember): Block[] => {
  const working = tokens.organization.filter((token) => token.state === 'active');
  if (working.length === 0 && tokens.serviceAccounts.length === 0) return [];
  return [
    {
      kind: 'text',
      text: 'This goes on working, because it belongs to the organization. Decide on each of them by itself:',
    },
    {
      kind: 'rows',
      rows: [
        ...working.map(({ name }) => ({
          text: `Token ${name}`,
          buttons: [
            button('Deactivate', act('org token deactivate', { name }), { says: `Deactivate token ${name}` }),
            button('Revoke', act('org token revoke', { name }), {
              style: 'danger' as const,
              says: `Revoke token ${name}`,
            }),
          ],
        })),
        ...tokens.serviceAccounts.map((name) => ({
          text: `Service account ${name}, which they answer for`,
          buttons: [
            button('Reassign', act('org service-account edit', { name }), {
              says: `Reassign service account ${name}`,
            }),
          ],
        })),
      ],
    },
  ];
};
