import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { expireGrants, expireRoles } from '../../src/core/grant/expire.ts';
import { giveGrant } from '../../src/core/grant/give.ts';
import { returnAccess } from '../../src/core/grant/return.ts';
import { warnEnds } from '../../src/core/grant/warn.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { deactivateMember } from '../../src/core/member/set-state.ts';
import { extendRequest } from '../../src/core/request/extend.ts';
import { returnRequest } from '../../src/core/request/return.ts';
import { rowsOf } from '../../src/db/client.ts';
import { mintOrganization } from '../support/organization.ts';
import { DAY, HOUR, passingTime } from '../support/passing-time.ts';
import { refusal } from '../support/world.ts';

const on = passingTime();

test('abuse 24: with the jobs stopped for a day access ends to the second, and the sweep says when that was', async () => {
  const request = await on.ask();
  const { until } = await on.approve(request.name);
  await changeMemberRole(await on.ines(), {
    organizationId: on.acme.id,
    person: { email: on.dana.email },
    role: 'admin',
    for: { seconds: 2 * HOUR },
  });
  const role = async () => (await on.acme.holder(on.dana)).roles[0]?.role;
  await on.pass(2 * HOUR - 10);
  expect(await on.mayDelete()).toBe(true);
  expect(await role()).toBe('admin');
  await on.pass(11);
  expect([await on.mayDelete(), await role()]).toEqual([false, 'member']);
  await on.pass(DAY);
  expect([await on.mayDelete(), await role()]).toEqual([false, 'member']);
  const before = await on.acme.sequence();
  await expireGrants(on.world.system);
  await expireRoles(on.world.system);
  const events = rowsOf<{ event: string }>(
    await on.world.db.execute(sql`
      select event from audit where organization_id = ${on.acme.id} and sequence > ${before}
        and action in ('grant.ended', 'member.role-ended') order by sequence`),
  ).map(({ event }) => JSON.parse(event));
  const passed = 2 * HOUR + 1 + DAY;
  const truly = new Date((until?.getTime() ?? 0) - passed * 1000).toISOString();
  expect(events).toMatchObject([
    { action: 'grant.ended', facts: { project: on.project, role: 'developer', until: truly } },
    { action: 'member.role-ended', facts: { before: 'admin', after: 'member' } },
  ]);
  const ended = Date.parse(events[1].facts.until);
  expect(Date.now() - ended).toBeGreaterThan(DAY * 1000);
});

describe('the holder hears before the end', () => {
  const endings = () => on.told(on.dana, 'access-ending');

  test('a day and an hour before, once each, with the request that Extend and Return name', async () => {
    const request = await on.ask({ for: { seconds: 3 * DAY } });
    await on.approve(request.name);
    expect(await warnEnds(on.world.system)).toBe(0);
    await on.pass(2 * DAY + 1);
    expect(await warnEnds(on.world.system)).toBe(1);
    expect(await warnEnds(on.world.system)).toBe(0);
    expect(await endings()).toMatchObject([
      { request: request.name, role: 'developer', project: on.project },
    ]);
    await on.pass(23 * HOUR);
    await Promise.all([warnEnds(on.world.system), warnEnds(on.world.system)]);
    await warnEnds(on.world.system);
    expect(await endings()).toHaveLength(2);
  });

  test('access for two hours has the warning of an hour alone, and for half an hour none', async () => {
    await on.approve((await on.ask()).name);
    await warnEnds(on.world.system);
    expect(await endings()).toHaveLength(0);
    await on.pass(HOUR + 1);
    await warnEnds(on.world.system);
    expect(await endings()).toHaveLength(1);
    await on.approve((await on.ask({ role: 'runner', for: { seconds: HOUR / 2 } })).name);
    await on.pass(HOUR / 2 - 60);
    await warnEnds(on.world.system);
    expect(await endings()).toHaveLength(1);
  });

  test('a scheduler that stood still says once what it missed, and nothing of what is over', async () => {
    await on.approve((await on.ask({ for: { seconds: 3 * DAY } })).name);
    await on.pass(3 * DAY - 60);
    await warnEnds(on.world.system);
    expect(await endings()).toHaveLength(1);
    await on.pass(120);
    await warnEnds(on.world.system);
    expect(await endings()).toHaveLength(1);
  });

  test('nothing is said of what was returned or taken away before, nor to whoever is deactivated', async () => {
    const request = await on.ask({ for: { seconds: 3 * DAY } });
    await on.approve(request.name);
    await returnRequest(await on.world.as(on.dana), { organizationId: on.acme.id, request: request.name });
    const other = await on.ask({ role: 'runner', for: { seconds: 3 * DAY } });
    await on.approve(other.name);
    await deactivateMember(await on.ines(), { organizationId: on.acme.id, person: { email: on.dana.email } });
    await on.pass(2 * DAY + 1);
    await warnEnds(on.world.system);
    expect(await endings()).toEqual([]);
  });

  test('a role of the organization and what was given directly have their warnings too', async () => {
    const person = { email: on.dana.email };
    await giveGrant(await on.ines(), {
      organizationId: on.acme.id,
      person,
      project: on.project,
      role: 'developer',
      for: { seconds: 2 * DAY },
    });
    await changeMemberRole(await on.ines(), {
      organizationId: on.acme.id,
      person,
      role: 'admin',
      for: { seconds: 2 * DAY },
    });
    await on.pass(DAY + 1);
    expect(await warnEnds(on.world.system)).toBe(2);
    expect(await endings()).toMatchObject([
      { project: on.project, role: 'developer', request: null },
      { project: null, role: 'admin', request: null },
    ]);
    await on.pass(23 * HOUR);
    await warnEnds(on.world.system);
    expect(await endings()).toHaveLength(4);
  });

  test('an extension starts its warnings anew', async () => {
    const first = await on.ask({ for: { seconds: 2 * DAY } });
    await on.approve(first.name);
    await on.pass(DAY + 1);
    await warnEnds(on.world.system);
    const second = await extendRequest(await on.world.as(on.dana), on.acme.organization, {
      request: first.name,
      for: { seconds: 3 * DAY },
      reason: 'not done',
    });
    await on.approve(second.name);
    expect(await on.stateOf(first.name)).toBe('ended');
    await on.pass(2 * DAY + 1);
    await warnEnds(on.world.system);
    expect(await endings()).toMatchObject([{ request: first.name }, { request: second.name }]);
  });
});

