import { sql } from 'drizzle-orm';
import { beforeAll, describe, test } from 'vitest';
import { admins, due, gather, type Late, type People, presses, types } from '../support/late.ts';
import { platforms } from '../support/story.ts';

/** The news of a departure are there within a minute. */
const MINUTE = 60_000;
const ELI = 'eli@acme.example left the workspace';
const BEN = 'ben@acme.example left the workspace';
const NO_MORE = 'They are a member no more.';

const leaves = (name: 'ben' | 'eli') => async (people: People) => {
  await people.story.side.switchOff(name);
  const card = `${name}@acme.example left the workspace`;
  await people.ada.sees(card, 'direct', MINUTE);
  return card;
};
const confirms = (line: string, label: string, words: string) => async (people: People) => {
  await people.dana.types(line);
  await people.dana.clicks(label, { on: 'Nothing has changed yet' });
  await people.dana.sees(words);
};

const leavers: readonly Late[] = [
  {
    what: 'to deactivate whom somebody else has deactivated',
    begins: leaves('eli'),
    who: admins,
    button: 'Deactivate',
    settles: confirms('/org member deactivate eli@acme.example', 'Deactivate', 'is deactivated'),
    says: 'Nothing changed: eli@acme.example is deactivated already',
    shows: () => [ELI, 'Their membership is deactivated now.'],
    gone: ['Deactivate'],
  },
  {
    what: 'to offboard whom somebody else has reactivated',
    begins: async () => ELI,
    who: admins,
    button: 'Offboard',
    settles: types('dana', () => '/org member reactivate eli@acme.example', 'is active again'),
    says: ['Offboard eli@acme.example?', 'Nothing has changed yet'],
    shows: () => /left the workspace(?!.*deactivated now)/s,
  },
  {
    what: 'to deactivate whom somebody else has begun to offboard',
    begins: async () => ELI,
    who: admins,
    button: 'Deactivate',
    settles: confirms('/org member offboard eli@acme.example', 'Start offboarding', 'Offboarding eli'),
    says: 'Nothing changed: eli@acme.example is deactivated already',
    shows: () => [ELI, 'Their removal is under way.'],
    gone: ['Deactivate', 'Offboard'],
  },
  {
    what: 'to look at who is a member no more',
    begins: async () => ELI,
    who: admins,
    button: 'Show member',
    settles: confirms('/org member remove eli@acme.example', 'Remove', 'is removed'),
    says: 'No member eli@acme.example in Acme any more',
    shows: () => [ELI, NO_MORE],
    gone: ['Deactivate', 'Offboard', 'Show member'],
  },
  {
    what: 'to offboard who is a member no more',
    begins: leaves('ben'),
    who: admins,
    button: 'Offboard',
    settles: confirms('/org member remove ben@acme.example', 'Remove', 'is removed'),
    says: 'No member ben@acme.example in Acme any more',
    shows: () => [BEN, NO_MORE],
    gone: ['Deactivate', 'Offboard', 'Show member'],
  },
];

let made = 0;
const project = async ({ ada }: People): Promise<string> => {
  made += 1;
  await ada.types(`/org project create job-${made}`);
  await ada.sees('created');
  return `job-${made}`;
};
const SOON = 'Your access ends soon';
const dayBefore = async ({ story, cleo }: People, words: string) => {
  const by = sql`interval '25 hours'`;
  const { db } = story.app.database;
  await db.execute(sql`update requests set access_ends_at = access_ends_at - ${by} where state = 'approved'`);
  await db.execute(
    sql`update principals set role_until = role_until - ${by}, role_warn_at = role_warn_at - ${by}`,
  );
  await due(story, sql`update grants set expires_at = expires_at - ${by}, warn_at = warn_at - ${by}`);
  await cleo.sees([SOON, words], 'direct');
};
/** Cleo was given it for two days, and hears that one is left. */
const given = async (people: People): Promise<string> => {
  const name = await project(people);
  await people.ada.types(`/org access grant cleo@acme.example ${name} developer for:2d`);
  await people.ada.sees(['cleo@acme.example', 'developer']);
  await dayBefore(people, name);
  return `${SOON}: developer in workspace ${name}`;
};
const projectOf = (card: string): string => /job-\d+/.exec(card)?.[0] ?? '';
const mine = ({ cleo }: People) => [cleo];
const grants = (end: string) =>
  types(
    'dana',
    (card) => `/org access grant cleo@acme.example ${projectOf(card)} developer ${end}`,
    'developer',
  );

