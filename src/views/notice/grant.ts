import { z } from 'zod';
import type { Organization } from '../../core/organization/organization.ts';
import type { Block, Button, Inline } from '../card.ts';
import { act, button, count } from '../parts.ts';
import { card, shorten } from '../plain.ts';
import { by, doneBy, grantsGone, instant, myAccess, notice, reasonBlock } from './notice.ts';

const NAME = 60;

export const grantGiven = notice(
  z.object({
    by,
    project: z.string(),
    role: z.string(),
    from: instant,
    until: instant,
    reason: z.string().nullish(),
  }),
  (organization, data) => {
    const { word, where } = wordsOf(organization, data.project);
    const time = (at: Date): Inline[] => [{ time: at, style: 'time' }];
    return card({
      title: `You ${data.from ? 'will be' : 'are'} ${data.role} in ${where}`,
      tone: 'good',
      blocks: [
        {
          kind: 'fields',
          fields: [
            ['Access', [{ bold: data.role }, ` in ${word} ${data.project}, ${organization.name}`]],
            ...(data.from ? ([['From', time(data.from)]] as const) : []),
            ['Until', data.until ? time(data.until) : 'no end'],
            ['Given by', doneBy(data.by)],
          ],
        },
        ...reasonBlock(data.reason),
        myAccess(organization),
      ],
    });
  },
);

export const grantRevoked = notice(
  z.object({ by, ended: grantsGone, reason: z.string().nullish() }),
  (organization, data) =>
    card({
      title: `${goneTitle(organization, data.ended)} was taken away`,
      tone: 'warning',
      blocks: [
        {
          kind: 'fields',
          fields: [
            ['Organization', organization.name],
            ['Taken away by', doneBy(data.by)],
          ],
        },
        goneList(organization, data.ended),
        ...reasonBlock(data.reason),
        { kind: 'text', text: 'Everything else stays as it is. If you still need this, ask for it.' },
        { kind: 'buttons', buttons: askAgain(organization, data.ended) },
      ],
    }),
);

export const grantEnded = notice(z.object({ ended: grantsGone }), (organization, data) =>
  card({
    title: `${goneTitle(organization, data.ended)} has ended`,
    blocks: [
      { kind: 'fields', fields: [['Organization', organization.name]] },
      goneList(organization, data.ended),
      { kind: 'text', text: 'Its time is over. If you still need this, ask for it again.' },
      { kind: 'buttons', buttons: askAgain(organization, data.ended) },
    ],
  }),
);

type Gone = z.output<typeof grantsGone>;

const wordsOf = (organization: Organization, project: string) => {
  const word = organization.model.words.project;
  return { word, where: `${word} ${shorten(project, NAME)}` };
};

const goneTitle = (organization: Organization, ended: Gone): string => {
  const { words } = organization.model;
  const names = new Set(ended.map((gone) => gone.project));
  const [only] = names;
  return only !== undefined && names.size === 1
    ? `Your access to ${wordsOf(organization, only).where}`
    : `Your access to ${count(names.size, words.project, words.projects)}`;
};

const goneList = (organization: Organization, ended: Gone): Block => ({
  kind: 'list',
  items: ended.map(({ project, role }) => [
    { bold: role },
    ` in ${organization.model.words.project} ${project}`,
  ]),
});

/** For a single role the form opens filled in; for several it asks which. */
const askAgain = (organization: Organization, ended: Gone): Button[] => {
  const [only, another] = ended;
  const args: Record<string, string> = only && !another ? { role: only.role, project: only.project } : {};
  return [
    button('Ask for access', act('access request new', { ...args, org: organization.id }), {
      says:
        only && !another ? shorten(`Ask for ${only.role} in ${only.project}`, 75) : 'Ask for access again',
    }),
  ];
};
