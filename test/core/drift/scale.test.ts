import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Context } from '../../../src/core/context.ts';
import { listFindings } from '../../../src/core/drift/list.ts';
import { lastRuns, runDrift } from '../../../src/core/drift/run.ts';
import { snoozeFinding } from '../../../src/core/drift/settle.ts';
import { makeReport } from '../../../src/core/drift-report/make.ts';
import { changeMemberRole } from '../../../src/core/member/change-role.ts';
import { rowsOf } from '../../../src/db/client.ts';
import { serverDatabase } from '../../support/database.ts';
import { somebodyWaitsFor, whileHeldUp } from '../../support/held-up.ts';
import { type Minted, mintOrganization } from '../../support/organization.ts';
import { createWorld, type Person, type World } from '../../support/world.ts';

let world: World;
let here: Minted;
let ines: Context;
let dana: Person;

beforeAll(async () => {
  world = createWorld((await serverDatabase()).database);
});

beforeEach(async () => {
  here = await mintOrganization(world, 'Many');
  ines = await world.as(here.admin);
  await here.project('etl');
  dana = await here.member('Dana');
});

/** Personal tokens without an end: a finding each. */
const endless = async (count: number) =>
  world.db.execute(sql`
    insert into tokens (organization_id, id, kind, name, principal_id, secret_hash, fingerprint)
    select ${here.id}, gen_random_uuid(), 'personal', 'many' || i, ${await here.userId(dana.email)}, 'h' || i, 'abcd'
    from generate_series(1, ${count}) i`);
const ended = async () =>
  world.db.execute(sql`
    update tokens set expires_at = clock_timestamp() + interval '1 day' where organization_id = ${here.id}`);
const RULE = 'token-never-expires';
const findings = (state: string) =>
  world.count(sql`
    select count(*) as count from findings where organization_id = ${here.id} and rule = ${RULE} and state = ${state}`);
const left = () =>
  world.count(sql`select count(*) as count from drift_differences where organization_id = ${here.id}`);

test.each([
  ['the rules are looking', 'sso_providers', async () => runDrift(ines, here.organization)],
  ['a report is put together', 'drift_reports', async () => makeReport(ines, here.organization, {})],
])('while %s, others change the organization', async (_what, table, run) => {
  let running: Promise<unknown> | undefined;
  await whileHeldUp(world, sql`lock table ${sql.identifier(table)} in access exclusive mode`, async () => {
    running = run();
    await somebodyWaitsFor(world, table);
    await changeMemberRole(ines, { organizationId: here.id, person: { email: dana.email }, role: 'admin' });
    expect((await here.holder(dana)).roles.map(({ role }) => role)).toEqual(['admin']);
  });
  expect(await running).toBeDefined();
});

test('what is different comes in ten thousand at a time, each a change of its own, and is counted whole', async () => {
  await endless(10_050);
  const run = await runDrift(ines, here.organization);
  expect(run.rules[RULE]).toBe(10_050);
  expect(await findings('open')).toBe(10_050);
  expect(await left()).toBe(0);
  await ended();
  let running: Promise<unknown> | undefined;
  // Somebody else is at the last of them.
  const lock = sql`select from findings where organization_id = ${here.id} and rule = ${RULE}
    order by subject desc limit 1 for update`;
  await whileHeldUp(world, lock, async () => {
    running = runDrift(ines, here.organization);
    await vi.waitFor(async () => expect(await findings('resolved')).toBeGreaterThan(0), { timeout: 20_000 });
    expect(await findings('resolved')).toBeLessThanOrEqual(10_000);
    // The run is remembered when all of it is done.
    expect(await lastRuns(world.db, here.id, 10)).toHaveLength(1);
  });
  expect(await running).toMatchObject({ resolved: 10_050 });
  expect([await findings('open'), await findings('resolved'), await left()]).toEqual([0, 10_050, 0]);
  const audited = rowsOf<{ action: string; count: number }>(
    await world.db.execute(sql`
      select action, sum((event::jsonb #>> '{facts,count}')::int)::int as count from audit
      where organization_id = ${here.id} and action in ('finding.opened', 'finding.resolved') group by 1 order by 1`),
  );
  expect(audited).toEqual([
    { action: 'finding.opened', count: run.opened },
    { action: 'finding.resolved', count: 10_050 },
  ]);
}, 60_000);

test('a run that sees nothing different writes nothing but that it was there', async () => {
  await endless(3);
  await runDrift(ines, here.organization);
  const versions = async () =>
    rowsOf<{ xmin: string }>(
      await world.db.execute(
        sql`select xmin::text from findings where organization_id = ${here.id} order by number`,
      ),
    ).map(({ xmin }) => xmin);
  const before = await versions();
  const sequence = await here.sequence();
  expect(await runDrift(ines, here.organization)).toMatchObject({ opened: 0, resolved: 0 });
  expect(await versions()).toEqual(before);
  expect(await here.sequence()).toBe(sequence);
});

test('what somebody puts off while a run is looking is as they left it, and the run counts it so', async () => {
  await endless(2);
  await runDrift(ines, here.organization);
  await ended();
  const [one] = (await listFindings(ines, here.organization, { rule: RULE })).items;
  let running: Promise<unknown> | undefined;
  await whileHeldUp(world, sql`lock table sso_providers in access exclusive mode`, async () => {
    running = runDrift(ines, here.organization);
    await somebodyWaitsFor(world, 'sso_providers');
    await snoozeFinding(ines, {
      organizationId: here.id,
      finding: one?.name ?? '',
      until: { seconds: 3600 },
      reason: 'I am on it',
    });
  });
  expect(await running).toMatchObject({ resolved: 1 });
  expect([await findings('snoozed'), await findings('resolved')]).toEqual([1, 1]);
});

test('two runs at once open each finding once, under numbers of their own', async () => {
  await endless(40);
  const runs = await Promise.all([1, 2, 3].map(() => runDrift(ines, here.organization)));
  expect(runs.map((run) => run.rules[RULE])).toEqual([40, 40, 40]);
  const numbers = await world.count(sql`
    select count(distinct number) as count from findings where organization_id = ${here.id}`);
  expect(
    await world.count(sql`select findings as count from ledgers where organization_id = ${here.id}`),
  ).toBe(numbers);
});

test('a hundred thousand findings of one rule are told right, and the page and the report still answer', async () => {
  await endless(100_000);
  const reported = await makeReport(ines, here.organization, {});
  expect(reported?.report.counts.low).toBeGreaterThanOrEqual(100_000);
  const page = await listFindings(ines, here.organization, { rule: RULE });
  expect(page.items).toHaveLength(10);
  expect(page.counts).toEqual(reported?.report.counts);
  expect(await findings('open')).toBe(100_000);
  expect((await makeReport(ines, here.organization, {}))?.report.fingerprint).toBe(
    reported?.report.fingerprint,
  );
}, 120_000);

test('another organization’s differences are none of a run’s, whatever a run that ended too early left', async () => {
  const globex = await mintOrganization(world, 'Globex');
  await endless(2);
  await world.db.execute(sql`
    insert into drift_differences (organization_id, run_id, position, rule, subject, severity, facts, began)
    select id, gen_random_uuid(), 1, ${RULE}, 'nothing', 3, '{}', clock_timestamp() - interval '2 days'
    from organizations where id in (${here.id}, ${globex.id})`);
  await runDrift(ines, here.organization);
  expect([await findings('open'), await left()]).toEqual([2, 0]);
  expect(
    await world.count(
      sql`select count(*) as count from drift_differences where organization_id = ${globex.id}`,
    ),
  ).toBe(1);
});
