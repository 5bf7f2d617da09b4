import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { rowsOf } from '../../src/db/client.ts';
import { foundAcme } from '../support/acme.ts';
import { serverDatabase } from '../support/database.ts';
import { platforms, type Story, startStory } from '../support/story.ts';

const TIMES = 5;

describe.each(platforms)('what the platform delivers again, on $platform', ({ startSide, signed }) => {
  let story: Story;

  beforeAll(async () => {
    story = await startStory(startSide, { database: (await serverDatabase({ max: 20 })).database });
    return story.end;
  });

  /** While the organization's lock is held: the click waits at it, each delivery after it at the click's own key. */
  const whileHeld = async (what: (waiting: (many: number) => Promise<void>) => Promise<void>) =>
    story.app.database.db.transaction(async (tx) => {
      await tx.execute(sql`select from ledgers for update`);
      await what(async (many) => {
        await expect
          .poll(
            async () => {
              await tx.execute(sql`select pg_stat_clear_snapshot()`);
              const [row] = rowsOf<{ waiting: number }>(
                await tx.execute(sql`select count(*)::int as waiting from pg_stat_activity
                  where datname = current_database() and wait_event_type = 'Lock'`),
              );
              return row?.waiting;
            },
            { timeout: 10_000, interval: 5 },
          )
          .toBeGreaterThanOrEqual(many);
      });
    });

  test('abuse 16 and 19: a click that comes six times at one instant decides once, and all see one outcome', async () => {
    const { ada, cleo } = await foundAcme(story);
    await cleo.types('/access request new developer search-prod for:8h reason:"INC-77"');
    await cleo.sees('REQ-1 is open');
    await ada.sees(['Approval needed', 'REQ-1'], 'direct');
    await whileHeld(async (waiting) => {
      await ada.clicks('Approve', { on: 'REQ-1', in: 'direct' });
      await waiting(1);
      await Promise.all(Array.from({ length: TIMES }, () => story.side.again()));
      // Without a request of its own a click is answered by who was first, and the others get no further.
      await waiting(signed ? 1 + TIMES : 1);
    });
    await cleo.sees(['Approved', 'search-prod'], 'direct');
    await ada.sees(['Approved', 'REQ-1'], 'direct');
    const [row] = rowsOf<Record<string, number>>(
      await story.app.database.db.execute(sql`
        select (select count(*)::int from decisions) as decisions, (select count(*)::int from grants where request_id is not null) as grants,
          (select count(*)::int from audit where action = 'request.approved') as audited,
          (select count(*)::int from messages where notice = 'request-settled') as told`),
    );
    expect(row).toEqual({ decisions: 1, grants: 1, audited: 1, told: 1 });
  });
});
