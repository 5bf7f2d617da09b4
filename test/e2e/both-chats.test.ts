import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { foundAcme, joins } from '../support/acme.ts';
import type { Seat } from '../support/seat.ts';
import { type Place, type SharedStory, startSharedStory } from '../support/shared-story.ts';
import { platforms } from '../support/story.ts';

const CHANNEL = 'access-requests';

describe('one organization in every chat', () => {
  let story: SharedStory;
  let number = 0;
  let request = '';

  beforeAll(async () => {
    story = await startSharedStory();
    const [first, ...others] = story.places;
    if (!first) throw new Error('there is no chat');
    await foundAcme(first);
    await joins(first, 'dana', 'role:admin');
    for (const { seat } of others) {
      await seat('ada').types('/org connect acme');
      await seat('ada').sees('Acme is connected');
    }
    for (const { seat } of story.places) {
      await seat('ada').types(`/org settings set approvals-channel #${CHANNEL}`);
      await seat('ada').sees('approvals-channel is set');
    }
    return story.end;
  }, 60_000);

  const needs = async ({ seat }: Place, approvals: number) => {
    await seat('ada').types(`/org settings set approvals-required ${approvals}`);
    await seat('ada').sees('approvals-required is');
  };

  /** Somebody asks in one chat for what nobody has asked for before; the card stands in all of them. */
  const asks = async (place: Place, name = 'cleo') => {
    number += 1;
    request = `REQ-${number}`;
    await place.seat('ada').types(`/org project create project-${number}`);
    await place.seat('ada').sees('created');
    for (const { seat } of story.places) await seat('ben').types('/access whoami');
    await place
      .seat(name)
      .types(`/access request new developer project-${number} for:8h reason:"for ${request}"`);
    await place.seat(name).sees(`${request} is open`);
    for (const { seat } of story.places) await seat('ben').sees(['Approval needed', request], CHANNEL);
  };

  const settled = async (words: string[]) => {
    for (const { seat } of story.places) {
      const card = await seat('ben').sees([request, ...words], CHANNEL);
      expect(card.buttons).toEqual([]);
    }
  };
  /** What somebody was told directly about the request, in one chat. */
  const told = ({ side }: Place, name = 'cleo') =>
    side.shown(name).filter(({ place, text }) => place === 'direct' && text.includes(request));

  const ways = platforms.flatMap((here, from) =>
    platforms.flatMap((there, to) =>
      from === to ? [] : [{ asked: here.platform, decided: there.platform, from, to }],
    ),
  );

  describe.each(ways)('asked in $asked, decided in $decided', ({ from, to }) => {
    let here: Place;
    let there: Place;
    let cleo: Seat;
    let ada: Seat;
    beforeAll(() => {
      const [a, b] = [story.places[from], story.places[to]];
      if (!a || !b) throw new Error('there is one chat alone');
      [here, there] = [a, b];
      cleo = here.seat('cleo');
      ada = there.seat('ada');
    });
    beforeEach(() => asks(here));

    test('every copy shows the outcome, and the requester hears of it once, where they asked', async () => {
      await ada.clicks('Approve', { on: request });
      await settled(['Approved', ada.email]);
      await cleo.sees(['Approved', `project-${number}`], 'direct');
      expect(told(here)).toHaveLength(1);
      expect(told(there)).toEqual([]);
      await there.seat('cleo').types('/access');
      await there.seat('cleo').sees([`project-${number}`, 'developer']);
    });

    test('a denial with its reason reaches every copy and the requester', async () => {
      await ada.clicks('Deny', { on: request });
      await ada.submits({ Reason: 'Use the runbook role instead.' });
      await ada.sees(`${request} denied`);
      await settled(['Denied', 'Use the runbook role instead.']);
      await cleo.sees(['Denied', 'Use the runbook role instead.'], 'direct');
      expect(told(there)).toEqual([]);
    });

    test('abuse 7: the requester is the same person in the other chat, and is refused there too', async () => {
      const before = await story.app.audited();
      await there.seat('cleo').clicks('Approve', { on: request });
      await there.seat('cleo').sees(["You can't decide", 'it is your own request']);
      expect(await story.app.audited()).toBe(before);
      await ada.clicks('Approve', { on: request });
      await settled(['Approved']);
    });

    test('approve here against deny there has one outcome, on every copy', async () => {
      await Promise.all([
        ada.clicks('Approve', { on: request }),
        here.seat('dana').clicks('Approve', { on: request }),
      ]);
      await settled(['Approved']);
      await cleo.sees(['Approved', `project-${number}`], 'direct');
      expect(told(here)).toHaveLength(1);
    });

    test('who asks is mentioned and when it ends is shown as each chat does it', async () => {
      for (const { side, seat } of story.places) {
        const { key, text } = await seat('ben').sees([request, `@cleo (${cleo.email})`], CHANNEL);
        expect(text).toContain('open until');
        const native = side.native('ben', key);
        expect(native.mentions).toContain('@cleo');
        expect(native.times.length).toBeGreaterThan(0);
      }
      await cleo.types(`/access request cancel ${request}`);
      await settled(['Cancelled']);
    });
  });

  describe('a quorum of two', () => {
    beforeAll(async () => {
      const [here] = story.places;
      if (here) await needs(here, 2);
    });

    test('is reached by one person here and another there, never by one person twice', async () => {
      const [here, there] = story.places;
      if (!here || !there) throw new Error('there is one chat alone');
      await asks(here);
      await here.seat('ada').clicks('Approve', { on: request });
      for (const { seat } of story.places) await seat('ben').sees([request, '1 of 2'], CHANNEL);
      await there.seat('ada').clicks('Approve', { on: request });
      await there.seat('ada').sees(/already/);
      await there.seat('dana').clicks('Approve', { on: request });
      await settled(['Approved', here.seat('ada').email, here.seat('dana').email]);
      await here.seat('cleo').sees(['Approved', `project-${number}`], 'direct');
    });
  });

  test('somebody who leaves one chat keeps what they have, and is reached in the other', async () => {
    const [here, there] = story.places;
    if (!here || !there) throw new Error('there is one chat alone');
    await there.side.switchOff('cleo');
    await here.seat('ada').types(`/org access grant ${here.seat('cleo').email} data-lake runner`);
    await here.seat('ada').sees('runner in data-lake');
    await here.seat('cleo').sees(['runner', 'data-lake'], 'direct');
  });
});
