import { beforeAll, describe, expect, test } from 'vitest';
import { commandKey, commands } from '../../src/commands/index.ts';
import { type Acme, foundAcme } from '../support/acme.ts';
import { platforms, type Story, startStory } from '../support/story.ts';

/** What still answers somebody deactivated (rule 3), and what is not about one organization. */
const ANSWERED = [
  'access',
  'access home',
  'access whoami',
  'access help',
  'org help',
  'access link start',
  'access link code',
  'access link remove',
  'access passkey add',
  'access passkey list',
  'access passkey remove',
  'org create',
  'org list',
  'org use',
  'org status',
];

/** Everything a command may want, so that none opens a form instead of an answer. */
const VALUES: Readonly<Record<string, string>> = {
  user: 'cleo@acme.example',
  member: 'cleo@acme.example',
  email: 'dana@acme.example',
  role: 'developer',
  project: 'search-prod',
  request: 'REQ-1',
  finding: 'DRF-1',
  until: '7d',
  reason: 'why',
  id: 'E-1',
  key: 'max-for',
  value: '7d',
  slug: 'acme',
  org: 'acme',
  'new-name': 'other',
};

describe.each(platforms)('rule 3: a deactivated member, on $platform', ({ startSide }) => {
  let story: Story;
  let people: Acme;
  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    const { ada, ben, cleo } = people;
    await ada.types(`/org member role ${ben.email} admin`);
    await ada.clicks('Change role');
    await ada.sees('Now: admin');
    await cleo.types('/access request new developer search-prod reason:"incident 77"');
    await cleo.sees('REQ-1 is open');
    await ben.sees(['Approval needed', 'REQ-1'], 'direct');
    await ada.types(`/org member deactivate ${ben.email}`);
    await ada.clicks('Deactivate');
    await ada.sees('is deactivated');
    await ben.sees(['deactivated', 'Acme'], 'direct');
    return story.end;
  });

  const inOrganization = commands.map(commandKey).filter((name) => !ANSWERED.includes(name));

  test.each(inOrganization)('/%s is refused, and says that the membership is deactivated', async (name) => {
    const { ben } = people;
    const command = commands.find((one) => commandKey(one) === name);
    const args = Object.entries(command?.args ?? {})
      .filter(([key, argument]) => !argument.hidden && (argument.required || key in VALUES))
      .map(([key, { input }]) => {
        const [first] = input.kind === 'choice' ? input.options : [];
        const pair = input.kind === 'search' && input.source === 'project-and-role';
        return ` ${key}:${pair ? 'search-prod:developer' : (VALUES[key] ?? first?.value)}`;
      });
    await story.nothingHappens(async () => {
      await ben.types(`/${name}${args.join('')}`);
      await ben.sees(/deactivated|you run no organization acme|operator/);
      expect(
        story.side
          .shown('ben')
          .at(-1)
          ?.buttons.map(({ label }) => label),
      ).not.toContain('Send');
    });
  });

  test('the card that they still have no longer decides, and others can still decide', async () => {
    const { ada, ben, cleo } = people;
    const card = () =>
      story.side.shown('ben').find(({ place, text }) => place === 'direct' && text.includes('REQ-1'));
    await expect.poll(() => card()?.buttons.map(({ label }) => label)).toEqual(['Details']);
    await story.nothingHappens(async () => {
      await ben.types('/access request approve REQ-1');
      await ben.sees('deactivated');
      await ben.clicks('Details', { on: 'REQ-1', in: 'direct' });
      await ben.sees('deactivated');
    });
    await ada.clicks('Approve', { on: 'REQ-1', in: 'direct' });
    await cleo.sees(['Approved', 'search-prod'], 'direct');
  });

  test('a form that they had open is refused as well', async () => {
    const { ada, ben, cleo } = people;
    await ada.types(`/org member reactivate ${ben.email}`);
    await ada.sees('is active again');
    await ben.sees('Your membership in Acme works again', 'direct');
    await ben.types('/org invite send');
    await ben.sees('Invite people by e-mail', 'form');
    await ada.types(`/org member deactivate ${ben.email}`);
    await ada.clicks('Deactivate');
    await ada.sees('is deactivated');
    await story.nothingHappens(async () => {
      await ben.submits({ 'E-mail addresses': 'eli@acme.example' });
      await ben.sees('deactivated');
    });
    expect(story.app.letters.to('eli@acme.example')).toEqual([]);
    await cleo.types('/org member list');
    await cleo.sees(`${ben.email}: admin (deactivated)`);
  });

  test.each(['/access help', '/access whoami', '/access', '/org list'])(
    '%s still answers, and says deactivated',
    async (line) => {
      await people.ben.types(line);
      await people.ben.sees('deactivated');
    },
  );

  test('link still answers: they can unlink and link their account', async () => {
    const { ben } = people;
    await ben.types('/access link remove');
    await ben.sees('Unlinked');
    await ben.types(`/access link start ${ben.email}`);
    await ben.sees('A code is on its way');
    await ben.types(/\/access link code code:\S+/.exec(await ben.reads('Your code'))?.[0] ?? '');
    await ben.sees('Linked to');
    await ben.types('/access whoami');
    await ben.sees('deactivated');
  });

  test('a request of somebody deactivated stays open and is not approved before they are back', async () => {
    const { ada, cleo } = people;
    await cleo.types('/access request new owner data-lake reason:"to own it"');
    await cleo.sees('REQ-2 is open');
    await ada.types(`/org member deactivate ${cleo.email}`);
    await ada.clicks('Deactivate');
    await ada.sees('is deactivated');
    await story.nothingHappens(async () => {
      await ada.types('/access request approve REQ-2');
      await ada.sees(['REQ-2', 'deactivated']);
    });
    await ada.types(`/org member reactivate ${cleo.email}`);
    await ada.sees('is active again');
    await ada.types('/access request approve REQ-2');
    await ada.sees('REQ-2 approved');
  });
});
