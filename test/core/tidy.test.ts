import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { tidyDeliveries } from '../../src/core/delivery/tidy.ts';
import { embeddedDatabase } from '../support/database.ts';
import { createWorld } from '../support/world.ts';

/** More than are deleted in one go. */
const MANY = 5001;

test('messages settled long ago and claims that nothing repeats are forgotten; what still waits to be sent is not', async () => {
  const world = createWorld((await embeddedDatabase()).database);
  const message = (state: string, days: number, many = 1) =>
    world.db.execute(sql`
      insert into messages (id, platform, workspace_id, recipient, recipient_kind, notice, data, state, created_at)
      select gen_random_uuid(), 'slack', 'T1', 'C1', 'channel', 'test', '{}', ${state},
        clock_timestamp() - make_interval(days => ${days}::int) from generate_series(1, ${many}::int)`);
  await message('sent', 401, MANY);
  await message('failed', 401);
  await message('queued', 401);
  await message('sent', 399);
  await world.db.execute(sql`insert into interactions (key, created_at)
    values ('old', clock_timestamp() - interval '8 days'), ('new', clock_timestamp())`);
  expect(await tidyDeliveries(world.system)).toBe(MANY + 2);
  expect(await tidyDeliveries(world.system)).toBe(0);
  const count = (table: string) => world.count(sql`select count(*) from ${sql.raw(table)}`);
  expect([await count('messages'), await count('interactions')]).toEqual([2, 1]);
});
