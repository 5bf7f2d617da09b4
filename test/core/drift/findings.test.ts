import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Context } from '../../../src/core/context.ts';
import { fixFindings, planFix } from '../../../src/core/drift/fix.ts';
import { listFindings } from '../../../src/core/drift/list.ts';
import { lastRuns, runDrift } from '../../../src/core/drift/run.ts';
import { acceptFinding, reopenFinding, snoozeFinding } from '../../../src/core/drift/settle.ts';
import { driftTable } from '../../../src/core/export/drift.ts';
import { changeMemberRole } from '../../../src/core/member/change-role.ts';
import { createOrganization } from '../../../src/core/organization/create.ts';
import { setSetting } from '../../../src/core/organization/set-setting.ts';
import { createOrganizationToken } from '../../../src/core/token/create-organization.ts';
import { deactivateToken } from '../../../src/core/token/set-state.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { type Minted, mintOrganization } from '../../support/organization.ts';
import { createWorld, refusal, type World } from '../../support/world.ts';

let world: World;
let here: Minted;
let ines: Context;

beforeEach(async () => {
  world ??= createWorld((await embeddedDatabase()).database);
  here = await mintOrganization(world, 'Drifting', 'coreweave');
  await here.project(`gpu-${here.slug}`);
  ines = await world.as(here.admin);
  for (const name of ['one', 'two']) await createOrganizationToken(ines, { organizationId: here.id, name });
});

const open = async (
  rule = 'token-never-expires',
  state: 'open' | 'snoozed' | 'accepted' | 'resolved' = 'open',
) => (await listFindings(ines, here.organization, { rule, state })).items;
const run = () => runDrift(ines, here.organization);
const end = async (name: string, at: string | null) =>
  world.db.execute(sql`update tokens set expires_at = ${at}::timestamptz
    where organization_id = ${here.id} and name = ${name}`);
const FAR = '2099-01-01T00:00:00Z';

