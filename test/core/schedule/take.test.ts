import { eq, sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deleteOrganization } from '../../../src/core/organization/delete.ts';
import { setSetting } from '../../../src/core/organization/set-setting.ts';
import { scheduleHealth } from '../../../src/core/schedule/health.ts';
import { slotDone, slotStands } from '../../../src/core/schedule/slot.ts';
import { takeSlots } from '../../../src/core/schedule/take.ts';
import { schedules } from '../../../src/db/schema/index.ts';
import { serverDatabase } from '../../support/database.ts';
import { type Minted, mintOrganization } from '../../support/organization.ts';
import { atOnce, createWorld, type World } from '../../support/world.ts';

let world: World;
let acme: Minted;

beforeAll(async () => {
  world = createWorld((await serverDatabase()).database);
});
beforeEach(async () => {
  await world.db.delete(schedules);
  acme = await mintOrganization(world);
});

const set = async (value: string, key = 'drift-cron') =>
  setSetting(await world.as(acme.admin), {
    organizationId: acme.id,
    key,
    value,
    workspaceId: world.workspace.id,
  });
const moved = (next: string) =>
  world.db
    .update(schedules)
    .set({ nextAt: sql.raw(`clock_timestamp() ${next}`) })
    .where(eq(schedules.organizationId, acme.id));
const kept = async () =>
  (await world.db.select().from(schedules).where(eq(schedules.organizationId, acme.id)))[0];
const jobs = () =>
  world.jobs.filter(({ queue, data }) => queue === 'drift-report' && data.organizationId === acme.id);

describe('slots of an organization’s own schedule', () => {
  test('one job comes of a slot, however many replicas look at one instant', async () => {
    await set('0 9 1 1 *');
    await moved("- interval '1 second'");
    const results = await atOnce(
      world,
      acme.id,
      Array.from({ length: 8 }, () => () => takeSlots(world.system)),
    );
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(jobs()).toHaveLength(1);
  });

  test('a slot is taken before it comes, and its job waits for the moment', async () => {
    await set('0 9 1 1 *');
    await moved("+ interval '100 seconds'");
    const slot = (await kept())?.nextAt;
    await takeSlots(world.system);
    const [job] = jobs();
    expect(job?.data.slot).toBe(slot?.toISOString());
    expect(job?.startAfterSeconds).toBeGreaterThan(90);
    expect(job?.startAfterSeconds).toBeLessThanOrEqual(100);
    expect((await kept())?.lastSlot).toEqual(slot);
  });

  test('a slot every minute loses none to a tick that comes late, and has none twice', async () => {
    await set('* * * * *');
    for (let tick = 0; tick < 3; tick += 1) await takeSlots(world.system);
    const slots = jobs().map(({ data }) => Date.parse(data.slot ?? ''));
    expect(slots.length).toBeGreaterThanOrEqual(2);
    expect(slots.slice(1).map((slot, index) => slot - (slots[index] ?? 0))).toEqual(
      slots.slice(1).map(() => 60_000),
    );
  });

  test('what passed while nothing ran is caught up once', async () => {
    await set('0 * * * *');
    await moved("- interval '3 days'");
    await takeSlots(world.system);
    await takeSlots(world.system);
    const before = jobs().filter(({ data }) => Date.parse(data.slot ?? '') < Date.now() - 3_600_000);
    expect(before).toHaveLength(1);
    expect((await kept())?.nextAt.getTime()).toBeGreaterThan(Date.now());
  });

  test('a slot of a schedule that was changed or switched off since is no slot any more', async () => {
    await set('0 9 * * *');
    const slot = (await kept())?.nextAt ?? new Date(0);
    const mine = { organizationId: acme.id, kind: 'drift-report' as const, slot };
    expect(await slotStands(world.db, mine)).toBe(true);
    await set('0 10 * * *');
    expect(await slotStands(world.db, mine)).toBe(false);
    await set('none');
    expect(await slotStands(world.db, mine)).toBe(false);
  });

  test('setting the same schedule again loses no slot that is due', async () => {
    await set('0 9 * * *');
    await moved("- interval '1 second'");
    await set('0 9 * * *');
    await takeSlots(world.system);
    expect(jobs()).toHaveLength(1);
  });

  test('the status says what comes next, and what is overdue', async () => {
    expect(await scheduleHealth(world.db)).toMatchObject({ ok: true, detail: 'None is set.' });
    await set('0 9 * * *');
    expect((await scheduleHealth(world.db)).detail).toMatch(/^1 of drift reports, the next at \d{4}-/);
    await moved("- interval '6 minutes'");
    expect(await scheduleHealth(world.db)).toMatchObject({ ok: false });
    await takeSlots(world.system);
    expect(await scheduleHealth(world.db)).toMatchObject({ ok: true });
    const past = { lastSlot: sql`clock_timestamp() - interval '20 minutes'` };
    await world.db.update(schedules).set(past).where(eq(schedules.organizationId, acme.id));
    expect(await scheduleHealth(world.db)).toMatchObject({ ok: false });
    await slotDone(world.db, { organizationId: acme.id, kind: 'drift-report', slot: new Date() }, new Date());
    expect(await scheduleHealth(world.db)).toMatchObject({ ok: true });
  });

  test('a deleted organization leaves no schedule', async () => {
    const globex = await mintOrganization(world, 'Globex');
    const operator = await world.person('Opa');
    const outside = createWorld(world.database, { operators: [operator.email] });
    await setSetting(await world.as(globex.admin), {
      organizationId: globex.id,
      key: 'drift-cron',
      value: '0 9 * * *',
      workspaceId: world.workspace.id,
    });
    await deleteOrganization(await outside.as(operator), { organizationId: globex.id, slug: globex.slug });
    expect(await world.db.select().from(schedules)).toEqual([]);
  });
});
