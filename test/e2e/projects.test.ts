import { beforeAll, describe, expect, test } from 'vitest';
import { type Acme, foundAcme } from '../support/acme.ts';
import { platforms, type Story, startStory } from '../support/story.ts';

describe.each(platforms)('projects and who may do what in them, on $platform', ({ startSide }) => {
  let story: Story;
  let people: Acme;
  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    const { ada, ben } = people;
    await ada.types(`/org access grant ${ben.email} search-prod owner`);
    await ada.sees([ben.email, 'owner', 'search-prod']);
    return story.end;
  });

  test('PF-22 the owner of a project adds members there, and nowhere else; nobody else does', async () => {
    const { ben, cleo } = people;
    await ben.types(`/org access grant ${cleo.email} search-prod developer`);
    await ben.sees([cleo.email, 'developer', 'search-prod']);
    await cleo.sees(['developer', 'search-prod', ben.email], 'direct');
    await story.nothingHappens(async () => {
      await ben.types(`/org access grant ${cleo.email} data-lake developer`);
      await ben.sees('Not done');
      await cleo.types(`/org access grant ${ben.email} search-prod read-only`);
      await cleo.sees(["You can't", 'grants:write']);
    });
  });

  test('PF-24 the same person has another role in another project', async () => {
    const { ada, cleo } = people;
    await ada.types(`/org access grant ${cleo.email} data-lake read-only`);
    await ada.sees(['read-only', 'data-lake']);
    await cleo.types('/org access show');
    await cleo.sees(['developer in workspace search-prod', 'read-only in workspace data-lake']);
  });

  test('PF-23 somebody who is no member is refused, with a button that invites them', async () => {
    const { ada, eli } = people;
    await story.nothingHappens(async () => {
      await ada.types(`/org access grant ${eli.email} search-prod developer`);
      await ada.sees(`No member ${eli.email} in Acme`);
    });
    await ada.clicks(`Invite ${eli.email}`);
    await ada.sees(`Invitation sent to ${eli.email}`);
  });

  test('PF-28 a role that adds nothing is given with a warning', async () => {
    const { ada, ben } = people;
    await ada.types(`/org access grant ${ben.email} search-prod read-only`);
    await ada.sees('This adds nothing now: as owner they may do all of it already');
  });

  test('PF-06 PF-25 PF-29 members see a project once it has a default role, and not before', async () => {
    const { ada, cleo } = people;
    await ada.types('/org project create hidden-lab');
    await ada.sees('hidden-lab created');
    await cleo.types('/org project list');
    await cleo.sees('search-prod');
    cleo.doesNotSee('hidden-lab');
    await cleo.types('/org project show hidden-lab');
    const hidden = await cleo.sees('Not done');
    await cleo.types('/org project show hidden-lax');
    const missing = await cleo.sees('Not done');
    expect(hidden.text.replaceAll('hidden-lab', '')).toBe(missing.text.replaceAll('hidden-lax', ''));
    await ada.types('/org project default-role hidden-lab read-only');
    await ada.sees('Anyone at Acme is read-only in hidden-lab');
    await cleo.types('/org project list');
    await cleo.sees('hidden-lab');
    await ada.types('/org project default-role hidden-lab role:none');
    await ada.sees('hidden-lab');
    await cleo.types('/org project list');
    await cleo.sees('search-prod');
    cleo.doesNotSee('hidden-lab');
  });

  test('a member hears by direct message when somebody else changes their role', async () => {
    const { ada, cleo } = people;
    await ada.types(`/org member role ${cleo.email} none`);
    await ada.sees('no organization role');
    await cleo.sees([ada.email, 'Acme'], 'direct');
    await ada.types(`/org member role user:${cleo.mention} member`);
    await ada.sees('Now: member');
    await cleo.sees('member', 'direct');
  });

  test('checklist 28: what is dangerous is asked once; pressed twice it happens once', async () => {
    const { ada, cleo } = people;
    await story.nothingHappens(async () => {
      await ada.types(`/org access revoke ${cleo.email} all`);
      await ada.sees(['This ends', 'search-prod', 'data-lake', 'Nothing has changed yet']);
    });
    const before = await story.app.audited();
    await Promise.all([ada.clicks('Take away'), ada.clicks('Take away')]);
    await cleo.sees(['search-prod', 'data-lake'], 'direct');
    await ada.sees(/Access taken|Nothing was taken away/);
    await expect.poll(() => story.app.audited()).toBe(before + 2);
    await story.nothingHappens(async () => {
      await ada.types(`/org access revoke ${cleo.email} search-prod`);
      await ada.sees('Nothing was taken away');
    });
  });

  test('CW-44 a role in every project is given at once, and only to who may everywhere', async () => {
    const { ada, ben, cleo } = people;
    await ada.types(`/org access grant ${cleo.email} all read-only for:8h`);
    await ada.sees([
      `${cleo.email} is read-only in every workspace`,
      'search-prod',
      'data-lake',
      'by itself',
    ]);
    const told = await cleo.sees('Your access in Acme changed', 'direct');
    expect(told.text).toContain('data-lake');
    await story.nothingHappens(async () => {
      await ada.types(`/org access grant ${cleo.email} all no-such-role`);
      await ada.sees('no-such-role');
      await ben.types(`/org access grant ${cleo.email} all owner`);
      await ben.sees(["You can't give access to every workspace", 'grants:write']);
      await ada.types('/org project create all');
      await ada.sees('means something in commands');
    });
    await ada.types(`/org access revoke ${cleo.email} all`);
    await ada.clicks('Take away');
    await cleo.sees(['search-prod', 'data-lake'], 'direct');
  });

  test('rule 6: the last administrator cannot be switched off, demoted or removed, and does not leave', async () => {
    const { ada } = people;
    await story.nothingHappens(async () => {
      for (const line of [
        `/org member deactivate ${ada.email}`,
        `/org member role ${ada.email} member`,
        `/org member role ${ada.email} admin 7d`,
        `/org member remove ${ada.email}`,
        '/access leave',
      ]) {
        await ada.types(line);
        await ada.sees('Acme would be left without an administrator');
      }
    });
  });
});
