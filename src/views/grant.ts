import type { Holder } from '../core/access/evaluate.ts';
import type { Given } from '../core/grant/give.ts';
import type { GivenEverywhere } from '../core/grant/give-everywhere.ts';
import { calledOf } from '../core/grant/grantee.ts';
import type { GivenBack } from '../core/grant/return.ts';
import type { Revoked } from '../core/grant/revoke.ts';
import type { Block, Card, Text } from './card.ts';
import { accessLines } from './member.ts';
import { act, button, capital, text, until } from './parts.ts';
import { card, shorten } from './plain.ts';

/** Who is given access, as the arguments of a command name them. */
export const granteeArgs = (kind: Holder['kind'], called: string): Record<string, string> => ({
  [kind === 'member' ? 'user' : kind]: called,
});

const times = (given: { from: Date | null; until: Date | null }): Text =>
  text(
    given.from ? ['Starts ', { time: given.from, style: 'time' }, '. '] : [],
    given.until ? ['Ends ', { time: given.until, style: 'time' }, ' by itself.'] : 'Without an end.',
  );

export const givenEverywhereCard = (
  given: GivenEverywhere,
  words: { project: string; projects: string },
): Card => {
  const everywhere = `${given.role} in every ${words.project}`;
  if (given.projects.length === 0)
    return card({ title: `${given.email} is ${everywhere} already`, blocks: [] });
  const args = { ...granteeArgs(given.kind, given.email), project: 'all', role: given.role };
  return card({
    title: `${given.email} is ${everywhere}`,
    tone: 'good',
    blocks: [
      { kind: 'text', text: times(given) },
      {
        kind: 'text',
        text: `New in ${given.projects.join(', ')}. ${capital(words.projects)} that are made later are not in it.`,
      },
      {
        kind: 'buttons',
        buttons: [button('Take away', act('org access revoke', args), { style: 'danger' })],
      },
    ],
  });
};

export const givenCard = (given: Given): Card => {
  const what = `${given.role} in ${given.project}`;
  if (typeof given.outcome === 'object') {
    const { asked } = given.outcome;
    return card({
      title: 'Operators decide this',
      tone: 'warning',
      blocks: [
        {
          kind: 'text',
          text: `Not given yet: operators alone give ${given.role}. ${asked} asks them to make ${given.email} ${what}; you will hear.`,
        },
        { kind: 'buttons', buttons: [button('Open', act('access request show', { request: asked }))] },
      ],
    });
  }
  const who = granteeArgs(given.kind, given.email);
  const args = { ...who, project: given.project, role: given.role };
  const notes: Block[] =
    given.coveredBy && given.outcome !== 'same'
      ? [
          {
            kind: 'text',
            text: `This adds nothing now: as ${given.coveredBy} they may do all of it already.`,
          },
        ]
      : [];
  return card({
    title: given.outcome === 'same' ? `${given.email} is ${what} already` : `${given.email} is ${what}`,
    tone: given.outcome === 'same' ? undefined : 'good',
    blocks: [
      {
        kind: 'text',
        text: times(given),
      },
      ...notes,
      {
        kind: 'buttons',
        buttons: [
          button('Take away', act('org access revoke', args), {
            style: 'danger',
            says: `Take away ${what} from ${given.email}`.slice(0, 75),
          }),
          button('Show access', act('org access show', who)),
        ],
      },
    ],
  });
};

export const revokedCard = (revoked: Revoked): Card =>
  card({
    title: `Access taken from ${revoked.email}`,
    tone: 'good',
    blocks: [
      {
        kind: 'list',
        items: revoked.ended.map(({ project, role }) => [{ bold: role }, ` in ${project}`]),
      },
      {
        kind: 'buttons',
        buttons: [
          button('Show what is left', act('org access show', granteeArgs(revoked.kind, revoked.email))),
        ],
      },
    ],
  });

export const accessCard = (
  holder: Holder,
  words: { project: string },
  own: boolean,
  mayChange: boolean,
): Card =>
  card({
    title: own ? 'Your access' : `What ${calledOf(holder)} has access to`,
    blocks: [
      ...(holder.state === 'active'
        ? []
        : [{ kind: 'text', text: `State: ${holder.state}. None of this works now.` } as const]),
      accessLines(holder, words),
      {
        kind: 'buttons',
        buttons: mayChange
          ? [
              button('Edit all access', act('org access edit', granteeArgs(holder.kind, calledOf(holder)))),
              button('Give access', act('org access grant', granteeArgs(holder.kind, calledOf(holder)))),
              button(
                'Take access away',
                act('org access revoke', granteeArgs(holder.kind, calledOf(holder))),
              ),
            ]
          : [button('Request access', act('access request new'), { style: 'primary' })],
      },
    ],
  });

export const returnedCard = ({ role, project }: GivenBack, words: { project: string }): Card =>
  card({
    title: `${shorten(role, 60)} is given back`,
    tone: 'good',
    blocks: [
      {
        kind: 'text',
        text: project
          ? `You are no longer ${role} in ${words.project} ${project}.`
          : `You are no longer ${role}; the role that you had before is back.`,
      },
      {
        kind: 'buttons',
        buttons: [
          button('Ask again', act('access request new', { role, ...(project === null ? {} : { project }) })),
        ],
      },
    ],
  });

export const revokeLines = (
  holder: Holder,
  projects: readonly string[],
  words: { project: string },
): Block[] => {
  const ending = holder.roles.filter(
    (held) => held.through === 'grant' && projects.includes(held.project ?? ''),
  );
  const rest = holder.roles.filter((held) => !ending.includes(held));
  return [
    { kind: 'text', text: 'This ends:' },
    {
      kind: 'list',
      items: ending.map((held) => text({ bold: held.role }, ` in ${held.project}`, until(held.until))),
    },
    ...(rest.length > 0
      ? [{ kind: 'text', text: 'This stays:' } as const, accessLines({ ...holder, roles: rest }, words)]
      : []),
  ];
};
