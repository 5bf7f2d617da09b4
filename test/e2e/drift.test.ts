import { beforeAll, describe, expect, test } from 'vitest';
import { type Acme, foundAcme } from '../support/acme.ts';
import { platforms, type Story, startStory } from '../support/story.ts';

describe.each(platforms)('what has drifted, on $platform', ({ startSide }) => {
  let story: Story;
  let acme: Acme;

  beforeAll(async () => {
    story = await startStory(startSide);
    acme = await foundAcme(story);
    return story.end;
  });

  test('a newcomer sees a finding, presses Fix, says who, sees what it will do, and it is mended', async () => {
    const { ada } = acme;
    const single = 'ada@acme.example is the only administrator';
    await ada.types('/org drift show rule:single-admin');
    await ada.sees(single);
    await ada.types('/org drift fix DRF-1 user:ada@acme.example');
    await ada.sees(['Nothing was changed', 'ada@acme.example is an administrator already']);
    await ada.types('/org drift show rule:single-admin');
    await ada.sees(single);
    await ada.clicks('Fix', { on: single });
    expect(await ada.offers('Person', '')).not.toContain('ada@acme.example');
    await ada.submits({ Person: 'ben@acme.example' });
    await ada.sees(['Fix DRF-1?', '/org member role', 'ben@acme.example', 'Nothing has changed yet']);
    await ada.clicks('Fix', { on: 'Nothing has changed yet' });
    await ada.sees(['ben@acme.example', 'DRF-1 is resolved']);
    await ada.types('/org drift show rule:single-admin');
    await ada.sees('Nothing has drifted');
    await ada.types('/org drift show rule:privileged-unapproved');
    await ada.sees('Nothing has drifted');
  });

  test('whoever may not see drift may not fix it either, and a finding that is not there is none', async () => {
    const { ada, cleo, eli } = acme;
    await eli.types('/access whoami');
    await eli.sees('eli@acme.example');
    await story.nothingHappens(async () => {
      await cleo.types('/org drift fix DRF-1 user:cleo@acme.example');
      await cleo.sees(['Not done', 'drift:read']);
      await eli.types('/org drift show org:acme');
      await eli.sees('no organization acme that you can reach');
      await ada.types('/org drift fix DRF-99');
      await ada.sees('There is no finding DRF-99');
      await ada.types('/org drift fix');
      await ada.sees('name a finding, or a rule');
    });
  });

  test('what changed since the baseline is listed with who did it, and Revert takes it back', async () => {
    const { ada } = acme;
    await ada.types('/org drift accept');
    await ada.clicks('Accept baseline');
    await ada.sees('The baseline is accepted');
    await ada.types('/org access grant cleo@acme.example data-lake developer');
    await ada.sees(['cleo@acme.example', 'developer']);
    await ada.types('/org drift show rule:access-changed');
    await ada.sees(['cleo@acme.example: + developer in data-lake', 'ada@acme.example']);
    await ada.clicks('Revert', { on: '+ developer in data-lake' });
    await ada.sees(['/org access revoke', 'Nothing has changed yet']);
    await ada.clicks('Fix', { on: 'Nothing has changed yet' });
    await ada.sees('is resolved');
    await ada.types('/org drift show rule:access-changed');
    await ada.sees('Nothing has drifted');
  });

  test('abuse 48: more than bulk-limit at once wait for a second person, who has them mended', async () => {
    const { ada, ben } = acme;
    for (const role of ['one', 'two']) {
      await ada.types(`/org role create ${role} scope:project permissions:flows:read`);
      await ada.sees(role);
    }
    await ada.types('/org settings set bulk-limit 1');
    await ada.sees('bulk-limit');
    await ada.types('/org drift show rule:role-unused');
    await ada.sees('role two');
    await ada.types('/org drift fix rule:role-unused');
    await ada.sees(['Fix all 2 of role-unused?', 'one person may change 1 at once']);
    await ada.clicks('Ask for approval');
    const asked = await ada.sees(/REQ-\d+/);
    await ada.types('/org drift show rule:role-unused');
    await ada.sees('role two');
    await ben.types(`/access request approve ${/REQ-\d+/.exec(asked.text)?.[0]}`);
    await ben.sees('pproved');
    await ada.types('/org drift show rule:role-unused');
    await ada.sees('Nothing has drifted');
  });
});
