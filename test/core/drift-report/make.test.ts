import { and, eq, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { runDrift } from '../../../src/core/drift/run.ts';
import { makeReport } from '../../../src/core/drift-report/make.ts';
import { setSchedule } from '../../../src/core/drift-report/schedule.ts';
import { announceFailure } from '../../../src/core/drift-report/trouble.ts';
import { changeMemberRole } from '../../../src/core/member/change-role.ts';
import { setSetting } from '../../../src/core/organization/set-setting.ts';
import { driftReports, messages, schedules } from '../../../src/db/schema/index.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { type Minted, mintOrganization } from '../../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../../support/world.ts';

const world: World = createWorld((await embeddedDatabase()).database);
let acme: Minted;
let dana: Person;

beforeEach(async () => {
  acme = await mintOrganization(world);
  dana = await acme.member('Dana');
});

const ines = () => world.as(acme.admin);
const setChannel = async (id = 'C0SEC') =>
  setSetting(await ines(), {
    organizationId: acme.id,
    key: 'drift-channel',
    value: id,
    workspaceId: world.workspace.id,
  });
const report = async (input: Parameters<typeof makeReport>[2] = {}, who = ines()) => {
  const made = await makeReport(await who, acme.organization, input);
  if (!made) throw new Error('No report was made');
  return made;
};
const said = async (notice = 'drift-report') =>
  world.db
    .select()
    .from(messages)
    .where(and(eq(messages.organizationId, acme.id), eq(messages.notice, notice)))
    .orderBy(messages.id);
const arrived = () =>
  world.db.update(messages).set({ state: 'sent', sentChannel: 'C0SEC', sentId: '1' }).where(sql`true`);
const nothingNew = { posted: [], unchanged: ['C0SEC'] };

describe('where a report goes', () => {
  test('without a drift channel to whoever asks, directly', async () => {
    expect(await report()).toMatchObject({ toCaller: true, posted: [] });
    expect(await said()).toMatchObject([
      { recipientKind: 'person', recipient: acme.admin.account.externalId, state: 'queued' },
    ]);
  });

  test('to the drift channel of the workspace, and it is in the audit', async () => {
    await setChannel();
    const before = await acme.sequence();
    expect(await report()).toMatchObject({ toCaller: false, posted: ['C0SEC'] });
    expect(await said()).toMatchObject([{ recipientKind: 'channel', recipient: 'C0SEC' }]);
    expect((await acme.audited(before)).map(({ action }) => action)).toContain('drift.reported');
  });

  test('to the channel that is named, for who may post there', async () => {
    await setChannel();
    const channel = { workspaceId: world.workspace.id, id: 'C0OTHER' };
    expect(await report({ channel })).toMatchObject({ posted: ['C0OTHER'] });
    const elsewhere = refusal(report({ channel: { ...channel, workspaceId: 'T0NOT' } }));
    expect((await elsewhere).message).toContain('is not connected to this workspace');
  });

  test('whoever may read and not post gets it alone, and may name no channel', async () => {
    await setChannel();
    const wave = await mintOrganization(world, 'Wave', 'coreweave');
    const reader = await wave.member('Rita');
    const operator = world.stranger('Opa');
    const outside = createWorld(world.database, { operators: [operator.email] });
    await world.link(operator);
    await changeMemberRole(await outside.as(operator), {
      organizationId: wave.id,
      person: { email: reader.email },
      role: 'admin-read',
    });
    const channel = { workspaceId: world.workspace.id, id: 'C0SEC' };
    const refused = await refusal(makeReport(await world.as(reader), wave.organization, { channel }));
    expect(refused.message).toContain('drift:write');
    await setSetting(await world.as(wave.admin), {
      organizationId: wave.id,
      key: 'drift-channel',
      value: 'C0SEC',
      workspaceId: world.workspace.id,
    });
    expect(await makeReport(await world.as(reader), wave.organization, {})).toMatchObject({ toCaller: true });
  });

  test('a member without drift:read gets none, nor does another organization’s administrator', async () => {
    const before = (await said()).length;
    expect((await refusal(report({}, world.as(dana)))).code).toBe('forbidden');
    const globex = await mintOrganization(world, 'Globex');
    expect((await refusal(report({}, world.as(globex.admin)))).code).toBe('not-found');
    expect(await said()).toHaveLength(before);
  });
});

describe('what is different from the last report', () => {
  const promote = async (role: string) =>
    changeMemberRole(await ines(), { organizationId: acme.id, person: { email: dana.email }, role });

  test('is what came and went since it, and nothing that it found itself', async () => {
    const first = await report();
    expect(first.report.since).toBeUndefined();
    const found = Object.values(first.report.counts).reduce((sum, count) => sum + count, 0);
    expect(found).toBeGreaterThan(0);
    expect((await report()).report.since).toMatchObject({ opened: 0, resolved: 0 });
    // A second administrator, whom nobody approved, ends what one alone was about.
    await promote('admin');
    expect((await report()).report.since).toMatchObject({ opened: 1, resolved: 1 });
    expect((await report()).report.since).toMatchObject({ opened: 0, resolved: 0 });
  });

  test('does not count what came and went in between; what went and came back is new', async () => {
    await report();
    await promote('admin');
    await runDrift(await ines(), acme.organization);
    await promote('member');
    expect((await report()).report.since).toMatchObject({ opened: 1, resolved: 0 });
  });
});

describe('a report that says the same', () => {
  test('is not posted twice: the one that stands there gets a new date', async () => {
    await setChannel();
    await report();
    await arrived();
    const queued = world.jobs.length;
    expect(await report()).toMatchObject(nothingNew);
    const [only, another] = await said();
    expect(another).toBeUndefined();
    expect(only?.data.checkedAt).toBeDefined();
    expect(world.jobs.slice(queued)).toMatchObject([{ queue: 'deliver', data: { messageId: only?.id } }]);
  });

  test('is posted again once something else is open, or was not to be read', async () => {
    await setChannel();
    await report();
    expect(await report()).toMatchObject(nothingNew);
    await changeMemberRole(await ines(), {
      organizationId: acme.id,
      person: { email: dana.email },
      role: 'admin',
    });
    expect(await report()).toMatchObject({ posted: ['C0SEC'], unchanged: [] });
    expect(await said()).toHaveLength(2);
  });

  test('is posted where the last one never arrived', async () => {
    await setChannel();
    await report();
    await world.db.update(messages).set({ state: 'failed' }).where(eq(messages.notice, 'drift-report'));
    expect(await report()).toMatchObject({ posted: ['C0SEC'] });
  });
});

describe('a scheduled report', () => {
  const slot = new Date('2027-01-04T08:00:00Z');

  test('comes once for its slot, however often its job runs', async () => {
    await setChannel();
    await makeReport(world.system, acme.organization, { slot });
    expect(await makeReport(world.system, acme.organization, { slot })).toBeUndefined();
    expect(await said()).toHaveLength(1);
    expect(
      await world.db.select().from(driftReports).where(eq(driftReports.organizationId, acme.id)),
    ).toHaveLength(1);
  });

  test('goes to the administrators directly where no channel is set', async () => {
    await makeReport(world.system, acme.organization, { slot });
    expect(await said()).toMatchObject([{ recipient: acme.admin.account.externalId }]);
  });

  test('that could not be made says so where it would have stood', async () => {
    await setChannel();
    await announceFailure(world.system, { organizationId: acme.id, kind: 'drift-report', slot });
    expect(await said('drift-report-failed')).toMatchObject([{ recipient: 'C0SEC' }]);
    expect((await acme.audited()).at(-1)?.action).toBe('drift.report-failed');
  });
});

describe('the schedule', () => {
  const set = async (input: object, who = ines()) =>
    setSchedule(await who, { organizationId: acme.id, workspaceId: world.workspace.id, ...input });
  const kept = () => world.db.select().from(schedules).where(eq(schedules.organizationId, acme.id));

  test('is set in one go, with the next three times, and switched off', async () => {
    const all = { channel: 'C0SEC', cron: '0 9 * * 1', timezone: 'Europe/Berlin' };
    const shown = await set(all);
    expect(shown).toMatchObject(all);
    expect(shown.next).toHaveLength(3);
    expect(await kept()).toMatchObject([{ cron: '0 9 * * 1', timezone: 'Europe/Berlin' }]);
    expect((await set({ cron: 'none' })).next).toEqual([]);
    expect(await kept()).toEqual([]);
  });

  test('follows its settings, one by one too', async () => {
    const key = (name: string, value: string) =>
      ines().then((ctx) =>
        setSetting(ctx, {
          organizationId: acme.id,
          key: name,
          value,
          workspaceId: world.workspace.id,
        }),
      );
    await key('drift-cron', '30 2 * * *');
    expect(await kept()).toMatchObject([{ cron: '30 2 * * *', timezone: 'UTC' }]);
    await key('drift-timezone', 'America/New_York');
    expect(await kept()).toMatchObject([{ timezone: 'America/New_York' }]);
  });

  test('sets nothing where one of the three is wrong, and says what to type', async () => {
    const wrong = await refusal(set({ channel: 'C0SEC', cron: '0 9 * *', timezone: 'Europe/Berlin' }));
    expect(`${wrong.message} ${wrong.todo}`).toContain('`0 9 * * 1` is Mondays at 09:00');
    const zone = await refusal(set({ channel: 'C0SEC', cron: '0 9 * * 1', timezone: 'Europe/Berln' }));
    expect(zone.todo).toBe('Write it like Europe/Berlin.');
    expect((await refusal(set({ timezone: 'UTC' }))).message).toContain('makes no schedule');
    expect(await kept()).toEqual([]);
  });

  test('is set by who may change settings alone', async () => {
    expect((await refusal(set({ cron: '0 9 * * 1' }, world.as(dana)))).code).toBe('forbidden');
    const globex = await mintOrganization(world, 'Globex');
    expect((await refusal(set({ cron: '0 9 * * 1' }, world.as(globex.admin)))).code).toBe('not-found');
  });
});
