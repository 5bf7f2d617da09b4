import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Acme, foundAcme, joins } from '../support/acme.ts';
import { platforms, type Seat, type Story, startStory } from '../support/story.ts';

const CHANNEL = 'access-requests';

describe.each(platforms)('approvals, on $platform', ({ startSide, shared }) => {
  let story: Story;
  let people: Acme;
  let ada: Seat;
  let ben: Seat;
  let cleo: Seat;
  let number = 0;
  let request = '';

  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    ({ ada, ben, cleo } = people);
    await joins(story, 'dana', 'role:admin');
    await ada.types(`/org settings set approvals-channel #${CHANNEL}`);
    await ada.sees('approvals-channel is set');
    await ada.types(`/org access grant ${ben.email} search-prod owner`);
    await ada.sees('owner');
    await people.eli.types('/access whoami');
    await people.eli.sees(people.eli.email);
    return story.end;
  });

  /** Cleo asks for something that nobody has asked for before. */
  beforeEach(async () => {
    number += 1;
    request = `REQ-${number}`;
    await ada.types(`/org project create project-${number}`);
    await ada.sees('created');
    await cleo.types(`/access request new developer project-${number} for:8h reason:"for ${request}"`);
    await cleo.sees(`${request} is open`);
    await ben.sees(['Approval needed', request], CHANNEL);
  });

  const approved = (who: Seat) => who.sees(['Approved', request, ada.email], CHANNEL);

  test('checklist 19: an approval redraws the card for everybody and is told to the requester once', async () => {
    await ada.clicks('Approve', { on: request });
    for (const person of [ada, ben, cleo]) {
      expect((await approved(person)).buttons.map(({ label }) => label)).toEqual([]);
    }
    await cleo.sees(['Approved', `project-${number}`], 'direct');
    const told = story.side
      .shown('cleo')
      .filter(({ place, text }) => place === 'direct' && text.includes(request));
    expect(told).toHaveLength(1);
  });

  test('checklist 20 and 23: a denial asks for its reason in a form and tells it to the requester', async () => {
    await ada.clicks('Deny', { on: request });
    await ada.sees('Deny a request', 'form');
    await ada.submits({ Reason: 'Use the runbook role instead.' });
    await ada.sees(`${request} denied`);
    await cleo.sees(['Denied', 'Use the runbook role instead.'], 'direct');
    await ben.sees(['Denied', request, 'Use the runbook role instead.'], CHANNEL);
    await cleo.types('/access');
    cleo.doesNotSee(`project-${number}: developer`);
  });

  test('checklist 20: a late click is answered with who decided, and changes nothing', async () => {
    const { key } = await ada.sees(request, CHANNEL);
    const before = story.side.shown('dana').find((shown) => shown.key === key);
    await ada.clicks('Approve', { on: request });
    await approved(ada);
    await story.nothingHappens(async () => {
      await ada.types(`/access request approve ${request}`);
      await ada.sees('approved REQ-');
    });
    expect(before?.buttons.map(({ label }) => label)).toContain('Approve');
  });

  test('checklist 5: two approvers and a double click have one outcome, applied once', async () => {
    const dana = story.seat('dana');
    const before = await story.app.audited();
    await Promise.all([
      ada.clicks('Approve', { on: request }),
      ada.clicks('Approve', { on: request }),
      dana.clicks('Approve', { on: request }),
    ]);
    await ben.sees(['Approved', request], CHANNEL);
    await cleo.sees(['Approved', `project-${number}`], 'direct');
    await expect.poll(() => answers('ada').length + answers('dana').length, { timeout: 5_000 }).toBe(3);
    // One event for the decision, one for the grant.
    expect(await story.app.audited()).toBe(before + 2);
  });

  const answers = (name: string) =>
    story.side
      .shown(name)
      .filter(({ place, key, text }) => place === CHANNEL && key !== cardKey() && text.includes(request));
  const cardKey = () =>
    story.side.shown('eli').find(({ place, text }) => place === CHANNEL && text.includes(request))?.key;

  test('rule 10: the requester’s own click is refused, and the button still works for others', async () => {
    await story.nothingHappens(async () => {
      await cleo.clicks('Approve', { on: request });
      await cleo.sees(["You can't decide", 'it is your own request']);
    });
    await ada.clicks('Approve', { on: request });
    await approved(ben);
  });

  test('checklist 18: a member who may not give it, and a stranger, are refused and told why', async () => {
    await story.nothingHappens(async () => {
      await ben.clicks('Approve', { on: request });
      await ben.sees(["You can't decide", 'you may not give developer there']);
      await story.seat('eli').clicks('Approve', { on: request });
      await story.seat('eli').sees('Not done');
      if (!shared) return;
      await story.seat('zoe').clicks('Approve', { on: request });
      await story.seat('zoe').sees('Rollcall does not answer guests');
    });
  });

  test('a project’s owner approves what is asked for there', async () => {
    await cleo.types('/access request new runner search-prod for:1h reason:"to run it"');
    number += 1;
    await cleo.sees(`REQ-${number} is open`);
    await ben.clicks('Approve', { on: `REQ-${number}` });
    await cleo.sees(['Approved', 'search-prod', 'runner'], 'direct');
  });

  test('a request that was changed is not approved by the old button, and its card is drawn anew', async () => {
    const old = await ada.sees(['Approval needed', request], CHANNEL);
    story.side.holdRedraw();
    await cleo.types(`/access request edit ${request} for:2h reason:"much shorter"`);
    await cleo.sees(`${request} is changed`);
    await story.nothingHappens(async () => {
      await ada.clicks('Approve', { on: `for ${request}` });
      await ada.sees(`${request} was not decided: it has changed`);
      await ada.clicks('Show it now');
      await ada.sees(['2 hours', 'much shorter']);
    });
    const anew = await ben.sees(['Approval needed', request, 'much shorter', '2 hours'], CHANNEL);
    expect(anew.key).toBe(old.key);
    await ada.clicks('Approve', { on: 'much shorter', in: CHANNEL });
    await ben.sees(['Approved', request, 'much shorter'], CHANNEL);
  });

  test('a cancelled request loses its buttons everywhere', async () => {
    await cleo.types(`/access request cancel ${request}`);
    await cleo.sees(`${request} is cancelled`);
    const card = await ben.sees(['Cancelled', request], CHANNEL);
    expect(card.buttons).toEqual([]);
  });

  test('Details shows what would change, to whoever may decide alone', async () => {
    await ada.clicks('Details', { on: request });
    await ada.sees(['What would change', `for ${request}`]);
    await story.seat('eli').clicks('Details', { on: request });
    await story.seat('eli').sees('Not done');
  });
});

