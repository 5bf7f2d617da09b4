import { beforeAll, describe, expect, test } from 'vitest';
import { type Acme, foundAcme } from '../support/acme.ts';
import { platforms, type Story, startStory } from '../support/story.ts';

describe.each(platforms)('a form that comes back, on $platform', ({ startSide }) => {
  let story: Story;
  let people: Acme;

  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    return story.end;
  });

  test('speaks the organization’s words, as when it opened first', async () => {
    const { cleo } = people;
    await cleo.types('/access request new');
    const first = await cleo.sees(['Ask for access', 'Acme', 'Workspace'], 'form');
    await story.nothingHappens(async () => {
      await cleo.submits({ Role: 'runner', Workspace: 'nowhere', Reason: 'INC-7' });
      const again = await cleo.sees(['No workspace nowhere', 'Acme']);
      expect(again.text).not.toContain('Project');
      if (again.fields.length > 0)
        expect(again.fields.map(({ label }) => label)).toEqual(first.fields.map(({ label }) => label));
    });
  });
});
