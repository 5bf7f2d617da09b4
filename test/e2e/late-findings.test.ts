import { beforeAll, describe, test } from 'vitest';
import { admins, gather, type Late, type People, presses, types } from '../support/late.ts';
import { platforms } from '../support/story.ts';

let made = 0;
const idle = async ({ ada }: People): Promise<string> => {
  made += 1;
  await ada.types(`/org role create idle-${made} scope:project permissions:flows:read`);
  await ada.sees(`idle-${made}`);
  return `role idle-${made}`;
};
/** A report in the channel lists it. */
const reported = async (people: People): Promise<string> => {
  const card = await idle(people);
  await people.dana.types('/access whoami');
  await people.ada.types('/org drift report channel:#access-requests');
  await people.dana.sees(['Drift report', card], 'access-requests');
  return card;
};
/** A list that one person alone has before them has it. */
const listed = async (people: People): Promise<string> => {
  const card = await idle(people);
  await people.ada.types('/org drift show rule:role-unused');
  await people.ada.sees(card);
  return card;
};
const findingOf = ({ story }: People, card: string): string => {
  const texts = story.side.shown('dana').map(({ text }) => text);
  return new RegExp(`(DRF-\\d+)[^\\n]*${card}`).exec(texts.join('\n'))?.[1] ?? 'no finding';
};
const deletes = async ({ dana }: People, card: string) => {
  await dana.types(`/org role delete ${card.replace('role ', '')}`);
  await dana.clicks('Delete', { on: 'Nothing has changed yet' });
  await dana.sees('deleted');
};
const looks = async ({ dana }: People) => {
  await dana.types('/org drift show rule:role-unused');
  await dana.sees(/finding/i);
};
const fixes = async (people: People, card: string) => {
  await people.dana.types('/org drift show rule:role-unused');
  await people.dana.sees(card);
  await people.dana.types(`/org drift fix ${findingOf(people, card)}`);
  await people.dana.clicks('Fix', { on: 'Nothing has changed yet' });
  await people.dana.sees('is resolved');
};
const accepts = async (people: People, card: string) => {
  await looks(people);
  await people.dana.types(`/org drift accept ${findingOf(people, card)} reason:"kept on purpose"`);
  await people.dana.sees('is accepted');
};

const inChannel = { who: admins, place: 'access-requests' } as const;
const alone = { who: ({ ada }: People) => [ada], place: 'general' } as const;

const cards: readonly Late[] = [
  {
    what: 'Fix in a report, of what somebody else has fixed',
    ...inChannel,
    begins: reported,
    button: 'Fix',
    of: 'idle-1',
    settles: fixes,
    says: /Nothing was changed: DRF-\d+ is resolved/,
    shows: (card) => new RegExp(`${card}[^\n]*resolved`),
    gone: [/^(Fix|Snooze)\b.*idle-1\b/],
  },
  {
    what: 'Fix in a report, of what somebody has mended by hand and a later look has found gone',
    ...inChannel,
    begins: reported,
    button: 'Fix',
    of: 'idle-2',
    settles: async (people, card) => {
      await deletes(people, card);
      await looks(people);
    },
    says: /Nothing was changed: DRF-\d+ is resolved/,
    shows: (card) => new RegExp(`${card}[^\n]*resolved`),
    gone: [/^(Fix|Snooze)\b.*idle-2\b/],
  },
  {
    what: 'Fix in a report, of what somebody has mended by hand',
    ...inChannel,
    begins: reported,
    button: 'Fix',
    of: 'idle-3',
    settles: deletes,
    says: /Nothing was changed: DRF-\d+ is resolved/,
  },
  {
    what: 'Fix in a report, of what somebody else has accepted',
    ...inChannel,
    begins: reported,
    button: 'Fix',
    of: 'idle-4',
    settles: accepts,
    says: [/Nothing was changed: DRF-\d+ is accepted now, by dana@acme.example/, 'kept on purpose'],
    shows: (card) => new RegExp(`${card}[^\n]*accepted`),
  },
  {
    what: 'Snooze in a report, of what somebody else has accepted',
    ...inChannel,
    begins: reported,
    button: 'Snooze',
    of: 'idle-5',
    fills: { Until: '14d', Reason: 'later' },
    settles: accepts,
    says: [/Nothing was changed: DRF-\d+ is accepted now, by dana@acme.example/, 'kept on purpose'],
    shows: (card) => new RegExp(`${card}[^\n]*accepted`),
  },
  {
    what: 'Snooze in a report, of what somebody else has fixed',
    ...inChannel,
    begins: reported,
    button: 'Snooze',
    of: 'idle-6',
    fills: { Until: '14d', Reason: 'later' },
    settles: fixes,
    says: /Nothing was changed: DRF-\d+ is resolved now, by dana@acme.example/,
    shows: (card) => new RegExp(`${card}[^\n]*resolved`),
    gone: [/^(Fix|Snooze)\b.*idle-6\b/],
  },
  {
    what: 'Why in a report, of what somebody else has fixed',
    ...inChannel,
    begins: reported,
    button: 'Why',
    of: 'idle-7',
    settles: fixes,
    says: [/DRF-\d+: Roles that nobody has/, 'resolved'],
  },
  {
    what: 'Fix in a list, of what somebody else has fixed',
    ...alone,
    begins: listed,
    button: 'Fix',
    of: 'idle-8',
    settles: fixes,
    says: /Nothing was changed: DRF-\d+ is resolved/,
  },
  {
    what: 'Snooze in a list, of what somebody else has snoozed',
    ...alone,
    begins: listed,
    button: 'Snooze',
    of: 'idle-9',
    fills: { Until: '14d', Reason: 'later' },
    settles: async (people, card) => {
      await looks(people);
      const line = `/org drift snooze ${findingOf(people, card)} until:30d reason:"next month"`;
      await types('dana', () => line, 'is snoozed')(people, card);
    },
    says: [/Nothing was changed: DRF-\d+ is snoozed now, by dana@acme.example/, 'next month'],
  },
  {
    what: 'Why in a list, of what somebody has mended by hand',
    ...alone,
    begins: listed,
    button: 'Why',
    of: 'idle-10',
    settles: deletes,
    says: [/DRF-\d+: Roles that nobody has/, 'idle-10'],
  },
];

describe.each(platforms)('a finding that is settled meanwhile, on $platform', ({ startSide }) => {
  let people: People;
  beforeAll(async () => {
    made = 0;
    people = await gather(startSide);
    return people.story.end;
  }, 60_000);

  test.each(cards)('answers $what', async (late) => presses(people, late));
});
