import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { rowsOf } from '../../src/db/client.ts';
import { type Acme, foundAcme } from '../support/acme.ts';
import { platforms, type Story, startStory } from '../support/story.ts';

const CHANNEL = 'access-requests';

describe.each(platforms)('a card that is gone from the chat, on $platform', ({ startSide }) => {
  let story: Story;
  let people: Acme;
  let number = 0;
  let request = '';

  beforeAll(async () => {
    story = await startStory(startSide);
    people = await foundAcme(story);
    await people.ada.types(`/org settings set approvals-channel #${CHANNEL}`);
    await people.ada.sees('approvals-channel is set');
    return story.end;
  });

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
  });

  const copies = () =>
    story.side.shown('ben').filter(({ place, text }) => place === CHANNEL && text.includes(request));
  const deleted = async () => {
    for (const { key } of copies()) await story.side.removes(key);
    expect(copies()).toEqual([]);
  };
  const unsent = async (): Promise<number> =>
    rowsOf<{ count: number }>(
      await story.app.database.db.execute(
        sql`select count(*)::int as count from pgboss.job where name = 'deliver' and state < 'completed'`,
      ),
    )[0]?.count ?? -1;

  test('is posted anew while it waits for a decision, and the new copy is the one that follows', async () => {
    const { ada, ben, cleo } = people;
    await deleted();
    await cleo.types(`/access request edit ${request} for:2h`);
    await cleo.sees(`${request} is changed`);
    await ben.sees(['Approval needed', request, '2 hours'], CHANNEL);
    expect(copies()).toHaveLength(1);
    await ada.clicks('Approve', { on: request, in: CHANNEL });
    await ben.sees(['Approved', request], CHANNEL);
    expect(copies()).toHaveLength(1);
  });

  test('is posted anew with its outcome, once', async () => {
    const { ada, ben } = people;
    await deleted();
    await ada.types(`/access request deny ${request} no`);
    const card = await ben.sees(['Denied', request], CHANNEL);
    expect(card.buttons).toEqual([]);
    await expect.poll(unsent).toBe(0);
    expect(copies()).toHaveLength(1);
  });

  test('with its whole channel goes to those who may decide instead, and nothing is tried for ever', async () => {
    const { ada, cleo } = people;
    await ada.types('/access whoami');
    story.side.losesChannel();
    await cleo.types(`/access request edit ${request} for:2h`);
    await cleo.sees(`${request} is changed`);
    await ada.sees(['Approval needed', request, '2 hours'], 'direct');
    await expect.poll(unsent).toBe(0);
    await ada.clicks('Approve', { on: request, in: 'direct' });
    await ada.sees(['Approved', request], 'direct');
    await cleo.sees(['Approved', `project-${number}`], 'direct');
    await expect.poll(unsent).toBe(0);
  });
});
