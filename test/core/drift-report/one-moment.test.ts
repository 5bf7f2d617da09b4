import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Context } from '../../../src/core/context.ts';
import { runDrift } from '../../../src/core/drift/run.ts';
import { reopenFinding, snoozeFinding } from '../../../src/core/drift/settle.ts';
import { makeReport } from '../../../src/core/drift-report/make.ts';
import { serverDatabase } from '../../support/database.ts';
import { somebodyWaitsFor, whileHeldUp } from '../../support/held-up.ts';
import { type Minted, mintOrganization } from '../../support/organization.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
let here: Minted;
let ines: Context;

beforeAll(async () => {
  world = createWorld((await serverDatabase()).database);
});

beforeEach(async () => {
  here = await mintOrganization(world, 'Moment');
  ines = await world.as(here.admin);
  await here.project('etl');
});

/** A personal token without an end: a finding. */
const endless = async (name: string) =>
  world.db.execute(sql`
    insert into tokens (organization_id, id, kind, name, principal_id, secret_hash, fingerprint)
    select ${here.id}, gen_random_uuid(), 'personal', ${name}, ${await here.userId(here.admin.email)},
      ${`h${here.id}${name}`}, 'abcd'`);
const report = async () => {
  const made = await makeReport(ines, here.organization, {});
  if (!made) throw new Error('No report was made');
  return made.report;
};
/** Something happens once a report has counted what is open, and before it has read the rest. */
const meanwhile = async (happens: () => Promise<unknown>) => {
  let running: ReturnType<typeof report> | undefined;
  await whileHeldUp(world, sql`lock table drift_reports in access exclusive mode`, async () => {
    running = report();
    await somebodyWaitsFor(world, 'drift_reports');
    await happens();
  });
  if (!running) throw new Error('Nothing was under way');
  return running;
};
const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);

test('what is put off while a report is read stands in all of it, or in none', async () => {
  await endless('laptop');
  const { top } = await report();
  const finding = `DRF-${top.at(-1)}`;
  const place = { organizationId: here.id, finding };
  const during = await meanwhile(() =>
    snoozeFinding(ines, { ...place, until: { seconds: 3600 }, reason: 'later' }),
  );
  expect(during.top).toEqual(top);
  expect(sum(during.counts)).toBe(top.length);
  expect(sum((await report()).counts)).toBe(top.length - 1);
  await reopenFinding(ines, place);
  expect((await report()).fingerprint).toBe(during.fingerprint);
});

test('what another run finds while a report is read is new in the next one', async () => {
  const before = await report();
  const during = await meanwhile(async () => {
    await endless('laptop');
    await runDrift(ines, here.organization);
  });
  expect(during).toMatchObject({ counts: before.counts, top: before.top, since: { opened: 0 } });
  expect((await report()).since).toMatchObject({ opened: 1, resolved: 0 });
  expect((await report()).since).toMatchObject({ opened: 0, resolved: 0 });
});
