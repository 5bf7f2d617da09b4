import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { makeReport } from '../../../src/core/drift-report/make.ts';
import { reportsUpTo } from '../../../src/core/drift-report/report.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { mintOrganization } from '../../support/organization.ts';
import { createWorld } from '../../support/world.ts';

test('a report that could not read something says what, is none of a clean run, and is not the same as one that could', async () => {
  const world = createWorld((await embeddedDatabase()).database);
  const acme = await mintOrganization(world);
  const whole = await makeReport(await world.as(acme.admin), acme.organization, {});
  await world.db.execute(sql`alter table departures rename to departures_away`);
  const partial = await makeReport(await world.as(acme.admin), acme.organization, {});
  expect(whole?.report.unreadable).toEqual([]);
  expect(partial?.report.unreadable).toEqual(['member-left-workspace']);
  expect(partial?.report.counts).toEqual(whole?.report.counts);
  expect(partial?.report.fingerprint).not.toBe(whole?.report.fingerprint);
  expect((await reportsUpTo(world.db, acme.id, 5)).map(({ unreadable }) => unreadable.length)).toEqual([
    1, 0,
  ]);
});
