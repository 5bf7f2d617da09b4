import { beforeAll, describe, test } from 'vitest';
import { foundCompany } from '../seeds/company.ts';
import { joins } from '../support/acme.ts';
import { type Late, type People, presses, types } from '../support/late.ts';
import { platforms } from '../support/story.ts';

const OFFBOARDING = 'Offboarding cleo@acme.example';
const mine = ({ ada }: People) => [ada];
const confirms =
  (line: string, label: string, words: string) =>
  async ({ dana }: People) => {
    await dana.types(line);
    await dana.clicks(label, { on: 'Nothing has changed yet' });
    await dana.sees(words);
  };

const cards: readonly Late[] = [
  {
    what: 'to deactivate a token that somebody else has revoked',
    begins: async ({ ada, cleo }) => {
      for (const name of ['ci-1', 'ci-2', 'ci-3']) {
        await ada.types(`/org token create ${name} member:${cleo.email}`);
        await ada.sees(name);
      }
      await ada.types(`/org member offboard ${cleo.email}`);
      await ada.clicks('Start offboarding', { on: 'Nothing has changed yet' });
      await ada.sees(OFFBOARDING);
      return OFFBOARDING;
    },
    who: mine,
    button: 'Deactivate',
    of: 'ci-1',
    settles: confirms('/org token revoke ci-1', 'Revoke', 'revoked'),
    says: /No token ci-1 in Acme/,
    shows: () => OFFBOARDING,
    gone: [/ci-1/],
  },
  {
    what: 'to revoke a token that somebody else has deactivated',
    begins: async () => OFFBOARDING,
    who: mine,
    button: 'Revoke',
    of: 'ci-2',
    settles: confirms('/org token deactivate ci-2', 'Deactivate', 'deactivated'),
    says: ['ci-2', 'Nothing has changed yet'],
    shows: () => OFFBOARDING,
    gone: [/ci-2/],
  },
  {
    what: 'to reassign a token that somebody else has reassigned',
    begins: async () => OFFBOARDING,
    who: mine,
    button: 'Reassign',
    of: 'ci-3',
    fills: { 'Associated member': 'ben@acme.example' },
    settles: types('dana', () => '/org token reassign ci-3 member:dana@acme.example', 'ci-3'),
    says: 'Nothing changed: dana@acme.example answers for ci-3 now',
    shows: () => [OFFBOARDING, '2. Done'],
    gone: [/ci-3/],
  },
  {
    what: 'to ask the operators whom somebody else has asked',
    begins: async () => OFFBOARDING,
    who: mine,
    button: 'Ask the operators',
    settles: async ({ dana }) => {
      await dana.types('/org member offboard cleo@acme.example');
      await dana.clicks('Ask the operators', { on: OFFBOARDING });
      await dana.sees(/REQ-\d+ asks the operators/);
    },
    says: /REQ-\d+ asks the operators/,
    shows: () => [OFFBOARDING, /REQ-\d+ asks the operators to finish/],
    gone: ['Ask the operators'],
  },
  {
    what: 'to take the last step, of somebody who was reactivated',
    begins: async () => 'the last step of removing cleo@acme.example',
    who: ({ eli }) => [eli],
    button: 'Approve',
    settles: types('dana', () => '/org member reactivate cleo@acme.example', 'is active again'),
    says: /REQ-\d+ is cancelled. Your click changed nothing/,
    shows: () => 'Cancelled',
    gone: ['Approve', 'Deny'],
  },
];

describe.each(platforms)('a step of a removal that is done meanwhile, on $platform', ({ startSide }) => {
  let people: People;
  beforeAll(async () => {
    people = await foundCompany(startSide, {
      model: 'coreweave',
      projects: ['tenant'],
      joining: 'no-access',
    });
    await joins(people.story, 'dana', 'no-access');
    await people.eli.types('/org member role dana@acme.example admin org:acme');
    await people.eli.clicks('Change role', { on: 'Nothing has changed yet' });
    await people.eli.sees('is admin');
    return people.story.end;
  }, 60_000);

  test.each(cards)('asks $what: answered, and every copy follows', async (late) => presses(people, late));
});