describe('an organization role for a time', () => {
  const roleOf = async () =>
    (await on.acme.holder(on.dana)).roles.find((held) => held.through === 'organization-role');

  test('it falls back to the second with no job running; afterwards its request is over too', async () => {
    const request = await on.ask({ project: undefined, role: 'admin' });
    await on.approve(request.name, on.acme.admin);
    expect((await roleOf())?.role).toBe('admin');
    await on.pass(2 * HOUR);
    expect((await roleOf())?.role).toBe('member');
    await expireRoles(on.world.system);
    const [row] = rowsOf<{ state: string }>(
      await on.world.db.execute(sql`select state from requests where id = ${request.id}`),
    );
    expect(row?.state).toBe('ended');
  });

  test('an extension lasts longer and takes the place of the first; its return falls back at once', async () => {
    const first = await on.ask({ project: undefined, role: 'admin' });
    await on.approve(first.name, on.acme.admin);
    const second = await extendRequest(await on.world.as(on.dana), on.acme.organization, {
      request: first.name,
      for: { seconds: 5 * HOUR },
      reason: 'not done',
    });
    const { until } = await on.approve(second.name, on.acme.admin);
    expect((await roleOf())?.until).toEqual(until);
    expect(await on.stateOf(first.name)).toBe('ended');
    await returnRequest(await on.world.as(on.dana), { organizationId: on.acme.id, request: second.name });
    expect((await roleOf())?.role).toBe('member');
  });

  test('a role that an administrator sets takes the place of the one that was asked for', async () => {
    const request = await on.ask({ project: undefined, role: 'admin' });
    await on.approve(request.name, on.acme.admin);
    await changeMemberRole(await on.ines(), {
      organizationId: on.acme.id,
      person: { email: on.dana.email },
      role: 'member',
    });
    expect(await on.stateOf(request.name)).toBe('ended');
    const gone = await refusal(
      returnRequest(await on.world.as(on.dana), { organizationId: on.acme.id, request: request.name }),
    );
    expect(gone.facts.state).toBe('ended');
  });
});

describe('access is given back by its name', () => {
  const back = async (role: string, where: string | undefined, person = on.dana) =>
    returnAccess(await on.world.as(person), { organizationId: on.acme.id, role, project: where });

  test('what was given directly ends at once, and the audit says who gave it back', async () => {
    await giveGrant(await on.ines(), {
      organizationId: on.acme.id,
      person: { email: on.dana.email },
      project: on.project,
      role: 'developer',
      for: { seconds: DAY },
    });
    const before = await on.acme.sequence();
    expect(await back('developer', on.project)).toEqual({ role: 'developer', project: on.project });
    expect(await on.mayDelete()).toBe(false);
    expect(await on.acme.audited(before)).toMatchObject([
      { action: 'grant.returned', target: on.dana.email },
    ]);
  });

  test('what a request gave is returned as that request', async () => {
    const request = await on.ask();
    await on.approve(request.name);
    await back('developer', on.project);
    expect(await on.stateOf(request.name)).toBe('returned');
    expect(await on.mayDelete()).toBe(false);
  });

  test('a role for a time falls back; one without an end is not given back here', async () => {
    await changeMemberRole(await on.ines(), {
      organizationId: on.acme.id,
      person: { email: on.dana.email },
      role: 'admin',
      for: { seconds: DAY },
    });
    await back('admin', undefined);
    expect((await on.acme.holder(on.dana)).roles[0]?.role).toBe('member');
    expect((await refusal(back('member', undefined))).code).toBe('not-found');
    expect((await refusal(back('admin', undefined, on.acme.admin))).code).toBe('not-found');
    expect((await refusal(back('developer', on.project, on.owner))).message).toContain(
      'Nothing was given back',
    );
  });

  test('another organization’s access cannot be given back', async () => {
    const globex = await mintOrganization(on.world, 'Globex');
    await on.approve((await on.ask()).name);
    const theirs = refusal(
      returnAccess(await on.world.as(globex.admin), {
        organizationId: on.acme.id,
        role: 'developer',
        project: on.project,
      }),
    );
    expect((await theirs).code).toBe('not-found');
    expect(await on.mayDelete()).toBe(true);
  });

  test('a return that comes after the end says that it is over', async () => {
    const request = await on.ask();
    await on.approve(request.name);
    await on.pass(2 * HOUR);
    expect((await refusal(back('developer', on.project))).code).toBe('not-found');
    await expireGrants(on.world.system);
    expect(await on.stateOf(request.name)).toBe('ended');
  });
});
