import { beforeAll, describe, expect, test } from 'vitest';
import { type Acme, foundAcme } from '../support/acme.ts';
import { platforms, type Story, startStory } from '../support/story.ts';

describe.each(platforms)('which organization a command means, on $platform', ({ startSide }) => {
  let story: Story;
  let people: Acme;
  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    const { eli, ben } = people;
    await eli.types('/org create Umbrella');
    await eli.sees('Umbrella is yours to run');
    await eli.types(`/org invite send ${ben.email} role:member`);
    await eli.sees('Invitation sent');
    await ben.opensLink('Umbrella');
    expect((await ben.accepts()).status).toBe(200);
    return story.end;
  });

  test('PF-04 the only one that I am a member of, without asking', async () => {
    await people.cleo.types('/org member list');
    await people.cleo.sees(['active members', 'Acme']);
  });

  test('PF-04 whoever is in two organizations sees the requests of each there alone', async () => {
    const { ben } = people;
    await ben.types('/access request new admin org:umbrella for:1h reason:"to see it in Umbrella"');
    await ben.sees(['REQ-1 is open', 'Umbrella']);
    await ben.types('/access request list org:umbrella');
    await ben.sees(['REQ-1', 'admin']);
    await ben.types('/access request list org:acme');
    await ben.sees('Acme');
    ben.doesNotSee('REQ-1');
    await ben.types('/access request cancel REQ-1 org:umbrella');
    await ben.sees('REQ-1');
  });

  test('PF-04 a list to choose from where there are several, and the choice goes on with the command', async () => {
    const { ben } = people;
    await ben.types('/org member list');
    await ben.sees('Which organization?');
    await ben.chooses('Umbrella');
    await ben.sees(['2 active members', 'Umbrella']);
    await ben.types('/org member list');
    await ben.sees('Which organization?');
  });

  test('PF-04 the one that the command names, and every answer says which', async () => {
    const { ben } = people;
    await ben.types('/org member list org:umbrella');
    await ben.sees(['2 active members', 'Umbrella']);
    await ben.types('/org org:acme');
    await ben.sees('Acme');
    ben.doesNotSee('Umbrella');
  });

  test('PF-04 the one last chosen with use, until another is chosen', async () => {
    const { ben } = people;
    await ben.types('/org use umbrella');
    await ben.sees('Using Umbrella');
    await ben.types('/org member list');
    await ben.sees(['2 active members', 'Umbrella']);
    await ben.types('/org use acme');
    await ben.sees('Using Acme');
    await ben.types('/org member list');
    await ben.sees(['3 active members', 'Acme']);
    await ben.types('/org list');
    await ben.sees(['Acme (current)', 'Umbrella']);
  });

  test('PF-04 what concerns me is shown of the one that I name, with a way to the others', async () => {
    const { ben } = people;
    await ben.types('/access home org:umbrella');
    await ben.sees(['You in Umbrella', 'Show another organization']);
    await ben.chooses('Acme');
    await ben.sees(['You in Acme', 'Show another organization']);
    await people.cleo.types('/access home');
    await people.cleo.sees('You in Acme');
    people.cleo.doesNotSee('Show another organization');
  });

  test('rule 8: another organization gets the same answer as one that does not exist', async () => {
    const { cleo } = people;
    await story.nothingHappens(async () => {
      await cleo.types('/org member list org:umbrella');
      const real = await cleo.sees('that you can reach from here');
      await cleo.types('/org member list org:umbrello');
      const unreal = await cleo.sees('that you can reach from here');
      expect(real.text.replace('umbrella', '')).toBe(unreal.text.replace('umbrello', ''));
    });
  });

  test('abuse 42: rights in one organization are none in another, whichever a command names', async () => {
    const { ada, ben, eli } = people;
    await ada.types(`/org member role ${ben.email} admin`);
    await ada.clicks('Change role');
    await ada.sees([ben.email, 'admin']);
    await story.nothingHappens(async () => {
      // Ada is nobody in Umbrella; Ben is a plain member there, and by now runs Acme, which he uses here.
      await ada.types(`/org member deactivate ${eli.email} org:umbrella`);
      await ada.sees('that you can reach from here');
      await ben.types(`/org member deactivate ${eli.email} org:umbrella`);
      await ben.sees("You can't");
      await ben.types('/org settings set max-for 1h org:umbrella');
      await ben.sees("You can't");
    });
  });

  test('a disconnected organization is not reached from here, and connects again', async () => {
    const { eli, ben } = people;
    await eli.types('/org disconnect umbrella');
    await eli.clicks('Disconnect');
    await eli.sees('no longer connected');
    await ben.types('/org member list org:umbrella');
    await ben.sees('that you can reach from here');
    await eli.types('/org connect umbrella');
    await eli.sees('Umbrella is connected');
    await ben.types('/org member list org:umbrella');
    await ben.sees('Umbrella');
  });
});

