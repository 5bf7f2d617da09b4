import { sql as statement } from 'drizzle-orm';
import postgres from 'postgres';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Acme, foundAcme, joins } from '../support/acme.ts';
import { serverDatabase } from '../support/database.ts';
import { type SlowProxy, startSlowProxy } from '../support/slow-proxy.ts';
import { platforms, type Story, startStory } from '../support/story.ts';

const CHANNEL = 'access-requests';
const HELD = 'Working on it…';

describe.each(platforms)('buttons that were pressed, on $platform', ({ startSide }) => {
  let story: Story;
  let people: Acme;
  let proxy: SlowProxy;
  let sql: postgres.Sql;
  let number = 0;
  let request = '';

  beforeAll(async () => {
    const { url } = await serverDatabase({ max: 1 });
    proxy = await startSlowProxy(url);
    sql = postgres(url, { max: 2, onnotice: () => {} });
    story = await startStory(startSide, { settings: () => ({ database: { url: proxy.url, dataDir: '' } }) });
    people = await foundAcme(story);
    await joins(story, 'dana', 'role:admin');
    await people.ada.types(`/org settings set approvals-channel #${CHANNEL}`);
    await people.ada.sees('approvals-channel is set');
    return async () => {
      await story.end();
      await proxy.close();
      await sql.end();
    };
  }, 60_000);

  beforeEach(async () => {
    const { ada, ben, cleo } = people;
    number += 1;
    request = `REQ-${number}`;
    await ada.types(`/org project create project-${number}`);
    await ada.sees('created');
    await ben.types('/access whoami');
    await cleo.types(`/access request new developer project-${number} for:8h reason:"for ${request}"`);
    await cleo.sees(`${request} is open`);
    await ben.sees(['Approval needed', request], CHANNEL);
    return () => proxy.delay(0);
  });

  const state = async (): Promise<string> =>
    (await sql<{ state: string }[]>`select state from requests where number = ${number}`)[0]?.state ?? '';
  const card = () =>
    story.side.shown('ben').findLast(({ place, text }) => place === CHANNEL && text.includes(request));
  const labels = () => card()?.buttons.map(({ label }) => label);
  /** Everything about the organization waits for as long as `during` takes. */
  const whileLocked = async (during: () => Promise<void>) =>
    sql.begin(async (tx) => {
      await tx`select from ledgers for update`;
      await during();
    });

  test('checklist 21: go before the change is applied, on the card that everybody sees', async () => {
    const { ada, ben } = people;
    await whileLocked(async () => {
      await ada.clicks('Approve', { on: request });
      const held = await ben.sees([request, HELD], CHANNEL);
      expect(held.buttons).toEqual([]);
      expect(held.text).toContain(`for ${request}`);
      expect(await state()).toBe('pending');
    });
    const settled = await ben.sees(['Approved', request, ada.email], CHANNEL);
    expect(settled.text).not.toContain(HELD);
    expect(await state()).toBe('approved');
    await ada.sees(`${request} approved`);
  });

  test('go before a slow database has said anything', async () => {
    const { ada, ben } = people;
    proxy.delay(3_000);
    await ada.clicks('Approve', { on: request });
    const pressed = performance.now();
    await ben.sees([request, HELD], CHANNEL);
    expect(performance.now() - pressed).toBeLessThan(3_000);
    expect(await state()).toBe('pending');
    proxy.delay(0);
    await ben.sees(['Approved', request], CHANNEL, 60_000);
  }, 90_000);

  test('stay while a denial is being explained, and go once the reason is sent', async () => {
    const { ada, ben } = people;
    await ada.clicks('Deny', { on: request });
    await ada.sees('Reason', 'form');
    ben.doesNotSee(HELD);
    expect(labels()).toEqual(['Approve', 'Deny', 'Details']);
    await whileLocked(async () => {
      await ada.submits({ Reason: 'Use the runbook role instead.' });
      expect((await ben.sees([request, HELD], CHANNEL)).buttons).toEqual([]);
    });
    await ben.sees(['Denied', 'Use the runbook role instead.'], CHANNEL);
  });

  test('come back where the press was refused', async () => {
    const { ada, ben, cleo } = people;
    await whileLocked(async () => {
      await cleo.clicks('Approve', { on: request });
      await ben.sees([request, HELD], CHANNEL);
    });
    await cleo.sees("You can't decide");
    await expect.poll(labels).toEqual(['Approve', 'Deny', 'Details']);
    expect(card()?.text).not.toContain(HELD);
    await ada.clicks('Approve', { on: request });
    await ben.sees(['Approved', request], CHANNEL);
  });

  test('do not keep a decision from being made where the chat takes none away', async () => {
    const { ada, ben } = people;
    story.side.holdRedraw();
    await ada.clicks('Approve', { on: request });
    await ben.sees(['Approved', request], CHANNEL);
    await ada.sees(`${request} approved`);
  });

  test('two people at one instant both get an answer, and the card its outcome', async () => {
    const { ada, ben } = people;
    const dana = story.seat('dana');
    await whileLocked(async () => {
      await Promise.all([ada.clicks('Approve', { on: request }), dana.clicks('Approve', { on: request })]);
      await ben.sees([request, HELD], CHANNEL);
    });
    await Promise.all([
      ada.sees(new RegExp(`${request} (is )?approved|approved ${request} already`)),
      dana.sees(new RegExp(`${request} (is )?approved|approved ${request} already`)),
    ]);
    await expect.poll(() => card()?.text).toContain('Approved');
    await expect.poll(labels).toEqual([]);
  });

  test('give the access back where it was asked for: the message about its end follows', async () => {
    const { ada, cleo } = people;
    await ada.clicks('Approve', { on: request });
    const told = await cleo.sees(['Approved', `project-${number}`], 'direct');
    await whileLocked(async () => {
      await cleo.clicks('Return', { on: request, in: 'direct' });
      const held = await cleo.sees([`project-${number}`, HELD], 'direct');
      expect(held.key).toBe(told.key);
    });
    await cleo.sees(['Returned:', `project-${number}`], 'direct');
  });

  test('of a confirmation go at once, and two presses do it once: the second is answered beside the first', async () => {
    const { ada, ben } = people;
    await ben.types('/access token create laptop expires:90d');
    await ben.sees('Token laptop created', 'form');
    await story.side.closeWindows('ben');
    await ben.types('/access token rotate laptop');
    const asks = await ben.sees('Rotate laptop?');
    const before = await story.app.audited();
    await sql.begin(async (tx) => {
      await tx`select from ledgers for update`;
      await Promise.all([1, 2].map(() => story.side.press('ben', asks.key, 'Rotate')));
      const held = await ben.sees('Working', asks.place);
      expect(held.buttons).toEqual([]);
    });
    await ben.sees('Token laptop rotated');
    await ben.sees('Done already');
    expect(await story.app.audited()).toBe(before + 1);
    expect(story.side.shown('ben').some(({ text }) => text.includes('Token laptop rotated'))).toBe(true);
    await ada.types('/access whoami');
  });
});

