import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { rowsOf } from '../../src/db/client.ts';
import { serverDatabase } from '../support/database.ts';
import { gather, hires, type People } from '../support/late.ts';
import type { Seat, Words } from '../support/seat.ts';
import { platforms } from '../support/story.ts';

const ASKS = 'Nothing has changed yet';

interface Press {
  who: Seat;
  button: string;
  on: { on: string; in?: string; of?: string };
  /** What they see who are first. */
  first: Words;
  /** What they see who are second. */
  second: Words;
}

describe.each(platforms)('two presses at one instant, on $platform', ({ startSide }) => {
  let people: People;
  beforeAll(async () => {
    people = await gather(startSide, { database: (await serverDatabase({ max: 20 })).database });
    return people.story.end;
  }, 60_000);

  /** Both wait at the organization's lock; then one is first. */
  const together = async (...presses: readonly [Press, Press]) => {
    const before = await people.story.app.audited();
    await people.story.app.database.db.transaction(async (tx) => {
      await tx.execute(sql`select from ledgers for update`);
      for (const { who, button, on } of presses) await who.clicks(button, on);
      const waiting = async () => {
        await tx.execute(sql`select pg_stat_clear_snapshot()`);
        const [row] = rowsOf<{ waiting: number }>(
          await tx.execute(sql`select count(*)::int as waiting from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'`),
        );
        return row?.waiting;
      };
      await expect.poll(waiting, { timeout: 10_000, interval: 5 }).toBeGreaterThanOrEqual(2);
    });
    const [a, b] = presses;
    const outcome = await Promise.any([
      Promise.all([a.who.sees(a.first), b.who.sees(b.second)]),
      Promise.all([b.who.sees(b.first), a.who.sees(a.second)]),
    ]);
    expect(outcome).toHaveLength(2);
    return { events: (await people.story.app.audited()) - before };
  };
  const buttonsOf = (seat: Seat, words: string) => () =>
    people.story.side
      .shown(seat.name)
      .filter(({ place, text }) => place === 'direct' && text.includes(words))
      .flatMap(({ buttons }) => buttons.map(({ label }) => label));

  test('of two reviewers, one to keep and one to remove: one answer counts, and both cards follow', async () => {
    const { ada, dana, cleo } = people;
    await ada.types('/org access grant cleo@acme.example search-prod developer');
    await ada.sees('developer');
    await ada.types('/org review start search-prod until:14d');
    await ada.clicks('Start', { on: ASKS });
    await ada.sees('REV-1 has begun');
    const on = { on: 'REV-1: do they', in: 'direct', of: cleo.email };
    await dana.sees('REV-1: do they', 'direct');
    await together(
      { who: ada, button: 'Keep', on, first: 'is kept', second: 'dana@acme.example has removed it already' },
      {
        who: dana,
        button: 'Remove',
        on,
        first: 'is taken away',
        second: 'ada@acme.example has kept it already',
      },
    );
    await expect.poll(buttonsOf(ada, 'REV-1:'), { timeout: 10_000 }).toEqual([]);
  });

  test('of two administrators who end one membership: it ends once, and the card follows', async () => {
    const { ada, dana } = people;
    const email = await hires(people);
    await ada.types(`/org member offboard ${email}`);
    await ada.clicks('Start offboarding', { on: ASKS });
    await ada.sees(`Offboarding ${email}`, 'direct');
    await dana.types(`/org member offboard ${email}`);
    await dana.sees(`Offboarding ${email}`);
    const on = { on: `Offboarding ${email}` };
    const words = { first: `${email} is removed`, second: `No member ${email} in Acme any more` };
    const { events } = await together(
      { who: ada, button: 'End the membership', on: { ...on, in: 'direct' }, ...words },
      { who: dana, button: 'End the membership', on, ...words },
    );
    expect(events).toBe(1);
    await expect.poll(buttonsOf(ada, `Offboarding ${email}`), { timeout: 10_000 }).toEqual([]);
    expect(buttonsOf(ada, `${email} is removed`)()).toEqual([]);
  });

  test('of whoever gives access back and whoever takes it away: it ends once, and the other is told', async () => {
    const { ada, cleo, story } = people;
    await ada.types('/org access grant cleo@acme.example data-lake developer for:2d');
    await ada.sees('developer');
    await story.app.database.db.execute(sql`update grants set expires_at = expires_at - interval '25 hours',
      warn_at = warn_at - interval '25 hours' where expires_at is not null`);
    await story.app.database.db.execute(sql`insert into pgboss.job (name, data) values ('expire', '{}')`);
    await cleo.sees(['Your access ends soon', 'data-lake'], 'direct');
    await ada.types('/org access revoke cleo@acme.example data-lake');
    await ada.sees(ASKS);
    const { events } = await together(
      {
        who: cleo,
        button: 'Return',
        on: { on: 'Your access ends soon', in: 'direct' },
        first: 'developer is given back',
        second: 'Nothing was given back: you do not hold developer in data-lake',
      },
      {
        who: ada,
        button: 'Take away',
        on: { on: ASKS },
        first: 'Access taken',
        second: 'Nothing was taken away: cleo@acme.example has no such access',
      },
    );
    expect(events).toBe(1);
    await expect.poll(buttonsOf(cleo, 'Your access ends soon'), { timeout: 10_000 }).toEqual([]);
  });
});
