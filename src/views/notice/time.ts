import { z } from 'zod';
import type { Organization } from '../../core/organization/organization.ts';
import type { Button } from '../card.ts';
import { act, button, text } from '../parts.ts';
import { card, shorten } from '../plain.ts';
import { returnButton } from '../request-buttons.ts';
import { accessInWords } from '../request-terms.ts';
import { instant, myAccess, notice, outcome, unlessSettled } from './notice.ts';

const SAYS = 75;
const TITLE = 100;

const held = { project: z.string().nullable(), role: z.string() };

const inWords = (organization: Organization, { role, project }: { role: string; project: string | null }) =>
  accessInWords({ kind: 'access', beneficiary: null, role, project, organization, change: null });

/** A day and an hour before: keep it by a new request, or give it back. */
export const accessEnding = notice(
  z.object({ ...held, until: z.coerce.date(), request: z.string().nullable(), outcome }),
  (organization, data) => {
    const what = inWords(organization, data);
    return card({
      title: `Your access ends soon: ${shorten(what, TITLE)}`,
      tone: 'warning',
      blocks: [
        {
          kind: 'fields',
          fields: [
            ['Access', text({ bold: what }, `, ${organization.name}`)],
            ['Ends', [{ time: data.until, style: 'time' }]],
          ],
        },
        {
          kind: 'text',
          text: 'It ends by itself. Ask for more time while it lasts, or give it back when you are done.',
        },
        ...unlessSettled(data.outcome, keepOrReturn(organization, data, what)),
      ],
    });
  },
);

const keepOrReturn = (
  organization: Organization,
  {
    request,
    role,
    project,
    until,
  }: { request: string | null; role: string; project: string | null; until: Date },
  what: string,
): Button[] => {
  const org = organization.id;
  const named = { role, ...(project === null ? {} : { project }), org };
  const [extend, back] =
    request === null
      ? [act('access request new', named), act('access return', { ...named, until: until.toISOString() })]
      : [act('access request extend', { request, org }), act('access request return', { request, org })];
  return [
    button('Extend', extend, { says: shorten(`Extend ${what}`, SAYS) }),
    returnButton(back, what, shorten(`Return ${what}`, SAYS)),
  ];
};

export const grantOpened = notice(
  z.object({ project: z.string(), role: z.string(), until: instant }),
  (organization, data) => {
    const what = inWords(organization, data);
    return card({
      title: `Your access has begun: ${shorten(what, TITLE)}`,
      tone: 'good',
      blocks: [
        {
          kind: 'fields',
          fields: [
            ['Access', text({ bold: what }, `, ${organization.name}`)],
            ['Until', data.until ? [{ time: data.until, style: 'time' }] : 'no end'],
          ],
        },
        myAccess(organization),
      ],
    });
  },
);

/** To whoever was to have it, and to whoever had approved it. */
export const grantNotOpened = notice(
  z.object({
    email: z.string().nullable(),
    project: z.string(),
    role: z.string(),
    request: z.string().nullable(),
    why: z.string(),
  }),
  (organization, data) => {
    const what = inWords(organization, data);
    return card({
      title: `Access did not begin: ${shorten(what, TITLE)}`,
      tone: 'bad',
      blocks: [
        {
          kind: 'fields',
          fields: [
            ['Access', text({ bold: what }, `, ${organization.name}`)],
            ...(data.email === null ? [] : ([['For', data.email]] as const)),
            ...(data.request === null ? [] : ([['Request', data.request]] as const)),
            ['Why', `It was checked again at its start: ${data.why}.`],
          ],
        },
        { kind: 'text', text: 'Nothing was given. Whoever still needs it can ask again.' },
        {
          kind: 'buttons',
          buttons: [
            button(
              'Ask for access',
              act('access request new', { role: data.role, project: data.project, org: organization.id }),
              { says: shorten(`Ask for ${data.role} in ${data.project}`, SAYS) },
            ),
          ],
        },
      ],
    });
  },
);