describe('findings are live', () => {
  test('a finding opens with a number, keeps it, resolves by itself, and comes back under the same number', async () => {
    const first = await run();
    expect(first).toMatchObject({ unreadable: [], opened: 3, resolved: 0, members: 1, tokens: 2 });
    expect(first.counts).toEqual({ high: 0, medium: 1, low: 2 });
    const [one, two] = await open();
    expect([one?.name, two?.name]).toEqual(['DRF-2', 'DRF-3']);
    const again = await run();
    expect(again).toMatchObject({ opened: 0, resolved: 0, counts: first.counts });
    expect((await open())[0]?.firstSeen).toEqual(one?.firstSeen);
    await end('one', FAR);
    expect(await run()).toMatchObject({ opened: 0, resolved: 1 });
    const [gone] = await open('token-never-expires', 'resolved');
    expect(gone?.resolvedAt).toBeInstanceOf(Date);
    await end('one', null);
    expect(await run()).toMatchObject({ opened: 1, resolved: 0 });
    const back = (await open()).find(({ subject }) => subject === gone?.subject);
    expect(back).toMatchObject({ name: gone?.name, state: 'open' });
    expect(back?.firstSeen.getTime()).toBeGreaterThan(gone?.firstSeen.getTime() ?? 0);
    expect((await lastRuns(world.db, here.id, 10)).map(({ opened }) => opened)).toEqual([1, 0, 0, 3]);
  });

  test('what opened and what resolved is in the audit, and a run that changes nothing is not', async () => {
    const before = await here.sequence();
    await run();
    await run();
    await end('one', FAR);
    await run();
    expect((await here.audited(before)).map(({ action }) => action)).toEqual([
      'finding.opened',
      'finding.resolved',
    ]);
  });

  test('a snoozed finding is not open until its time has come, and is then open again with its age', async () => {
    await run();
    const [one] = await open();
    const name = one?.name ?? '';
    await snoozeFinding(ines, {
      organizationId: here.id,
      finding: name,
      until: { seconds: 3600 },
      reason: 'soon',
    });
    expect((await run()).rules['token-never-expires']).toBe(1);
    expect(await open('token-never-expires', 'snoozed')).toEqual([
      expect.objectContaining({ name, reason: 'soon', settledBy: here.admin.email }),
    ]);
    await world.db.execute(sql`update findings set snoozed_until = clock_timestamp() - interval '1 second'
      where organization_id = ${here.id} and state = 'snoozed'`);
    expect(await run()).toMatchObject({ opened: 1 });
    expect((await open())[0]).toMatchObject({ name, firstSeen: one?.firstSeen, reason: null });
  });

  test('an accepted finding stays accepted until what it says has changed', async () => {
    await run();
    const name = (await open())[0]?.name ?? '';
    expect(
      (await refusal(acceptFinding(ines, { organizationId: here.id, finding: name, reason: ' ' }))).field,
    ).toBe('reason');
    await acceptFinding(ines, { organizationId: here.id, finding: name, reason: 'the pipeline' });
    await run();
    expect(await open('token-never-expires', 'accepted')).toHaveLength(1);
    await world.db.execute(sql`update tokens set name = 'renamed'
      where organization_id = ${here.id} and name = 'one'`);
    await run();
    expect(await open('token-never-expires', 'accepted')).toEqual([]);
    expect((await open()).map((finding) => finding.facts.token)).toContain('renamed');
  });

  test('whoever settled a finding is named, also where they are a member of other organizations too', async () => {
    await createOrganization(ines, {
      name: 'Elsewhere',
      slug: `elsewhere-${here.slug}`,
      workspace: world.workspace,
    });
    await run();
    const name = (await open())[0]?.name ?? '';
    await acceptFinding(ines, { organizationId: here.id, finding: name, reason: 'the pipeline' });
    expect(await open('token-never-expires', 'accepted')).toEqual([
      expect.objectContaining({ name, settledBy: here.admin.email }),
    ]);
    const { rows } = await driftTable.read(world.db, here.id, undefined);
    expect(rows.find(({ finding }) => finding === name)).toMatchObject({ by: here.admin.email });
  });

  test('an acceptance can be taken back', async () => {
    await run();
    const name = (await open())[0]?.name ?? '';
    await acceptFinding(ines, { organizationId: here.id, finding: name, reason: 'for now' });
    await reopenFinding(ines, { organizationId: here.id, finding: name });
    expect(await open()).toHaveLength(2);
    expect((await refusal(reopenFinding(ines, { organizationId: here.id, finding: name }))).code).toBe(
      'wrong-state',
    );
  });

  test('a rule that cannot be read leaves its findings alone, the run is incomplete, and the log has why', async () => {
    await run();
    const failing = vi.fn();
    // The rule's own table refuses to be read; everything else goes on.
    await world.db.execute(sql`alter table sso_providers rename to providers_away`);
    const broken = await runDrift({ ...ines, log: { error: failing } }, here.organization).finally(() =>
      world.db.execute(sql`alter table providers_away rename to sso_providers`),
    );
    expect(broken.unreadable).toContain('sso-not-used');
    expect(broken.unreadable).not.toContain('token-never-expires');
    expect(broken.rules).toMatchObject({ 'token-never-expires': 2, 'single-admin': 1 });
    expect(failing).toHaveBeenCalledWith(
      expect.objectContaining({ rule: 'sso-not-used' }),
      'a rule of drift could not be read',
    );
    expect((await run()).unreadable).toEqual([]);
  });

  test('what somebody settled while a run was looking is newer than what the run saw', async () => {
    await run();
    const name = (await open())[0]?.name ?? '';
    await world.db.execute(sql`update findings set state = 'resolved', resolved_at = clock_timestamp(),
      changed_at = clock_timestamp() + interval '1 hour' where organization_id = ${here.id} and number = ${name.slice(4)}::int`);
    expect(await run()).toMatchObject({ opened: 0, resolved: 0 });
  });
});