describe.each(platforms)('approvals without a channel, on $platform', ({ startSide }) => {
  let story: Story;
  let people: Acme;
  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    return story.end;
  });

  test('every member who may decide gets the card directly, and all copies change together', async () => {
    const { ada, cleo } = people;
    const dana = await joins(story, 'dana', 'role:admin');
    await cleo.types('/access request new developer search-prod for:8h reason:"incident 77"');
    await cleo.sees('REQ-1 is open');
    for (const decider of [ada, dana]) await decider.sees(['Approval needed', 'REQ-1'], 'direct');
    people.ben.doesNotSee('REQ-1');
    await dana.clicks('Approve', { on: 'REQ-1', in: 'direct' });
    for (const decider of [ada, dana]) {
      const card = await decider.sees(['Approved', 'REQ-1', dana.email], 'direct');
      expect(card.buttons).toEqual([]);
    }
  });

  test('a channel that takes no messages loses no request: whoever may decide gets it directly', async () => {
    await people.ada.types('/org settings set approvals-channel #nowhere');
    await people.ada.sees('approvals-channel is set');
    await people.cleo.types('/access request new runner search-prod for:1h reason:"the channel is gone"');
    await people.ada.sees(['Approval needed', 'the channel is gone'], 'direct');
    await people.ada.types('/org settings set approvals-channel none');
    await people.ada.sees('not set');
  });
});
