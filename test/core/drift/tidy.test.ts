import { eq, sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { askAboutFinding } from '../../../src/core/drift/ask.ts';
import { listFindings } from '../../../src/core/drift/list.ts';
import { runDrift } from '../../../src/core/drift/run.ts';
import { tidyDrift } from '../../../src/core/drift/tidy.ts';
import { makeReport } from '../../../src/core/drift-report/make.ts';
import { TREND } from '../../../src/core/drift-report/report.ts';
import { createOrganizationToken } from '../../../src/core/token/create-organization.ts';
import { driftReports, driftRuns, findingQuestions, findings } from '../../../src/db/schema/index.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { type Minted, mintOrganization } from '../../support/organization.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
let here: Minted;

const stored = async () =>
  (
    await world.db
      .select()
      .from(findings)
      .where(eq(findings.organizationId, here.id))
      .orderBy(findings.number)
  ).map(({ number, state }) => `${number} ${state}`);
const passes = (days: number) =>
  world.db.execute(sql`update findings set resolved_at = resolved_at - make_interval(days => ${days}::int),
    first_seen = first_seen - make_interval(days => ${days}::int) where organization_id = ${here.id}`);

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  here = await mintOrganization(world, 'Kept', 'coreweave');
});

test('findings that have stayed resolved for 400 days are forgotten with what was asked about them; the rest stays', async () => {
  const ines = await world.as(here.admin);
  const dana = await here.member('Dana');
  const organizationId = here.id;
  for (const name of ['one', 'two', 'three']) await createOrganizationToken(ines, { organizationId, name });
  await runDrift(ines, here.organization);
  const { items } = await listFindings(ines, here.organization, { rule: 'token-never-expires' });
  const [one, two, three] = items.map(({ name }) => name);
  await askAboutFinding(ines, { organizationId, finding: one ?? '', person: { email: dana.email } });
  await world.db.execute(sql`update tokens set expires_at = clock_timestamp() + interval '1 day'
    where organization_id = ${here.id} and name <> 'three'`);
  await runDrift(ines, here.organization);
  await passes(399);
  expect(await tidyDrift(world.system)).toBe(0);
  await world.db.execute(sql`update findings set resolved_at = resolved_at + interval '2 days'
    where organization_id = ${here.id} and number = ${Number(two?.slice(4))}`);
  await passes(2);
  const audited = await here.sequence();
  expect(await tidyDrift(world.system)).toBe(1);
  const left = await stored();
  expect(left).toContain(`${two?.slice(4)} resolved`);
  expect(left).toContain(`${three?.slice(4)} open`);
  expect(left.join()).not.toContain(`${one?.slice(4)} resolved`);
  expect(
    await world.db.select().from(findingQuestions).where(eq(findingQuestions.organizationId, here.id)),
  ).toEqual([]);
  expect(await here.sequence()).toBe(audited);
  await world.db.execute(sql`update tokens set expires_at = null where organization_id = ${here.id}`);
  await runDrift(ines, here.organization);
  const after = await listFindings(ines, here.organization, { rule: 'token-never-expires' });
  const again = after.items.map(({ name }) => name);
  expect(again).toContain(two);
  expect(again).not.toContain(one);
  expect(new Set(again).size).toBe(3);
});

test('runs of more than 400 days ago are forgotten, reports but for those that the next picture shows', async () => {
  const ines = await world.as(here.admin);
  for (let made = 0; made < TREND + 2; made += 1) await makeReport(ines, here.organization, {});
  const [newest] = await world.db
    .select()
    .from(driftReports)
    .where(eq(driftReports.organizationId, here.id))
    .orderBy(sql`id desc`)
    .limit(1);
  const age = sql`interval '401 days'`;
  await world.db.execute(
    sql`update drift_reports set created_at = created_at - ${age} where organization_id = ${here.id}`,
  );
  await world.db.execute(sql`update drift_runs set at = at - ${age} where organization_id = ${here.id}`);
  await runDrift(ines, here.organization);
  await world.db.execute(sql`update drift_runs set at = at - interval '399 days'
    where organization_id = ${here.id} and at > clock_timestamp() - interval '1 day'`);
  const [oldest] = await world.db
    .select()
    .from(driftReports)
    .where(eq(driftReports.organizationId, here.id))
    .orderBy(driftReports.id)
    .limit(1);
  await world.db.execute(sql`update drift_reports set created_at = created_at + interval '2 days'
    where organization_id = ${here.id} and id = ${oldest?.id}`);
  await tidyDrift(world.system);
  const reports = await world.db.select().from(driftReports).where(eq(driftReports.organizationId, here.id));
  expect(reports).toHaveLength(TREND + 1);
  expect(reports.map(({ id }) => id)).toContain(oldest?.id);
  expect(reports.map(({ id }) => id)).toContain(newest?.id);
  expect(await world.db.select().from(driftRuns).where(eq(driftRuns.organizationId, here.id))).toHaveLength(
    1,
  );
  expect((await makeReport(ines, here.organization, {}))?.report.since).toBeDefined();
});
