import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { tidyDeliveries } from '../../src/core/delivery/tidy.ts';
import { rowsOf } from '../../src/db/client.ts';
import { embeddedDatabase } from '../support/database.ts';
import { mintOrganization } from '../support/organization.ts';
import { createWorld } from '../support/world.ts';

/** More than are deleted in one go. */
const MANY = 5001;

/** What stands in each table: a day younger than what is forgotten, and a day older. */
test('what is over is forgotten at its age, and not a day before', async () => {
  const world = createWorld((await embeddedDatabase()).database);
  const acme = await mintOrganization(world);
  const ines = await acme.userId(acme.admin.email);
  const day = sql`make_interval(days => age::int)`;
  const who = sql`${ines}, 'slack', 'T1', 'U1', 'Ines'`;
  for (const table of ['interactions', 'link_codes', 'messages']) {
    await world.db.execute(sql`delete from ${sql.raw(table)}`);
  }
  await world.db.execute(sql`insert into interactions (key, created_at)
    select 'i' || age, clock_timestamp() - ${day} from unnest(array[6, 8]) age`);
  await world.db.execute(sql`insert into link_codes (id, purpose, hash, expires_at)
    select gen_random_uuid(), 'link', 'h' || age, clock_timestamp() - ${day} from unnest(array[-1, 6, 8]) age`);
  await world.db.execute(sql`
    insert into passkey_enrolments (id, name, user_id, platform, workspace_id, external_id, account_name, hash, expires_at)
    select gen_random_uuid(), 'laptop', ${who}, 'h' || age, clock_timestamp() - ${day} from unnest(array[-1, 6, 8]) age`);
  await world.db.execute(sql`
    insert into step_ups (organization_id, id, action, subject_id, user_id, platform, workspace_id, external_id, account_name, hash, expires_at)
    select ${acme.id}, gen_random_uuid(), 'request.approve', gen_random_uuid(), ${who}, 'h' || age, clock_timestamp() - ${day}
    from unnest(array[-1, 6, 8]) age`);
  await world.db.execute(sql`
    insert into messages (id, platform, workspace_id, recipient, recipient_kind, notice, data, state, created_at)
    select gen_random_uuid(), 'slack', 'T1', 'C' || age, 'channel', 'test', '{}', 'sent', clock_timestamp() - ${day}
    from unnest(array[399, 401]) age`);
  expect(await tidyDeliveries(world.system)).toBe(5);
  const left = async (table: string, what: string): Promise<string[]> =>
    rowsOf<{ what: string }>(
      await world.db.execute(sql`select ${sql.raw(what)} as what from ${sql.raw(table)} order by 1`),
    ).map((row) => row.what);
  expect({
    interactions: await left('interactions', 'key'),
    codes: await left('link_codes', 'hash'),
    enrolments: await left('passkey_enrolments', 'hash'),
    links: await left('step_ups', 'hash'),
    messages: await left('messages', 'recipient'),
  }).toEqual({
    interactions: ['i6'],
    codes: ['h-1', 'h6'],
    enrolments: ['h-1', 'h6'],
    links: ['h-1', 'h6'],
    messages: ['C399'],
  });
});

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