describe.each(platforms)('what is missing or mistyped, on $platform', ({ startSide, ...chat }) => {
  let story: Story;
  let people: Acme;
  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    return story.end;
  });

  test('checklist 9: what is missing opens a form filled with what was given', async () => {
    const { ada, cleo } = people;
    await ada.types(`/org access grant user:${cleo.email} for:7d`);
    const form = await ada.sees(/Give (project|workspace) access/, 'form');
    expect(form.fields).toContainEqual({ label: 'Person', value: cleo.email });
    expect(await ada.offers('Workspace', 'sear')).toEqual(['search-prod']);
    expect(await ada.offers('Role', 'dev')).toEqual(['developer']);
    await ada.submits({ Workspace: 'search-prod', Role: 'developer' });
    await ada.sees([cleo.email, 'developer', 'search-prod', 'by itself']);
    await cleo.sees(['developer', 'search-prod', ada.email], 'direct');
  });

  test('checklist 13: a wrong value in a form is said under its field, and the rest is kept', async () => {
    const { cleo } = people;
    await cleo.types('/access request new');
    await story.nothingHappens(async () => {
      await cleo.submits({ Role: 'owner', Workspace: 'search-prod', 'For how long': '30x', Reason: 'x' });
      await cleo.sees(/30x.* is neither a duration nor a date/);
      await cleo.submits({ 'For how long': '90d' });
      await cleo.sees('at most 30 days');
    });
    await cleo.submits({ 'For how long': '8h' });
    await cleo.sees('REQ-1 is open');
  });

  test('checklist 10: an unknown word gets the nearest commands as buttons that work', async () => {
    const { cleo } = people;
    expect(await cleo.tries('/org membr list')).toBe(chat.freeText);
    if (!chat.freeText) return;
    await cleo.sees(['I do not know that command', 'membr list', 'Did you mean']);
    await cleo.clicks('/org member list');
    await cleo.sees('3 active members');
    await cleo.types('/org member');
    await cleo.clicks('Open /org member show');
    await cleo.sees('Show a member', 'form');
    await cleo.types('/access wibble wobble');
    await cleo.sees('There is no wibble wobble');
    await cleo.clicks('Help');
    await cleo.sees('What you can do');
  });

  test('a role that is nearly right is offered as a button', async () => {
    await people.ada.types(`/org access grant ${people.ben.email} search-prod develper`);
    await people.ada.clicks('Use developer');
    await people.ada.sees([people.ben.email, 'developer']);
  });

  test('checklist 12: lists have pages, and a button leads to the next', async () => {
    const { ada } = people;
    const many = Array.from(
      { length: 25 },
      (_, index) => `guest${String(index).padStart(2, '0')}@acme.example`,
    );
    await ada.types(`/org invite send ${many.join(',')} role:member`);
    await ada.sees('25 of 25 invited');
    await ada.types('/org invite list');
    const first = await ada.sees('Invitations: pending');
    const seen = new Set(many.filter((address) => first.text.includes(address)));
    expect(seen.size).toBeGreaterThan(0);
    for (let page = 2; seen.size < many.length; page += 1) {
      expect(page).toBeLessThan(6);
      await ada.clicks('Next page');
      const next = await ada.sees('Invitations: pending');
      for (const address of many.filter((one) => next.text.includes(one))) {
        expect(seen).not.toContain(address);
        seen.add(address);
      }
    }
  });

  test('checklist 17: a mention in a thread takes the same words', async () => {
    const { cleo } = people;
    await cleo.mentions('org member list');
    await cleo.sees('3 active members');
    await cleo.mentions('access request new');
    if (!chat.windowsInThreads) {
      await cleo.sees('needs more than that');
      await cleo.clicks('Fill in');
    }
    await cleo.sees('Ask for access', 'form');
  });

  test('PF-05 the home tab shows my access and what waits for me', async () => {
    await people.ada.opensHome();
    const home = await people.ada.sees(['You in Acme', 'REQ-1'], 'home');
    expect(home.buttons.length).toBeGreaterThan(0);
  });
});
