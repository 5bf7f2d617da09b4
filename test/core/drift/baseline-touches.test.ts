import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Context } from '../../../src/core/context.ts';
import { acceptBaseline } from '../../../src/core/drift/baseline.ts';
import { listFindings } from '../../../src/core/drift/list.ts';
import { runDrift } from '../../../src/core/drift/run.ts';
import { giveGrant } from '../../../src/core/grant/give.ts';
import { revokeGrants } from '../../../src/core/grant/revoke.ts';
import { deactivateMember } from '../../../src/core/member/set-state.ts';
import { deleteProject } from '../../../src/core/project/delete.ts';
import { serverDatabase } from '../../support/database.ts';
import { somebodyWaitsFor, whileHeldUp } from '../../support/held-up.ts';
import { type Minted, mintOrganization } from '../../support/organization.ts';
import { createWorld, type Person, type World } from '../../support/world.ts';

let world: World;
let here: Minted;
let ines: Context;
let dana: Person;
let ben: Person;

beforeAll(async () => {
  world = createWorld((await serverDatabase()).database);
});

beforeEach(async () => {
  here = await mintOrganization(world, 'Touched');
  ines = await world.as(here.admin);
  await here.project('etl');
  const projects = [{ project: 'etl', role: 'developer' }];
  dana = await here.member('Dana', { projects });
  ben = await here.member('Ben', { projects });
});

const place = () => ({ organizationId: here.id });
const person = ({ email }: Person) => ({ person: { email } });
const changed = async (): Promise<unknown[]> => {
  expect((await runDrift(ines, here.organization)).unreadable).toEqual([]);
  const { items } = await listFindings(ines, here.organization, { rule: 'access-changed' });
  return items.map(({ facts }) => facts.who).sort();
};
const noted = () =>
  world.count(sql`select count(*) as count from baseline_touches where organization_id = ${here.id}`);

test('nothing is noted before there is a baseline, and a new one starts from nothing', async () => {
  expect(await noted()).toBe(0);
  await acceptBaseline(ines, here.organization);
  await giveGrant(ines, { ...place(), ...person(ben), project: 'etl', role: 'runner' });
  expect(await noted()).toBe(1);
  expect(await changed()).toEqual([ben.email]);
  await acceptBaseline(ines, here.organization);
  expect(await noted()).toBe(0);
  expect(await changed()).toEqual([]);
});

test('whatever takes access away is seen: a role, a project, and a change past every verb', async () => {
  await acceptBaseline(ines, here.organization);
  await revokeGrants(ines, { ...place(), ...person(dana), project: 'etl' });
  expect(await changed()).toEqual([dana.email]);
  await deleteProject(ines, { ...place(), project: 'etl' });
  expect(await changed()).toEqual([ben.email, dana.email, here.admin.email].sort());
  const cara = await here.member('Cara');
  await acceptBaseline(ines, here.organization);
  await world.db.execute(sql`
    update principals set role_id = null where organization_id = ${here.id} and id = ${await here.userId(cara.email)}`);
  expect(await changed()).toEqual([cara.email]);
});

test('whoever is only switched off has the access they had, and is not said to have changed', async () => {
  await acceptBaseline(ines, here.organization);
  await deactivateMember(ines, { ...place(), ...person(ben) });
  expect(await noted()).toBe(1);
  expect(await changed()).toEqual([]);
});

