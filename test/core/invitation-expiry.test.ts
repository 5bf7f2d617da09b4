import { sql } from 'drizzle-orm';
import { beforeAll, expect, test, vi } from 'vitest';
import { expireInvitations } from '../../src/core/invitation/expire.ts';
import { rowsOf } from '../../src/db/client.ts';
import { serverDatabase } from '../support/database.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, type World } from '../support/world.ts';

let world: World;
let here: Minted;
let other: Minted;
let dana: Person;

beforeAll(async () => {
  world = createWorld((await serverDatabase()).database);
  here = await mintOrganization(world);
  other = await mintOrganization(world, 'Globex');
  dana = await here.member('Dana');
});

/** Invitations past their time, all at one moment, as a list of addresses makes them. */
const invite = async (to: Minted, inviter: Person, called: string, count: number) => {
  await world.db.execute(sql`
    insert into invitations (organization_id, id, email, inviter_id, generation, secret_hash, expires_at, life_seconds)
    select ${to.id}, gen_random_uuid(), ${called} || i || '@example.com', ${await to.userId(inviter.email)}, '',
      ${called} || i, clock_timestamp() - interval '1 hour', 604800
    from generate_series(10001, ${10_000 + count}) i`);
  await world.db.execute(sql`
    update invitations set expires_at = '2026-01-02T03:04:05.123456Z' where state = 'pending'`);
  await world.db.execute(
    sql`update ledgers set invitations = invitations + ${count} where organization_id = ${to.id}`,
  );
};
const expired = () =>
  world.count(sql`
    select count(*) as count from invitations where organization_id = ${here.id} and state = 'expired'`);
const counted = () =>
  world.count(sql`select invitations as count from ledgers where organization_id = ${here.id}`);
const digests = async (person: Person) =>
  rowsOf<{ count: number; emails: string[] }>(
    await world.db.execute(sql`
      select (data ->> 'count')::int as count, data -> 'emails' as emails from messages
      where notice = 'invitations-expired' and recipient = ${person.account.externalId}`),
  );

test('very many invitations end ten thousand at a time, each a change of its own, and inviters hear once of all of theirs', async () => {
  await invite(here, here.admin, 'a', 10_040);
  await invite(here, dana, 'b', 30);
  await invite(other, other.admin, 'c', 20);
  const before = await here.sequence();
  const last = sql`(select id from invitations where organization_id = ${here.id} and state = 'pending'
    order by expires_at, id desc limit 1)`;
  let running: Promise<number> | undefined;
  await world.db.transaction(async (tx) => {
    // Somebody else is at one of the second ten thousand.
    await tx.execute(
      sql`select from invitations where organization_id = ${here.id} and id = ${last} for update`,
    );
    running = expireInvitations(world.system);
    await vi.waitFor(async () => expect(await expired()).toBeGreaterThan(0), { timeout: 20_000 });
    expect(await expired()).toBe(10_000);
    expect(await counted()).toBe(70);
  });
  expect(await running).toBe(10_090);
  expect([await expired(), await counted()]).toEqual([10_070, 0]);
  expect((await digests(here.admin)).map(({ count, emails }) => [count, emails.length])).toEqual([
    [10_040, 50],
  ]);
  expect((await digests(dana)).map(({ count, emails }) => [count, emails.length])).toEqual([[30, 30]]);
  expect((await digests(other.admin)).map(({ count }) => count)).toEqual([20]);
  const events = (await here.audited(before)).filter(({ action }) => action === 'invitation.expired');
  const facts = rowsOf<{ count: number }>(
    await world.db.execute(sql`
      select (event::jsonb #>> '{facts,count}')::int as count from audit where organization_id = ${here.id}
        and action = 'invitation.expired'`),
  );
  expect(events).toHaveLength(facts.length);
  expect(facts.reduce((sum, { count }) => sum + count, 0)).toBe(10_070);
  expect(await expireInvitations(world.system)).toBe(0);
}, 60_000);