const endings: readonly Late[] = [
  {
    what: 'to return what somebody has taken away',
    begins: given,
    who: mine,
    button: 'Return',
    settles: async (people, card) =>
      confirms(
        `/org access revoke cleo@acme.example ${projectOf(card)}`,
        'Take away',
        'Access taken',
      )(people),
    says: /Nothing was given back: you do not hold developer in job-\d+/,
    shows: (card) => [card, 'This access has ended.'],
    gone: ['Extend', 'Return'],
  },
  {
    what: 'to return what somebody has given for longer',
    begins: given,
    who: mine,
    button: 'Return',
    settles: grants('for:30d'),
    says: [/Nothing was given back: developer in job-\d+ ends at another time now/, 'access return'],
    shows: (card) => [card, 'It does not end then any more'],
    gone: ['Extend', 'Return'],
  },
  {
    what: 'to extend what somebody has given for good',
    begins: given,
    who: mine,
    button: 'Extend',
    settles: grants(''),
    says: /Nothing was asked for: you are developer in job-\d+ already/,
    shows: (card) => [card, 'It does not end then any more'],
    gone: ['Extend', 'Return'],
  },
  {
    what: 'to extend what has ended by itself',
    begins: given,
    who: mine,
    button: 'Extend',
    settles: async ({ story, cleo }, card) => {
      await due(
        story,
        sql`update grants set expires_at = clock_timestamp()
          where project_id = (select id from projects where name = ${projectOf(card)})`,
      );
      await cleo.sees(['has ended', projectOf(card)], 'direct');
    },
    says: 'Ask for access',
    shows: (card) => [card, 'This access has ended.'],
    gone: ['Extend', 'Return'],
  },
  {
    what: 'to return what went with its project',
    begins: given,
    who: mine,
    button: 'Return',
    settles: async (people, card) =>
      confirms(`/org project delete ${projectOf(card)}`, 'Delete', 'deleted')(people),
    says: /Nothing was given back: you do not hold developer in job-\d+/,
    shows: (card) => [card, 'This access has ended.'],
    gone: ['Extend', 'Return'],
  },
  {
    what: 'to return a role that somebody has taken away',
    begins: async (people) => {
      await people.ada.types('/org member role cleo@acme.example admin for:2d');
      await people.ada.clicks('Change role', { on: 'Nothing has changed yet' });
      await people.ada.sees(['cleo@acme.example', 'admin']);
      await dayBefore(people, 'admin');
      return `${SOON}: admin`;
    },
    who: mine,
    button: 'Return',
    settles: confirms('/org member role cleo@acme.example member', 'Change role', 'member'),
    says: 'Nothing was given back: you are not admin of Acme for a time',
    shows: (card) => [card, 'This access has ended.'],
    gone: ['Extend', 'Return'],
  },
  {
    what: 'to return what another request has extended',
    begins: async (people) => {
      const name = await project(people);
      const { cleo, ada } = people;
      await cleo.types(`/access request new developer ${name} for:2d reason:"the job"`);
      const { text } = await cleo.sees([/REQ-\d+ is open/]);
      await ada.types(`/access request approve ${/REQ-\d+/.exec(text)?.[0]}`);
      await ada.sees('approved');
      await dayBefore(people, name);
      return `${SOON}: developer in workspace ${name}`;
    },
    who: mine,
    button: 'Return',
    settles: async ({ cleo, dana }, card) => {
      await cleo.types(`/access request new developer ${projectOf(card)} for:3d reason:"more of it"`);
      const { text } = await cleo.sees([/REQ-\d+ is open/]);
      await dana.types(`/access request approve ${/REQ-\d+/.exec(text)?.[0]}`);
      await dana.sees('approved');
    },
    says: /REQ-\d+ was not returned: it is ended/,
    shows: () => 'Ended',
    gone: ['Extend', 'Return'],
  },
];

describe.each(platforms)('a notice whose time has passed, on $platform', ({ startSide }) => {
  let people: People;
  beforeAll(async () => {
    made = 0;
    people = await gather(startSide);
    return people.story.end;
  }, 60_000);

  test.each(leavers)(
    'of a departure, asks $what: answered, and every copy follows',
    async (late) => presses(people, late),
    2 * MINUTE,
  );
  test.each(endings)('of an end, asks $what: answered, and every copy follows', async (late) =>
    presses(people, late),
  );
});