describe('fixing', () => {
  const off = async (ctx: Context, subject: string) =>
    deactivateToken(ctx, { organizationId: here.id, name: subject });

  test('a fix runs the verb, resolves the finding and is audited as its fix, in one transaction', async () => {
    await run();
    const [one] = await open();
    const before = await here.sequence();
    const fixed = await fixFindings(
      ines,
      here.organization,
      { target: { finding: one?.name ?? '' }, seen: undefined },
      (ctx, finding) => off(ctx, finding.subject),
    );
    expect(fixed).toEqual([expect.objectContaining({ resolved: true })]);
    expect(await here.audited(before)).toEqual([
      expect.objectContaining({ action: 'token.deactivated', target: 'one' }),
      expect.objectContaining({ action: 'finding.fixed', target: one?.name }),
    ]);
    expect((await open()).map(({ name }) => name)).not.toContain(one?.name);
  });

  test('a finding whose cause is still there after its fix stays open', async () => {
    await run();
    const [one] = await open();
    const target = { finding: one?.name ?? '' };
    const fixed = await fixFindings(
      ines,
      here.organization,
      { target, seen: undefined },
      async () => 'nothing',
    );
    expect(fixed).toEqual([expect.objectContaining({ resolved: false })]);
    expect(await open()).toHaveLength(2);
  });

  test('of many, one that is refused does not hold up the others, and is named', async () => {
    for (const name of ['three', 'four'])
      await createOrganizationToken(ines, { organizationId: here.id, name });
    await world.db.execute(sql`update tokens set created_at = clock_timestamp() - interval '1 year'
      where organization_id = ${here.id}`);
    await run();
    const found = await open('token-unused');
    expect(found).toHaveLength(4);
    const fixed = await fixFindings(
      ines,
      here.organization,
      { target: { rule: 'token-unused' }, seen: undefined },
      (ctx, finding) => off(ctx, finding.facts.token === 'two' ? 'nobody' : finding.subject),
    );
    expect(fixed.filter(({ resolved }) => resolved)).toHaveLength(3);
    expect(
      fixed.filter(({ outcome }) => 'refused' in outcome).map(({ finding }) => finding.facts.token),
    ).toEqual(['two']);
    expect(await open('token-unused')).toHaveLength(1);
  });

  test('abuse 48: more than `bulk-limit` at once are not fixed by one person', async () => {
    await world.db.execute(sql`update tokens set created_at = clock_timestamp() - interval '1 year'
      where organization_id = ${here.id}`);
    await run();
    await setSetting(ines, {
      organizationId: here.id,
      key: 'bulk-limit',
      value: '1',
      workspaceId: world.workspace.id,
    });
    const fix = fixFindings(
      ines,
      here.organization,
      { target: { rule: 'token-unused' }, seen: undefined },
      (ctx, finding) => off(ctx, finding.subject),
    );
    expect(await refusal(fix)).toMatchObject({
      code: 'needs-approval',
      message: expect.stringContaining('bulk-limit'),
    });
    expect(await open('token-unused')).toHaveLength(2);
  });

  test('a fix that has become another one since it was shown is not carried out', async () => {
    await run();
    const target = { finding: (await open())[0]?.name ?? '' };
    const { seen } = await planFix(ines, here.organization, target);
    await world.db.execute(
      sql`update tokens set name = 'other' where organization_id = ${here.id} and name = 'one'`,
    );
    await run();
    const fix = fixFindings(ines, here.organization, { target, seen }, (ctx, finding) =>
      off(ctx, finding.subject),
    );
    expect((await refusal(fix)).code).toBe('changed');
  });

  test('a fix is done under the presser’s own rights: to see drift is not enough', async () => {
    const operators = ['ops-drift@example.com'];
    const site = createWorld(world.database, { operators });
    const ops = site.stranger('Ops');
    await site.link(ops, 'ops-drift@example.com');
    const reader = await here.member('Rea');
    await changeMemberRole(await site.as(ops), {
      organizationId: here.id,
      person: { email: reader.email },
      role: 'admin-read',
    });
    await run();
    const target = { finding: (await open())[0]?.name ?? '' };
    const rea = await world.as(reader);
    const [tried] = await fixFindings(rea, here.organization, { target, seen: undefined }, (ctx, finding) =>
      off(ctx, finding.subject),
    );
    expect(tried?.outcome).toMatchObject({ refused: { code: 'forbidden' } });
    expect(await open()).toHaveLength(2);
  });
});
