import type { Page } from '../core/member/list.ts';
import type { ListedProject, ShownProject } from '../core/project/list.ts';
import type { Card } from './card.ts';
import { act, button, capital, count, nextPage, text, until } from './parts.ts';
import { card } from './plain.ts';

interface Words {
  project: string;
  projects: string;
}

export const projectListCard = (page: Page<ListedProject> & { all: boolean }, words: Words): Card =>
  card({
    title: page.items.length === 0 ? `No ${words.projects} that you have access to` : capital(words.projects),
    blocks: [
      {
        kind: 'rows',
        rows: page.items.map((project) => ({
          text: [
            project.name,
            project.mine.length > 0 ? `you: ${project.mine.join(', ')}` : '',
            project.defaultRole ? `everybody: ${project.defaultRole}` : '',
            count(project.people, 'person', 'people'),
          ]
            .filter(Boolean)
            .join(' · '),
          buttons: [
            button('Show', act('org project show', { project: project.name }), {
              says: `Show ${project.name}`,
            }),
          ],
        })),
      },
      ...nextPage(act('org project list'), page.next),
      {
        kind: 'buttons',
        buttons: page.all
          ? [button(`Create ${words.project}`, act('org project create'), { style: 'primary' })]
          : [button('Request access', act('access request new'), { style: 'primary' })],
      },
    ],
  });

export const projectCard = (shown: ShownProject, words: Words): Card => {
  const { project } = shown;
  return card({
    title: `${capital(words.project)} ${project.name}`,
    blocks: [
      {
        kind: 'fields',
        fields: [
          ['Everybody in the organization', shown.defaultRole ?? 'no access'],
          ['Id', { code: project.id }],
        ],
      },
      shown.people.length === 0
        ? { kind: 'text', text: 'Nobody was added by name.' }
        : {
            kind: 'list',
            items: shown.people.map((person) =>
              text(`${person.email}: `, { bold: person.role }, until(person.until)),
            ),
          },
      ...(shown.more ? [{ kind: 'text', text: 'And more: export the access list for all.' } as const] : []),
      {
        kind: 'buttons',
        buttons: [
          button('Give access', act('org access grant', { project: project.name })),
          button('Default role', act('org project default-role', { project: project.name })),
          button('Request access', act('access request new', { project: project.name })),
        ],
      },
    ],
  });
};

export const projectCreatedCard = (made: { name: string; roles: string[] }, words: Words): Card =>
  card({
    title: `${capital(words.project)} ${made.name} created`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text:
          made.roles.length > 0
            ? `You are ${made.roles.join(' and ')} there. Nobody else but administrators has access yet.`
            : 'Nobody but administrators has access yet.',
      },
      {
        kind: 'buttons',
        buttons: [
          button('Give access', act('org access grant', { project: made.name }), { style: 'primary' }),
          button('Default role', act('org project default-role', { project: made.name })),
        ],
      },
    ],
  });

export const projectDeletedCard = (
  gone: { name: string; grants: number; requests: number },
  words: Words,
): Card =>
  card({
    title: `${capital(words.project)} ${gone.name} deleted`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text: `${count(gone.grants, 'grant')} ended, ${count(gone.requests, 'open request')} cancelled.`,
      },
    ],
  });

export const defaultRoleCard = (set: { project: string; role: string | null }, organization: string): Card =>
  card({
    title: set.role
      ? `Anyone at ${organization} is ${set.role} in ${set.project}`
      : `${set.project} has no default role`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text: set.role
          ? 'Every member has this at least; what somebody was given by name adds to it. Service accounts and tokens do not get it.'
          : 'Only people who were added by name have access, and administrators.',
      },
    ],
  });