test('what ends or begins by the clock alone is seen without anybody having touched it', async () => {
  await giveGrant(ines, {
    ...place(),
    ...person(ben),
    project: 'etl',
    role: 'runner',
    for: { seconds: 3600 },
  });
  await acceptBaseline(ines, here.organization);
  // As an hour that passes: no trigger hears of it.
  await world.db.transaction(async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`);
    await tx.execute(sql`update grants set expires_at = clock_timestamp() - interval '1 second'
      where organization_id = ${here.id} and expires_at is not null`);
    await tx.execute(sql`update principals set role_until = clock_timestamp() - interval '1 second'
      where organization_id = ${here.id} and id = ${await here.userId(dana.email)}`);
  });
  expect(await noted()).toBe(0);
  expect(await changed()).toEqual([ben.email, dana.email]);
});

test('what changes while the first baseline is being read is a change, whichever of the two it was read as', async () => {
  let accepting: Promise<unknown> | undefined;
  await world.db.transaction(async (tx) => {
    // Everybody's access has been read, and is being written, when it has to wait here.
    await tx.execute(sql`
      insert into baseline_holdings (organization_id, principal_id, project_ids, role_ids)
      values (${here.id}, ${await here.userId(dana.email)}, '{}', '{}')`);
    accepting = acceptBaseline(ines, here.organization);
    await vi.waitFor(
      async () =>
        expect(
          await world.count(sql`
            select count(*) as count from pg_stat_activity
            where datname = current_database() and wait_event = 'transactionid'`),
        ).toBe(1),
      { timeout: 20_000 },
    );
    await revokeGrants(ines, { ...place(), ...person(ben), project: 'etl' });
    // Nobody has a baseline to compare with yet.
    expect(await changed()).toEqual([]);
    await tx.execute(sql`delete from baseline_holdings where organization_id = ${here.id}`);
  });
  await accepting;
  expect(await changed()).toEqual([ben.email]);
});

test('of two people who accept a first baseline at one instant one does, and the other is told', async () => {
  const ada = await here.member('Ada', { role: 'admin' });
  const hers = await world.as(ada);
  let both: Promise<PromiseSettledResult<unknown>[]> | undefined;
  await whileHeldUp(world, sql`lock table baseline_holdings in access exclusive mode`, async () => {
    const first = acceptBaseline(ines, here.organization);
    await somebodyWaitsFor(world, 'baseline_holdings');
    both = Promise.allSettled([first, acceptBaseline(hers, here.organization)]);
    await vi.waitFor(
      async () =>
        expect(
          await world.count(sql`
            select count(*) as count from pg_locks where locktype = 'advisory' and not granted`),
        ).toBe(1),
      { timeout: 20_000 },
    );
  });
  const [mine, theirs] = (await both) ?? [];
  expect(mine).toMatchObject({ status: 'rejected', reason: { code: 'changed' } });
  expect(theirs).toMatchObject({ status: 'fulfilled', value: { principals: 4 } });
  const accepted = (await here.audited()).filter(({ action }) => action === 'baseline.accepted');
  expect(accepted).toHaveLength(1);
  expect(
    await world.count(
      sql`select count(*) as count from baselines where organization_id = ${here.id} and taken
        and accepted_by = ${await here.userId(ada.email)}`,
    ),
  ).toBe(1);
  await giveGrant(ines, { ...place(), ...person(ben), project: 'etl', role: 'runner' });
  expect(await changed()).toEqual([ben.email]);
});

test('a first baseline that could not be accepted leaves nothing, and one that stands is left as it is', async () => {
  const ada = await here.member('Ada', { role: 'admin' });
  const hers = await world.as(ada);
  let failing: Promise<unknown> | undefined;
  await whileHeldUp(world, sql`lock table baseline_holdings in access exclusive mode`, async () => {
    failing = acceptBaseline(hers, here.organization).catch((error: unknown) => error);
    await somebodyWaitsFor(world, 'baseline_holdings');
    await world.db.execute(sql`update principals set state = 'deactivated'
      where organization_id = ${here.id} and id = ${await here.userId(ada.email)}`);
  });
  expect(await failing).toMatchObject({ code: 'deactivated' });
  const count = (table: string) =>
    world.count(sql`select count(*) as count from ${sql.raw(table)} where organization_id = ${here.id}`);
  expect([await count('baselines'), await count('baseline_holdings')]).toEqual([0, 0]);
  expect(await acceptBaseline(ines, here.organization)).toMatchObject({ principals: 4 });
  await expect(acceptBaseline(hers, here.organization)).rejects.toMatchObject({ code: 'deactivated' });
  expect([await count('baselines'), await count('baseline_holdings')]).toEqual([1, 4]);
});

test('another organization’s changes are noted for nobody', async () => {
  const globex = await mintOrganization(world, 'Globex');
  await acceptBaseline(ines, here.organization);
  await globex.project('web');
  await globex.member('Gil', { projects: [{ project: 'web', role: 'developer' }] });
  const notes = sql`select count(*) as count from baseline_touches
    where organization_id in (${here.id}, ${globex.id})`;
  expect(await world.count(notes)).toBe(0);
  expect(await changed()).toEqual([]);
});