describe.each(platforms)('a press that fails on our side, on $platform', ({ startSide }) => {
  test('is told with a reference, and the card has its buttons again', async () => {
    const story = await startStory(startSide);
    const { db } = story.app.database;
    const { ada, cleo } = await foundAcme(story);
    await cleo.types('/access request new developer search-prod for:8h reason:"incident 77"');
    await ada.sees(['Approval needed', 'REQ-1'], 'direct');
    await db.execute(statement`alter table decisions rename to mislaid`);
    await ada.clicks('Approve', { on: 'REQ-1', in: 'direct' });
    const { text } = await ada.sees('Something broke on our side');
    await db.execute(statement`alter table mislaid rename to decisions`);
    const labels = () =>
      story.side
        .shown('ada')
        .findLast(({ place, text: said }) => place === 'direct' && said.includes('Approval needed'))
        ?.buttons.map(({ label }) => label);
    await expect.poll(labels, { timeout: 10_000 }).toEqual(['Approve', 'Deny', 'Details']);
    await ada.clicks('Approve', { on: 'Approval needed', in: 'direct' });
    await ada.sees(['Approved', 'REQ-1'], 'direct');
    await story.app.stop();
    await story.side.stop();
    expect(story.app.errors().join()).toContain(/e-[0-9a-f]{8}/.exec(text)?.[0]);
  });
});
