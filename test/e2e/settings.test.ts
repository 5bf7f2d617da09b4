import { beforeAll, describe, expect, test } from 'vitest';
import { settingKeys } from '../../src/core/organization/settings.ts';
import { type Acme, foundAcme } from '../support/acme.ts';
import { platforms, type Story, startStory } from '../support/story.ts';

describe.each(platforms)('settings, on $platform', ({ startSide }) => {
  let story: Story;
  let people: Acme;

  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    return story.end;
  });

  test('all of them stand in groups, and one is changed where it stands', async () => {
    const { ada } = people;
    await ada.types('/org settings show');
    const shown = await ada.sees(['Asking and approving', 'Access reviews', 'Single sign-on']);
    for (const key of Object.keys(settingKeys)) expect(shown.text).toContain(`${key}: `);
    expect(shown.text).toMatch(/members-limit: no limit · operators set it/);
    expect(shown.options.join(' ')).not.toContain('members-limit');
    await ada.chooses(shown.options.find((option) => option.includes('max-for')) ?? '');
    await ada.sees('Change a setting', 'form');
    await ada.submits({ Value: '14d' });
    await ada.sees(['max-for is set', 'Now: 14 days. Before: 30 days.']);
  });

  test('whoever may change none of them reads them, and is offered nothing', async () => {
    const { cleo } = people;
    await cleo.types('/org settings show');
    const shown = await cleo.sees(['Asking and approving', 'max-for: 14 days']);
    expect(shown.options).toEqual([]);
    expect(shown.buttons).toEqual([]);
  });
});
