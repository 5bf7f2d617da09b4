import { beforeAll, describe, test } from 'vitest';
import { admins, gather, hires, type Late, type People, presses, types } from '../support/late.ts';
import { platforms } from '../support/story.ts';

let made = 0;
const project = async ({ ada }: People): Promise<string> => {
  made += 1;
  await ada.types(`/org project create etl-${made}`);
  await ada.sees('created');
  return `etl-${made}`;
};

const addressIn = (card: string): string => /new-\d+@acme\.example/.exec(card)?.[0] ?? '';
const removes = async ({ dana }: People, card: string) => {
  await dana.types(`/org member remove ${addressIn(card)}`);
  await dana.clicks('Remove', { on: 'Nothing has changed yet' });
  await dana.sees(`${addressIn(card)} is removed`);
};

/** An access review of a project in which somebody has access, begun anew. @returns the title of what reviewers are asked */
const reviews = (email: (people: People) => Promise<string>) => async (people: People) => {
  const { ada, dana } = people;
  if (made > 0) await endsReview(people);
  const holder = await email(people);
  const name = await project(people);
  await ada.types(`/org access grant ${holder} ${name} developer`);
  await ada.sees([holder, 'developer', name]);
  await ada.types(`/org review start ${name} until:14d`);
  await ada.clicks('Start', { on: 'Nothing has changed yet' });
  const { text } = await ada.sees(/REV-\d+ has begun/);
  const review = /REV-\d+/.exec(text)?.[0] ?? '';
  await dana.types('/access whoami');
  return `${review}: do they still need this`;
};
const reviewOf = (card: string): string => card.split(':')[0] ?? '';
const endsReview = async ({ dana }: People) => {
  await dana.types('/org review end');
  const { text } = await dana.sees(/There is no open access review|Nothing has changed yet/);
  if (text.includes('no open')) return;
  await dana.clicks('End now', { on: 'Nothing has changed yet' });
  await dana.sees(/REV-\d+ is over/);
};
const cleos = reviews(async ({ cleo }) => cleo.email);

const leavesNothing = async (people: People): Promise<string> => {
  const email = await hires(people);
  await people.ada.types(`/org member offboard ${email}`);
  await people.ada.clicks('Start offboarding', { on: 'Nothing has changed yet' });
  await people.ada.sees(`Offboarding ${email}`);
  return `Offboarding ${email}`;
};
/** Somebody leaves a service account behind. @returns what names it on the card */
const offboards = async (people: People): Promise<string> => {
  const email = await hires(people);
  made += 1;
  const name = `runner-${made}`;
  await people.ada.types(`/org service-account create ${name} responsible:${email}`);
  await people.ada.sees(`Service account ${name} created`);
  await people.ada.types(`/org member offboard ${email}`);
  await people.ada.clicks('Start offboarding', { on: 'Nothing has changed yet' });
  await people.ada.sees([`Offboarding ${email}`, name]);
  return `Service account ${name}`;
};
const runnerOf = (card: string): string => card.replace('Service account ', '');

