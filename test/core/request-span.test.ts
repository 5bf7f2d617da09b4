import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { openGrants } from '../../src/core/grant/open.ts';
import { revokeGrants } from '../../src/core/grant/revoke.ts';
import { deactivateMember, reactivateMember } from '../../src/core/member/set-state.ts';
import { editRequest } from '../../src/core/request/edit.ts';
import { escalateRequests } from '../../src/core/request/escalate.ts';
import { expireRequests } from '../../src/core/request/expire.ts';
import { deleteRole } from '../../src/core/role/delete.ts';
import { customRole } from '../support/organization.ts';
import { DAY, HOUR, passingTime } from '../support/passing-time.ts';
import { refusal } from '../support/world.ts';

const on = passingTime();
const later = (seconds: number) => ({ at: new Date(Date.now() + seconds * 1000) });

describe('a role in a project is held for one span', () => {
  const givenBy = (id: string) =>
    on.world.count(sql`select count(*) as count from grants where request_id = ${id}`);

  test('a start after the end of what is held is refused: the time between was approved by nobody', async () => {
    await on.approve((await on.ask()).name);
    const gap = await refusal(on.ask({ from: later(DAY) }));
    expect([gap.code, gap.message]).toEqual([
      'wrong-state',
      expect.stringContaining('ends before that start, by REQ-'),
    ]);
    const touching = await on.ask({ from: later(HOUR), for: { seconds: 5 * HOUR } });
    await on.approve(touching.name);
    await on.pass(5 * HOUR);
    expect(await on.mayDelete()).toBe(true);
    await on.pass(HOUR + 1);
    expect(await on.mayDelete()).toBe(false);
  });

  test('what was given for sooner after the request is no bridge either, at its approval', async () => {
    const tomorrow = await on.ask({ from: later(DAY) });
    await on.world.db.execute(sql`
      insert into grants (organization_id, principal_id, project_id, role_id, expires_at)
      select ${on.acme.id}, ${await on.acme.userId(on.dana.email)}, p.id, r.id, clock_timestamp() + interval '2 hours'
      from projects p join roles r on r.organization_id = p.organization_id
      where p.organization_id = ${on.acme.id} and p.name = ${on.project} and r.name = 'developer'`);
    const gap = await refusal(on.approve(tomorrow.name));
    expect([gap.code, gap.message]).toEqual([
      'wrong-state',
      `${tomorrow.name} was not approved: that role is held already and ends before that start.`,
    ]);
    expect(await on.stateOf(tomorrow.name)).toBe('pending');
    await on.pass(3 * HOUR);
    await on.approve(tomorrow.name);
    expect(await on.mayDelete()).toBe(false);
  });

  test('what was approved for later is not lost to something shorter, and gives way to what has all of it within', async () => {
    const tomorrow = await on.ask({ from: later(DAY) });
    await on.approve(tomorrow.name);
    const short = await refusal(on.ask());
    expect([short.code, short.message]).toEqual([
      'wrong-state',
      expect.stringContaining(`given for a later time already, by ${tomorrow.name}`),
    ]);
    const whole = await on.ask({ for: { seconds: 2 * DAY } });
    await on.approve(whole.name);
    expect(await on.mayDelete()).toBe(true);
    expect(await on.stateOf(tomorrow.name)).toBe('ended');
    expect(await givenBy(whole.id)).toBe(1);
  });
});

describe('a start that has come before the job has looked', () => {
  const owner = () => ({ organizationId: on.acme.id, person: { email: on.owner.email } });
  const startingTomorrow = async () => {
    const request = await on.ask({ from: later(DAY) });
    await on.approve(request.name);
    return request;
  };

  test('rule 4: what is open by the clock stays open though the approver loses the right before the job looks', async () => {
    await startingTomorrow();
    await on.pass(DAY + 1);
    expect(await on.mayDelete()).toBe(true);
    await revokeGrants(await on.ines(), { ...owner(), project: on.project });
    expect(await on.mayDelete()).toBe(true);
    await openGrants(on.world.system);
    expect(await on.mayDelete()).toBe(true);
    expect(await on.told(on.dana, 'grant-opened')).toHaveLength(1);
  });

  test('rule 4: what did not open at its start does not open late, when the approver is back before the job looks', async () => {
    const request = await startingTomorrow();
    await deactivateMember(await on.ines(), owner());
    await on.pass(DAY + 1);
    await reactivateMember(await on.ines(), owner());
    expect(await on.mayDelete()).toBe(false);
    await openGrants(on.world.system);
    expect(await on.mayDelete()).toBe(false);
    expect(await on.told(on.dana, 'grant-not-opened')).toMatchObject([
      { request: request.name, why: 'at its start it would not have been given' },
    ]);
  });

  test('a later start that went to the operators late is still approved by those who may', async () => {
    const request = await on.ask({ from: later(DAY) });
    await on.world.db.execute(sql`
      update requests set created_at = created_at - interval '6 days', expires_at = expires_at - interval '6 days'
      where id = ${request.id}`);
    expect(await escalateRequests(on.world.system)).toBe(1);
    await on.approve(request.name);
    expect(await on.stateOf(request.name)).toBe('approved');
    await on.pass(DAY + 1);
    expect(await on.mayDelete()).toBe(true);
    await openGrants(on.world.system);
    expect(await on.mayDelete()).toBe(true);
  });
});

test('a request whose start has passed undecided is still changed, and its clock runs from the approval', async () => {
  const request = await on.ask({ from: later(HOUR), for: { seconds: 2 * HOUR } });
  await on.world.db.execute(sql`
    update requests set starts_at = starts_at - interval '90 minutes' where id = ${request.id}`);
  const edited = await editRequest(await on.world.as(on.dana), {
    organizationId: on.acme.id,
    request: request.name,
    for: { seconds: 3 * HOUR },
  });
  expect(edited.seconds).toBe(3 * HOUR);
  const { until } = await on.approve(request.name);
  expect(((until?.getTime() ?? 0) - Date.now()) / 1000).toBeCloseTo(3 * HOUR, -2);
});

test('what has expired undecided stays expired when its role is deleted before the job has looked', async () => {
  await customRole(on.acme, { scope: 'project', name: `brief-${on.project}`, permissions: ['flows:delete'] });
  const request = await on.ask({ role: `brief-${on.project}` });
  await on.world.db.execute(sql`
    update requests set expires_at = clock_timestamp() - interval '1 second' where id = ${request.id}`);
  await deleteRole(await on.ines(), {
    organizationId: on.acme.id,
    scope: 'project',
    role: `brief-${on.project}`,
  });
  expect(await on.stateOf(request.name)).toBe('expired');
  await expireRequests(on.world.system);
  expect(await on.stateOf(request.name)).toBe('expired');
  expect(await on.told(on.dana, 'request-settled')).toHaveLength(1);
});
