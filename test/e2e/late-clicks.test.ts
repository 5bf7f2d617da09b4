import { sql } from 'drizzle-orm';
import { beforeAll, describe, test } from 'vitest';
import { admins, due, gather, type Late, type People, presses, tick, types } from '../support/late.ts';
import { platforms } from '../support/story.ts';

let requests = 0;
const asks = async ({ cleo, ada }: People): Promise<string> => {
  requests += 1;
  const project = `project-${requests}`;
  await ada.types(`/org project create ${project}`);
  await ada.sees('created');
  await cleo.types(`/access request new developer ${project} for:8h reason:"for the ${project} job"`);
  const { text } = await cleo.sees([/REQ-\d+ is open/]);
  return /REQ-\d+/.exec(text)?.[0] ?? '';
};

const cards: readonly Late[] = [
  {
    what: 'a request, approved by somebody else',
    begins: asks,
    who: admins,
    button: 'Approve',
    settles: types('dana', (request) => `/access request approve ${request}`, 'approved'),
    says: /dana@acme.example approved REQ-\d+ already. Your click changed nothing/,
    shows: (request) => ['Approved', request, 'dana@acme.example'],
    gone: ['Approve', 'Deny'],
  },
  {
    what: 'a request, to be denied after it was withdrawn',
    begins: asks,
    who: admins,
    button: 'Deny',
    fills: { Reason: 'too late' },
    settles: types('cleo', (request) => `/access request cancel ${request}`, 'is cancelled'),
    says: /REQ-\d+ is cancelled. Your click changed nothing/,
    shows: (request) => ['Cancelled', request],
    gone: ['Approve', 'Deny'],
  },
  {
    what: 'the details of a request that is denied',
    begins: asks,
    who: admins,
    button: 'Details',
    settles: types('dana', (request) => `/access request deny ${request} no`, 'denied'),
    says: ['Denied', 'dana@acme.example'],
    shows: (request) => ['Denied', request],
    gone: ['Approve', 'Deny', 'Details'],
  },
  {
    what: 'access to be returned that was given back already',
    begins: async (people) => {
      const request = await asks(people);
      await people.ada.types(`/access request approve ${request}`);
      await people.cleo.sees(['Approved', request], 'direct');
      return request;
    },
    who: ({ cleo }) => [cleo],
    button: 'Return',
    settles: types('cleo', (request) => `/access request return ${request}`, 'is returned'),
    says: /REQ-\d+/,
    shows: (request) => ['Returned', request],
    gone: ['Return', 'Extend'],
  },
  {
    what: 'a break-glass that is reviewed already',
    begins: async ({ ada, cleo }) => {
      await ada.types(`/org settings set break-glass runner:${cleo.email}:30m`);
      await ada.sees('break-glass is set');
      await cleo.types('/access break-glass runner project:search-prod the site is down');
      const { text } = await cleo.sees('You are runner in search-prod now');
      await ada.sees(['Break-glass', 'the site is down'], 'direct');
      requests += 1;
      return /REQ-\d+/.exec(text)?.[0] ?? 'the site is down';
    },
    who: admins,
    button: 'Reviewed: justified',
    settles: types('dana', (request) => `/access request approve ${request}`, 'justified'),
    says: 'already',
    shows: () => ['Break-glass', 'Justified'],
    gone: ['Reviewed: justified', 'Not justified'],
  },
  {
    what: 'an invitation that somebody else has sent',
    begins: async ({ ben, ada }) => {
      await ben.types('/org invite ask kim@example.com reason:"joins us on Monday"');
      await ben.sees(/asked/i);
      await ada.sees('joins us on Monday', 'direct');
      return 'joins us on Monday';
    },
    who: admins,
    button: 'Invite',
    settles: types('dana', () => '/org invite send kim@example.com', 'kim@example.com'),
    says: ['kim@example.com', 'nothing was sent'],
    shows: (words) => [words, 'The invitation was sent.'],
    gone: ['Invite'],
  },
  {
    what: 'an expired invitation that was sent again',
    begins: async ({ ada, story }) => {
      await ada.types('/org invite send lou@example.com');
      await ada.sees('Invitation sent to lou@example.com');
      await due(
        story,
        sql`update invitations set expires_at = clock_timestamp() where email = 'lou@example.com'`,
      );
      await ada.sees(['expired', 'lou@example.com'], 'direct');
      return 'expired';
    },
    who: ({ ada }) => [ada],
    button: 'Send again',
    settles: types('dana', () => '/org invite resend lou@example.com', 'lou@example.com'),
    says: 'lou@example.com',
    shows: () => ['lou@example.com: pending now'],
    gone: ['Send again'],
  },
  {
    what: 'a question about a finding that is answered',
    begins: async ({ ada, cleo }) => {
      await ada.types('/org drift show rule:role-unused');
      const { text } = await ada.sees('role idle');
      const finding = /DRF-\d+/.exec(text)?.[0] ?? '';
      await ada.types(`/org drift ask ${finding} cleo@acme.example note:"Is it used?"`);
      await ada.sees('was asked');
      await cleo.sees('Is it used?', 'direct');
      return 'Is it used?';
    },
    who: ({ cleo }) => [cleo],
    button: 'This is right',
    settles: async ({ cleo }) => {
      await cleo.clicks('This is wrong', { on: 'Is it used?' });
      await cleo.sees('Thank you');
    },
    says: 'answered already',
    shows: (words) => [words, 'It was answered: this is wrong.'],
    gone: ['This is right', 'This is wrong'],
  },
  {
    what: 'an answer about a finding that is settled meanwhile',
    begins: async ({ story }) => {
      const heard = story.side
        .shown('ada')
        .findLast(({ text }) => text.includes('cleo@acme.example says: DRF'));
      return /says: DRF-\d+ is wrong/.exec(heard?.text ?? '')?.[0] ?? 'no answer';
    },
    who: ({ ada }) => [ada],
    button: 'Accept',
    settles: types(
      'dana',
      (words) => `/org drift accept ${/DRF-\d+/.exec(words)?.[0]} reason:"kept on purpose"`,
      'is accepted',
    ),
    says: /Nothing was changed: DRF-\d+ is accepted now, by dana@acme.example: kept on purpose/,
    shows: (words) => [words, /DRF-\d+ is accepted now/],
    gone: ['Accept', 'Fix'],
  },
  {
    what: 'a token of somebody who is gone, switched off by somebody else',
    begins: async ({ ada, eli, story }) => {
      await eli.types('/access token create laptop expires:90d');
      await eli.sees('Token laptop created', 'form');
      await ada.types('/org member deactivate eli@acme.example');
      await ada.clicks('Deactivate', { on: 'Nothing has changed yet' });
      await ada.sees('eli@acme.example');
      await tick(story, 'flag-tokens');
      await ada.sees('active token of people who are gone', 'direct');
      return 'active token of people who are gone';
    },
    who: admins,
    button: 'Deactivate',
    of: 'laptop',
    settles: async ({ dana }, card) => {
      await dana.clicks('Deactivate', { on: card, in: 'direct', of: 'laptop' });
      await dana.clicks('Deactivate', { on: 'Nothing has changed yet' });
      await dana.sees('laptop');
    },
    says: ['laptop', /already|deactivated/],
    shows: (words) => [words, '· deactivated'],
    gone: ['Deactivate', 'Revoke'],
  },
];

describe.each(platforms)('a click that comes too late, on $platform', ({ startSide }) => {
  let people: People;
  beforeAll(async () => {
    requests = 0;
    people = await gather(startSide);
    await people.ada.types('/org role create idle scope:project permissions:flows:read');
    await people.ada.sees('idle');
    return people.story.end;
  }, 60_000);

  test.each(cards)('on $what, is answered, and every copy follows', async (late) => presses(people, late));
});