const cards: readonly Late[] = [
  {
    what: 'an access under review that another reviewer has answered for',
    begins: cleos,
    who: ({ ada }) => [ada],
    button: 'Keep',
    of: 'cleo@acme.example',
    settles: async (people, card) => {
      await people.dana.clicks('Remove', { on: card, in: 'direct', of: 'cleo@acme.example' });
      await people.dana.sees('is taken away');
    },
    says: /Nothing changed: REV-\d+\.\d+: dana@acme.example has removed it already/,
    shows: (card) => [reviewOf(card), 'nothing is left for you to answer'],
    gone: ['Keep', 'Remove'],
  },
  {
    what: 'an access under review, in the copy of a reviewer who is asked of more',
    begins: cleos,
    who: ({ dana }) => [dana],
    button: 'Remove',
    of: 'cleo@acme.example',
    settles: async (people, card) => {
      await people.ada.clicks('Keep', { on: card, in: 'direct', of: 'cleo@acme.example' });
      await people.ada.sees('is kept');
    },
    says: /Nothing changed: REV-\d+\.\d+: ada@acme.example has kept it already/,
    shows: (card) => [reviewOf(card), 'ada@acme.example: owner in etl'],
    gone: [/Remove.*cleo/, /Keep.*cleo/],
  },
  {
    what: 'a review that is ended',
    begins: cleos,
    who: admins,
    button: 'Remove',
    of: 'cleo@acme.example',
    settles: async (people) => endsReview(people),
    says: /Nothing changed: REV-\d+ is over/,
    shows: (card) => `${reviewOf(card)} is over`,
    gone: ['Keep', 'Remove'],
  },
  {
    what: 'an access under review of somebody who has left',
    begins: reviews(hires),
    who: admins,
    button: 'Keep',
    of: 'new-',
    settles: async (people, card) => {
      const asked = people.story.side.shown('dana').findLast(({ text }) => text.includes(card));
      await removes(people, asked?.text ?? '');
    },
    says: [/REV-\d/, 'ended'],
    shows: (card) => reviewOf(card),
    gone: [/Keep.*new-/, /Remove.*new-/],
  },
  {
    what: 'an access under review that was taken away otherwise',
    begins: cleos,
    who: admins,
    button: 'Remove',
    of: 'cleo@acme.example',
    settles: async ({ dana }) => {
      await dana.types(`/org access revoke cleo@acme.example etl-${made}`);
      await dana.clicks('Take away', { on: 'Nothing has changed yet' });
      await dana.sees('Access taken');
    },
    says: [/REV-\d/, 'ended'],
    shows: (card) => reviewOf(card),
    gone: [/Keep.*cleo/, /Remove.*cleo/],
  },
  {
    what: 'a service account of somebody being offboarded that somebody else has disabled',
    begins: offboards,
    who: ({ ada }) => [ada],
    button: 'Disable',
    settles: async ({ dana }, card) => {
      await dana.types(`/org service-account disable ${runnerOf(card)}`);
      await dana.clicks('Disable', { on: 'Nothing has changed yet' });
      await dana.sees('is disabled');
    },
    says: /Nothing changed: runner-\d+ is disabled already/,
    shows: () => ['No token or service account of theirs works any more'],
    gone: ['Disable', 'Delete', 'Reassign'],
  },
  {
    what: 'a service account of somebody being offboarded that somebody else has deleted',
    begins: offboards,
    who: ({ ada }) => [ada],
    button: 'Disable',
    settles: async ({ dana }, card) => {
      await dana.types(`/org service-account delete ${runnerOf(card)}`);
      await dana.clicks('Delete', { on: 'Nothing has changed yet' });
      await dana.sees('is deleted');
    },
    says: [/runner-\d+/, /deleted|No service account/],
    shows: () => ['No token or service account of theirs works any more'],
    gone: ['Disable', 'Delete', 'Reassign'],
  },
  {
    what: 'a service account of somebody being offboarded that somebody else has given to another',
    begins: offboards,
    who: ({ ada }) => [ada],
    button: 'Delete',
    settles: types(
      'dana',
      (card) => `/org service-account edit ${runnerOf(card)} responsible:dana@acme.example`,
      'dana@acme.example',
    ),
    says: [/Delete runner-\d+/, 'dana@acme.example', 'Nothing has changed yet'],
    shows: () => ['No token or service account of theirs works any more'],
    gone: ['Disable', 'Delete', 'Reassign'],
  },
  {
    what: 'a service account of somebody being offboarded, to be given to another than somebody else has given it to',
    begins: offboards,
    who: ({ ada }) => [ada],
    button: 'Reassign',
    fills: { Responsible: 'cleo@acme.example' },
    settles: types(
      'dana',
      (card) => `/org service-account edit ${runnerOf(card)} responsible:dana@acme.example`,
      'dana@acme.example',
    ),
    says: /Nothing changed: dana@acme.example answers for runner-\d+ now/,
    shows: () => ['No token or service account of theirs works any more'],
    gone: ['Disable', 'Delete', 'Reassign'],
  },
  {
    what: 'a membership that somebody else has ended',
    begins: leavesNothing,
    who: ({ ada }) => [ada],
    button: 'End the membership',
    settles: async ({ dana }, card) => {
      await dana.types(`/org member offboard ${addressIn(card)}`);
      await dana.clicks('End the membership', { on: card });
      await dana.sees(`${addressIn(card)} is removed`);
    },
    says: /No member new-\d+@acme.example in Acme any more/,
    shows: (card) => `${addressIn(card)} is removed`,
    gone: ['End the membership', 'Refresh'],
  },
  {
    what: 'an offboarding that ended with a reactivation',
    begins: leavesNothing,
    who: ({ ada }) => [ada],
    button: 'End the membership',
    settles: types('dana', (card) => `/org member reactivate ${addressIn(card)}`, 'is active again'),
    says: ['Nothing changed', 'was reactivated'],
    shows: (card) => `${addressIn(card)} was reactivated`,
    gone: ['End the membership', 'Refresh'],
  },
  {
    what: 'an offboarding to look at again that ended with a removal',
    begins: leavesNothing,
    who: ({ ada }) => [ada],
    button: 'Refresh',
    settles: removes,
    says: /No member new-\d+@acme.example in Acme any more/,
    shows: (card) => `${addressIn(card)} is removed`,
    gone: ['End the membership', 'Refresh'],
  },
];

describe.each(platforms)('an answer that comes too late, on $platform', ({ startSide }) => {
  let people: People;
  beforeAll(async () => {
    made = 0;
    people = await gather(startSide);
    return people.story.end;
  }, 60_000);

  test.each(cards)('on $what, is answered, and every copy follows', async (late) => presses(people, late));
});
