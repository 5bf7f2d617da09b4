import { beforeAll, describe, expect, test } from 'vitest';
import { foundAcme } from '../support/acme.ts';
import { platforms, type Seat, type Story, startStory } from '../support/story.ts';

describe.each(platforms)('slips, on $platform', ({ startSide, freeText }) => {
  let story: Story;
  let ada: Seat;
  let ben: Seat;
  let cleo: Seat;

  beforeAll(async () => {
    story = await startStory(startSide);
    ({ ada, ben, cleo } = await foundAcme(story));
    for (const line of ['/org service-account create ci-runner', '/org project create search-staging']) {
      await ada.types(line);
      await ada.sees(/ci-runner|search-staging/);
    }
    await ada.types(`/org access grant ${ben.email} data-lake owner`);
    await ada.sees(ben.email);
    return story.end;
  });

  test('the nearest names of what there is come as buttons, which do what was meant', async () => {
    await ada.types(`/org access grant ${cleo.email} saerch-prod developer`);
    await ada.sees(['No workspace saerch-prod', 'Closest: search-prod']);
    await ada.clicks('Use search-prod');
    await ada.sees([cleo.email, 'developer', 'search-prod']);
    await ada.types(`/org member show ${cleo.email.replace('cleo', 'celo')}`);
    const refused = await ada.sees([`Closest: ${cleo.email}. Or invite them.`]);
    expect(refused.buttons.map(({ label }) => label)).not.toContain(`Use ${ada.email}`);
    await ada.clicks(`Use ${cleo.email}`);
    await ada.sees([cleo.email, 'search-prod']);
    await ada.types('/org access show service-account:ci-runer');
    await ada.clicks('Use ci-runner');
    await ada.sees('ci-runner');
    await ada.types('/access request new owner saerch-prod for:1h reason:x');
    await ada.sees(['No workspace saerch-prod', 'Closest: search-prod']);
    await ada.types('/org member list org:acm');
    await ada.clicks('Use acme');
    await ada.sees('3 active members');
  });

  test('a setting is offered the ones that are near, not all of them', async () => {
    if (!freeText) return;
    await ada.types('/org settings set approval-required 1');
    const near = await ada.sees('approval-required is not one of the choices. Closest: approvals-required');
    expect(near.text).not.toContain('sso-issuer');
    await ada.clicks('Use approvals-required');
    await ada.sees('approvals-required is set');
  });

  test('nobody is offered a name that they may not see', async () => {
    await story.nothingHappens(async () => {
      await ben.types(`/org access grant ${cleo.email} data-laek developer`);
      await ben.sees('Closest: data-lake');
      await ben.types(`/org access grant ${cleo.email} search-prdo developer`);
      await ben.sees('No workspace search-prdo');
      ben.doesNotSee('Closest');
      await ben.types('/org access grant token:deplyo data-lake developer');
      await ben.sees('No token deplyo');
      ben.doesNotSee('Closest');
      await cleo.types('/access request new runner data-laek for:1h reason:x');
      await cleo.sees('No workspace data-laek');
      cleo.doesNotSee('Closest');
    });
  });

  test('a role of the other kind is told from one that there is not', async () => {
    await story.nothingHappens(async () => {
      await ada.types(`/org member role ${cleo.email} developer`);
      await ada.sees(['developer is a workspace role, which is held in one workspace', 'admin, member']);
      await ada.types(`/org access grant ${cleo.email} search-prod member`);
      await ada.sees('member is an organization role, which holds in every workspace');
      await ada.types(`/org access edit ${cleo.email} role:runner`);
      const form = await ada.sees(['runner is a role in one workspace', 'choose it below']);
      if (form.fields.length > 0)
        expect(form.fields.find(({ label }) => label === 'Organization role')?.value).toBe('member');
    });
  });

  test('whoever asks for too long hears the longest, and is offered it', async () => {
    await cleo.types('/access request new runner search-prod for:40d reason:INC-7');
    await cleo.sees(['at most 30 days', 'Ask for 30d or less']);
    await cleo.clicks('Use 30d');
    await cleo.sees(['REQ-1 is open', '30 days']);
  });

  test('a key that is misspelt is pointed out wherever that leads', async () => {
    if (!freeText) return;
    await cleo.types('/access request new runner data-lake reasn:INC-7');
    await cleo.sees(['reasn:INC-7', 'Did you mean reason:?']);
    await cleo.types('/access request deny requst:REQ-1');
    await cleo.sees('Did you mean request:?', 'form');
  });

  test('break-glass says at once that it is off, that one is not named, and that one has it already', async () => {
    await story.nothingHappens(async () => {
      await cleo.types('/access break-glass');
      await cleo.sees(['break-glass is off', '/access request new']);
      await ada.types('/access break-glass');
      await ada.sees(['break-glass is off', '/org settings set break-glass']);
    });
    await ada.types(`/org settings set break-glass runner:${cleo.email}+${ada.email}:30m`);
    await ada.sees('break-glass is set');
    await story.nothingHappens(async () => {
      await ben.types('/access break-glass');
      await ben.sees('you are not among those');
      await cleo.types('/access break-glass owner search-prod reason:down');
      await cleo.sees(['owner is not yours to take', 'You may take runner for 30 minutes']);
      await cleo.types('/access break-glass runner search-prod reason:down');
      await cleo.sees('you are developer, which gives all of runner there');
      await ada.types('/access break-glass runner search-prod reason:down');
      await ada.sees('you are admin, which gives all of runner there');
    });
    await cleo.types('/access break-glass');
    await cleo.sees('Take emergency access', 'form');
  });
});
