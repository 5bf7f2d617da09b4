import { beforeAll, describe, expect, test } from 'vitest';
import { type Acme, foundAcme } from '../support/acme.ts';
import { platforms, type Seat, type Story, startStory } from '../support/story.ts';

describe.each(platforms)('the access form, on $platform', ({ startSide, windowsInThreads }) => {
  let story: Story;
  let people: Acme;
  let ada: Seat;
  let cleo: Seat;

  /** What somebody has by now, as they read it themselves. */
  const has = async (who: Seat, words: readonly string[], without: readonly string[] = []) => {
    await who.types('/org access show');
    const shown = await who.sees(['Your access', ...words], 'general');
    for (const word of without) expect(shown.text).not.toContain(word);
  };
  const opens = async (typed = '') => {
    await ada.types(`/org access edit ${cleo.email}${typed}`);
    return ada.sees(['Edit access', cleo.email, 'Nothing changes before'], 'form');
  };
  const chosenIn = (fields: readonly { label: string; value: string }[], label: string) =>
    fields.find((field) => field.label === label)?.value;

  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    ({ ada, cleo } = people);
    return story.end;
  });

  test('CR-09 CW-42 the form shows the organization role and every project, as they are now', async () => {
    await ada.types(`/org access grant ${cleo.email} data-lake read-only for:7d`);
    await ada.sees('read-only in data-lake');
    const { fields, buttons } = await opens();
    expect(fields.map(({ label, value }) => [label, value])).toEqual([
      ['Organization role', 'member'],
      ['data-lake', 'read-only'],
      ['search-prod', 'none'],
    ]);
    const labels = buttons.map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(['Add all: developer', 'Add all: owner', 'Remove all']));
    await ada.sees('read-only until', 'form');
  });

  test('in a thread it opens too, at least by a button, with what was typed', async () => {
    await story.nothingHappens(async () => {
      await ada.mentions(`org access edit ${cleo.email} role:none`);
      if (!windowsInThreads) {
        await ada.sees(['Edit access', 'Some details are missing']);
        await ada.clicks('Open the form');
      }
      const { fields } = await ada.sees('Nothing changes before', 'form');
      expect(chosenIn(fields, 'Organization role')).toBe('none');
      expect(chosenIn(fields, 'data-lake')).toBe('read-only');
    });
  });

  test('CW-43 CW-45 nothing happens before Save: the difference comes first, and closing discards', async () => {
    await story.nothingHappens(async () => {
      await opens();
      await ada.submits({ 'search-prod': 'developer' });
      await ada.sees(
        [`Save the access of ${cleo.email}?`, 'developer in workspace search-prod', 'Everything else stays'],
        'form',
      );
      await has(cleo, ['data-lake'], ['search-prod']);
      await ada.types('/access whoami');
      await ada.sees('ada@acme.example');
    });
  });

  test('CR-09 one Save carries it out, and who it is about hears the difference once', async () => {
    await opens();
    await ada.submits({ 'search-prod': 'developer' });
    await ada.sees('Nothing has changed yet', 'form');
    await ada.clicks('Save');
    await ada.sees(['Access of cleo@acme.example saved', 'developer', 'search-prod'], 'form');
    await cleo.sees(['Your access in Acme changed', 'developer', 'search-prod'], 'direct');
    await has(cleo, ['developer', 'search-prod', 'read-only', 'data-lake', 'until']);
    await ada.types('/org audit list');
    await ada.sees('grant.added');
  });

  test('back from the preview the form has what was chosen, and a form without a difference saves nothing', async () => {
    await opens();
    await ada.submits({ 'search-prod': 'runner', 'data-lake': 'none' });
    await ada.sees(
      ['Added:', 'runner in workspace search-prod', 'Taken away:', 'read-only in workspace data-lake'],
      'form',
    );
    await ada.clicks('Back to the form');
    const { fields } = await ada.sees('Nothing changes before', 'form');
    expect([chosenIn(fields, 'search-prod'), chosenIn(fields, 'data-lake')]).toEqual(['runner', 'none']);
    await story.nothingHappens(async () => {
      await ada.submits({ 'search-prod': 'developer', 'data-lake': 'read-only' });
      await ada.sees('has exactly this access already', 'form');
    });
  });

  test('CW-44 Add all reaches every project where there is nothing, Remove all every project, and none outside', async () => {
    const { eli } = people;
    await eli.types('/org create Eli slug:eli');
    await eli.sees('Eli is yours to run');
    await eli.types('/org project create elsewhere');
    await eli.sees('elsewhere created');
    await opens();
    ada.fills({ 'data-lake': 'none' });
    await ada.clicks('Add all: runner');
    const added = await ada.sees('Nothing changes before', 'form');
    expect([chosenIn(added.fields, 'data-lake'), chosenIn(added.fields, 'search-prod')]).toEqual([
      'runner',
      'developer',
    ]);
    expect(added.text).not.toContain('elsewhere');
    await ada.clicks('Remove all');
    const removed = await ada.sees('Nothing changes before', 'form');
    expect(removed.fields.slice(1).map(({ value }) => value)).toEqual(['none', 'none']);
    await ada.submits();
    const preview = await ada.sees(['Taken away:', 'search-prod', 'data-lake'], 'form');
    expect(preview.text).not.toContain('elsewhere');
    await ada.clicks('Save');
    await ada.sees('saved', 'form');
    await has(cleo, ['member'], ['search-prod', 'data-lake']);
  });

  test('the whole set can be typed; a second press of Save changes nothing', async () => {
    const typed = `/org access edit user:${cleo.email} role:member project:search-prod:developer,data-lake:read-only`;
    await ada.types(typed);
    await ada.sees(['Added:', 'developer in workspace search-prod', 'read-only in workspace data-lake']);
    await ada.clicks('Save');
    await ada.sees('saved');
    await cleo.sees('Your access in Acme changed', 'direct');
    await story.nothingHappens(async () => {
      await story.side.again();
      await ada.types(typed);
      await ada.sees('has exactly this access already');
      await ada.types(`/org access edit user:${cleo.email} project:search-prod`);
      await ada.sees('names no project and role');
      await ada.types(`/org access edit user:${cleo.email} project:nowhere:developer`);
      await ada.sees('nowhere');
    });
    await ada.types(`/org access edit user:${cleo.email} project:all:runner,data-lake:none`);
    await ada.sees(['runner in workspace search-prod', 'Taken away:', 'developer in workspace search-prod']);
    await ada.clicks('Save');
    await ada.sees('saved');
    await has(cleo, ['runner', 'search-prod'], ['data-lake', 'developer']);
    await ada.types(`/org access edit user:${cleo.email} project:none`);
    await ada.sees(['Taken away:', 'runner in workspace search-prod']);
    await ada.clicks('Save');
    await ada.sees('saved');
  });

  test('what somebody else changed meanwhile is not overwritten', async () => {
    const { ben } = people;
    await ada.types(`/org member role ${ben.email} admin`);
    await ada.sees('Administrators may do everything');
    await ada.clicks('Change role');
    await ada.sees('admin');
    await opens();
    await ada.submits({ 'search-prod': 'runner' });
    await ada.sees('Nothing has changed yet', 'form');
    await ben.types(`/org access grant ${cleo.email} data-lake owner`);
    await ben.sees('owner in data-lake');
    await story.nothingHappens(async () => {
      await ada.clicks('Save');
      await ada.sees(['Nothing was saved', 'has changed since this was drawn'], 'form');
    });
    await has(cleo, ['owner', 'data-lake'], ['search-prod']);
  });

  test('PF-22 a project’s owner edits access there alone; who may change nothing gets no form', async () => {
    await cleo.types(`/org access edit ${ada.email}`);
    const form = await cleo.sees(['Nothing changes before', 'in 1 other workspace stays'], 'form');
    expect(form.fields.map(({ label }) => label)).toEqual(['data-lake']);
    await cleo.submits({ 'data-lake': 'none' });
    const preview = await cleo.sees('Taken away:', 'form');
    expect(preview.text).not.toContain('search-prod');
    await ada.types(`/org access edit user:${cleo.email} project:none`);
    await ada.sees('owner in workspace data-lake');
    await ada.clicks('Save');
    await ada.sees('saved');
    await story.nothingHappens(async () => {
      await cleo.clicks('Save');
      await cleo.sees('Not done', 'form');
    });
    await story.nothingHappens(async () => {
      await cleo.types(`/org access edit ${ada.email}`);
      await cleo.sees(["You can't change the access of ada@acme.example", 'grants:write']);
    });
  });

  test('a service account has the form too, without an organization role', async () => {
    await ada.types('/org service-account create robot');
    await ada.sees('robot');
    await ada.types('/org access edit service-account:robot');
    const form = await ada.sees(['robot', 'Nothing changes before'], 'form');
    expect(form.fields.map(({ label }) => label)).toEqual(['data-lake', 'search-prod']);
    await ada.submits({ 'data-lake': 'runner' });
    await ada.sees(['Save the access of robot?', 'runner in workspace data-lake'], 'form');
    await ada.clicks('Save');
    await ada.sees('Access of robot saved', 'form');
    await ada.types('/org access show service-account:robot');
    await ada.sees(['robot', 'runner', 'data-lake'], 'general');
    await ada.clicks('Edit all access');
    await ada.sees(['robot', 'Nothing changes before'], 'form');
    await story.nothingHappens(async () => {
      await ada.types('/org access edit service-account:robot role:admin project:none');
      await ada.sees('service accounts have no organization role');
    });
  });

  test('more projects than a window holds are paged and searched, and what was chosen is kept', async () => {
    const { dana } = people;
    await dana.types('/org create Big slug:big');
    await dana.sees('Big is yours to run');
    for (let n = 100; n < 185; n++) {
      await dana.types(`/org project create area-${n}`);
      await dana.sees(`area-${n} created`);
    }
    await dana.types(`/org invite send ${cleo.email} role:member`);
    await dana.sees('Invitation sent');
    await cleo.opensLink('Big');
    await cleo.accepts();
    await dana.types(`/org access edit ${cleo.email}`);
    const first = await dana.sees('1 to 40 of 85 workspaces', 'form');
    expect(first.fields.filter(({ label }) => label.startsWith('area-'))).toHaveLength(40);
    dana.fills({ 'area-101': 'developer' });
    await dana.clicks('Next page');
    await dana.sees('41 to 80 of 85 workspaces', 'form');
    dana.fills({ 'area-150': 'runner' });
    await dana.clicks('Next page');
    const last = await dana.sees('81 to 85 of 85 workspaces', 'form');
    expect(last.buttons.map(({ label }) => label)).not.toContain('Next page');
    dana.fills({ 'area-184': 'owner', 'Find workspaces': '101' });
    await dana.clicks('Find');
    const found = await dana.sees('1 to 1 of 1 workspaces', 'form');
    expect(chosenIn(found.fields, 'area-101')).toBe('developer');
    await dana.submits();
    await dana.sees(
      ['developer in workspace area-101', 'runner in workspace area-150', 'owner in workspace area-184'],
      'form',
    );
    await dana.clicks('Save');
    await dana.sees('saved', 'form');
    await dana.types(`/org access edit ${cleo.email}`);
    await dana.sees('1 to 40 of 85', 'form');
    await dana.clicks('Add all: read-only');
    await dana.sees('1 to 40 of 85', 'form');
    await dana.submits();
    await dana.sees('read-only in workspace area-100', 'form');
    await dana.clicks('Save');
    await dana.sees('saved', 'form');
    await cleo.types('/org access show org:big');
    await cleo.sees(['Your access', 'area-101', 'area-150']);
  }, 90_000);

  test('CW-41 CW-46 where there is one role to give a project is a box, and what operators gave is kept', async () => {
    const { dana } = people;
    await dana.types('/org create Cloud slug:cloud model:coreweave');
    await dana.sees('Cloud is yours to run');
    for (const name of ['tenant-a', 'tenant-b']) {
      await dana.types(`/org project create ${name} org:cloud`);
      await dana.sees(`${name} created`);
    }
    await dana.types(`/org invite send ${cleo.email} no-access org:cloud`);
    await dana.sees('Invitation sent');
    await cleo.opensLink('Cloud');
    await cleo.accepts();
    await dana.types(`/org access edit ${cleo.email} org:cloud`);
    const form = await dana.sees('Nothing changes before', 'form');
    expect(form.buttons.map(({ label }) => label)).toEqual(['Add all', 'Remove all']);
    await dana.submits({ 'tenant-a': 'namespace-user' });
    await dana.sees('namespace-user in namespace tenant-a', 'form');
    await dana.clicks('Save');
    await dana.sees('saved', 'form');
    await dana.types(`/org access edit ${cleo.email} org:cloud`);
    const ticked = await dana.sees('Nothing changes before', 'form');
    expect(chosenIn(ticked.fields, 'tenant-a')).toBe('namespace-user');
    await dana.submits({ 'tenant-a': '', 'tenant-b': 'namespace-user' });
    await dana.sees(['Added:', 'tenant-b', 'Taken away:', 'tenant-a'], 'form');
    await story.nothingHappens(async () => {
      await dana.types(`/org access edit ${cleo.email} org:cloud project:tenant-a:namespace-user+pod-writer`);
      await dana.sees(['Nothing was saved', 'w:pods', 'Operators alone give that']);
    });
    await dana.types(`/org access edit ${dana.email} org:cloud`);
    const own = await dana.sees('Nothing changes before', 'form');
    expect(own.fields.map(({ label, value }) => [label, value])).toEqual([
      ['tenant-a', '='],
      ['tenant-b', '='],
    ]);
    await story.nothingHappens(async () => {
      await dana.submits();
      await dana.sees('has exactly this access already', 'form');
    });
  });
});
