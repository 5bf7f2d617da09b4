import { beforeAll, describe, expect, test } from 'vitest';
import { type Acme, foundAcme } from '../support/acme.ts';
import { platforms, type Story, startStory } from '../support/story.ts';

describe.each(platforms)('break-glass, on $platform', ({ startSide }) => {
  let story: Story;
  let people: Acme;

  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    return story.end;
  });

  test('it is off; named in the settings, it is taken, told to who could have approved, reviewed by a button', async () => {
    const { ada, ben, cleo } = people;
    await story.nothingHappens(async () => {
      await cleo.types('/access break-glass runner project:search-prod the site is down');
      await cleo.sees('nobody takes access without approval');
    });
    await ada.types(`/org settings set break-glass runner:${cleo.email}:30m`);
    await ada.sees(['break-glass is set', 'runner for 30 minutes']);
    await cleo.types('/access break-glass runner project:search-prod');
    await cleo.submits({ Reason: 'the site is down' });
    await cleo.sees(['You are runner in search-prod now', 'ends by itself']);
    await ada.sees(['Break-glass', cleo.email, 'the site is down', 'Nobody has looked at it yet'], 'direct');
    await story.nothingHappens(async () => {
      await cleo.types('/access break-glass runner project:search-prod the site is down');
      await cleo.sees('you have it already');
      await cleo.types('/access request approve REQ-1');
      await cleo.sees('you took it yourself');
      await ben.types('/access request approve REQ-1');
      await ben.sees('REQ-1');
      await ben.types('/access break-glass runner project:search-prod me too');
      await ben.sees('is not yours to take');
    });
    await ada.types('/access');
    await ada.sees(['Waiting for you (1)', 'took without approval']);
    await ada.clicks('Not justified', { on: 'the site is down', in: 'direct' });
    await ada.sees(['Not justified', 'What of it still lasts ends at once'], 'form');
    await ada.submits({ Reason: 'The site was up.' });
    await ada.sees(['REQ-1: not justified', 'has ended']);
    const card = await ada.sees(['Break-glass', 'Not justified, says', 'The site was up.'], 'direct');
    expect(card.buttons.map(({ label }) => label)).not.toContain('Not justified');
    await cleo.sees(['was reviewed: not justified', 'The site was up.'], 'direct');
    await ada.types('/org settings set break-glass off');
    await ada.sees(['REQ-2 is open', 'operators']);
  });
});
