import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eq, sql } from 'drizzle-orm';
import { afterEach, expect, test, vi } from 'vitest';
import { setSchedule } from '../../src/core/drift-report/schedule.ts';
import { driftReports, messages, schedules } from '../../src/db/schema/index.ts';
import { serverDatabase } from '../support/database.ts';
import { mintOrganization } from '../support/organization.ts';
import { createWorld } from '../support/world.ts';

const REPLICA = fileURLToPath(new URL('./slots-replica.ts', import.meta.url));
const ORGANIZATIONS = 6;
const KILLS = 4;

const replicas = new Set<ChildProcess>();
afterEach(async () => {
  const ended = [...replicas].map((replica) => once(replica, 'close'));
  for (const replica of replicas) replica.kill('SIGKILL');
  await Promise.all(ended);
});

test('two replicas, killed in the middle of reports again and again, bring every slot exactly once', async () => {
  const { database, url } = await serverDatabase();
  const world = createWorld(database);
  // Half an hour from here: no further slot comes while the test runs.
  const minute = (new Date().getUTCMinutes() + 30) % 60;
  const slot = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - 2 * 3_600_000 + minute * 60_000);
  for (let number = 0; number < ORGANIZATIONS; number += 1) {
    const acme = await mintOrganization(world);
    await setSchedule(await world.as(acme.admin), {
      organizationId: acme.id,
      workspaceId: world.workspace.id,
      channel: 'C0SEC',
      cron: `${minute} * * * *`,
      timezone: 'Europe/Berlin',
    });
  }
  await world.db.update(schedules).set({ nextAt: slot });

  let kills = 0;
  const start = () => {
    const replica = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', REPLICA, url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    replicas.add(replica);
    replica.once('close', () => replicas.delete(replica));
    replica.stdout.on('data', () => {
      if (kills >= KILLS || replica.killed) return;
      kills += 1;
      replica.kill('SIGKILL');
      start();
    });
  };
  start();
  start();

  await vi.waitFor(
    async () => {
      expect(kills).toBe(KILLS);
      expect(await world.db.select().from(driftReports)).toHaveLength(ORGANIZATIONS);
    },
    { timeout: 100_000, interval: 200 },
  );
  const reports = await world.db.select().from(driftReports);
  expect(new Set(reports.map(({ organizationId }) => organizationId)).size).toBe(ORGANIZATIONS);
  expect(reports.every((report) => report.slot?.getTime() === slot.getTime())).toBe(true);
  const said = await world.db.select().from(messages).where(eq(messages.notice, 'drift-report'));
  expect(said).toHaveLength(ORGANIZATIONS);
  const [undone] = await world.db
    .select({ count: sql<number>`count(*)::int` })
    .from(schedules)
    .where(sql`${schedules.doneAt} is null or ${schedules.nextAt} < clock_timestamp()`);
  expect(undone?.count).toBe(0);
}, 120_000);
