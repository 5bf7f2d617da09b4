import { and, eq, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { giveGrant } from '../../../src/core/grant/give.ts';
import { changeMemberRole } from '../../../src/core/member/change-role.ts';
import { setDefaultRole } from '../../../src/core/project/set-default-role.ts';
import { cancelRequest } from '../../../src/core/request/cancel.ts';
import { approveRequest } from '../../../src/core/request/decide.ts';
import { openRequest } from '../../../src/core/request/open.ts';
import { returnRequest } from '../../../src/core/request/return.ts';
import { createRole } from '../../../src/core/role/create.ts';
import { deleteRole, planDeletion } from '../../../src/core/role/delete.ts';
import { createServiceAccount } from '../../../src/core/service-account/create.ts';
import { grants, principals, requests, roles } from '../../../src/db/schema/index.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { invite, type Minted, mintOrganization } from '../../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../../support/world.ts';

describe('deleting a custom role', () => {
  let world: World;
  let acme: Minted;
  let pat: Person;

  const create = async (
    name: string,
    scope: 'organization' | 'project' = 'project',
    permissions = ['flows:read'],
  ) => createRole(await world.as(acme.admin), { organizationId: acme.id, name, scope, permissions });
  const remove = async (by: Person, role: string, replaceWith?: string) =>
    deleteRole(await world.as(by), { organizationId: acme.id, role, replaceWith });
  const give = async (to: Person, role: string, more: object = {}) =>
    giveGrant(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: to.email },
      project: 'etl',
      role,
      ...more,
    });
  const held = async (person: Person) =>
    (await acme.holder(person)).roles
      .filter((one) => one.through !== 'default-role')
      .map((one) => one.role)
      .sort();
  const grantsOf = async (person: Person) =>
    world.db
      .select({ role: roles.name, until: grants.expiresAt, from: grants.startsAt })
      .from(grants)
      .innerJoin(roles, and(eq(roles.organizationId, grants.organizationId), eq(roles.id, grants.roleId)))
      .where(
        and(eq(grants.organizationId, acme.id), eq(grants.principalId, await acme.userId(person.email))),
      );
  const hour = (hours: number) => ({ seconds: hours * 3600 });

  beforeAll(async () => {
    world = createWorld((await embeddedDatabase()).database);
    acme = await mintOrganization(world);
    await acme.project('etl');
    pat = await acme.member('Pat');
  });

  test('of two that become one, what has yet to begin lengthens nothing, and what is over takes nothing away', async () => {
    await create('today');
    await create('days');
    const [quinn, rae] = [await acme.member('Quinn'), await acme.member('Rae')];
    await give(quinn, 'today', { for: hour(2) });
    await give(quinn, 'days', { from: hour(48), for: hour(48) });
    await give(rae, 'today', { for: hour(2) });
    await give(rae, 'days', { from: hour(48), for: hour(48) });
    await world.db.execute(sql`
      update grants set starts_at = clock_timestamp() - interval '3 hours', expires_at = clock_timestamp() - interval '1 second'
      where principal_id = ${await acme.userId(rae.email)} and expires_at < clock_timestamp() + interval '1 day'`);
    await remove(acme.admin, 'today', 'days');
    const [[live], [ahead]] = [await grantsOf(quinn), await grantsOf(rae)];
    expect([live?.from, (live?.until?.getTime() ?? 0) < Date.now() + 7_500_000]).toEqual([null, true]);
    expect((ahead?.from?.getTime() ?? 0) > Date.now()).toBe(true);
    for (const person of [quinn, rae]) expect(await grantsOf(person)).toHaveLength(1);
    expect([await held(quinn), await held(rae)]).toEqual([['days', 'member'], ['member']]);
  });

  test('a role that nobody has goes, and its name is free again', async () => {
    await create('spare');
    const before = await acme.sequence();
    expect(await remove(acme.admin, 'spare')).toMatchObject({ told: 0 });
    expect(await acme.audited(before)).toMatchObject([{ action: 'role.deleted', target: 'spare' }]);
    expect((await refusal(remove(acme.admin, 'spare'))).code).toBe('not-found');
    await create('spare');
  });

  test('whoever may not write roles deletes none; a built-in one goes for nobody', async () => {
    expect((await refusal(remove(pat, 'spare'))).code).toBe('forbidden');
    expect((await refusal(remove(acme.admin, 'developer', 'runner'))).message).toContain('built in');
    const other = await mintOrganization(world, 'Other');
    expect((await refusal(remove(other.admin, 'spare'))).code).toBe('not-found');
  });

  test('a role in use names its uses and wants a replacement of its scope', async () => {
    await create('used');
    await give(pat, 'used');
    const refused = await refusal(remove(acme.admin, 'used'));
    expect(refused.message).toContain('held once');
    expect(refused.field).toBe('replace-with');
    expect((await refusal(remove(acme.admin, 'used', 'member'))).code).toBe('not-found');
    expect((await refusal(remove(acme.admin, 'used', 'used'))).code).toBe('invalid');
    expect(await held(pat)).toEqual(['member', 'used']);
    expect(await remove(acme.admin, 'used', 'runner')).toMatchObject({ told: 1, use: { held: 1 } });
    expect(await held(pat)).toEqual(['member', 'runner']);
  });

  test('a default role and an open invitation are uses, and move along', async () => {
    await create('lobby');
    const byDefault = { organizationId: acme.id, project: 'etl', role: 'lobby' };
    await setDefaultRole(await world.as(acme.admin), byDefault);
    expect((await refusal(remove(acme.admin, 'lobby'))).message).toContain('default role in etl');
    await remove(acme.admin, 'lobby', 'read-only');
    expect((await acme.holder(pat)).roles.find((one) => one.through === 'default-role')?.role).toBe(
      'read-only',
    );
    await create('promised');
    await create('promised-too', 'organization', ['members:list']);
    await invite(acme, 'soon@example.com', {
      role: 'promised-too',
      projects: [{ project: 'etl', role: 'promised' }],
    });
    expect((await refusal(remove(acme.admin, 'promised'))).message).toContain('1 open invitation');
    expect((await refusal(remove(acme.admin, 'promised-too'))).message).toContain('1 open invitation');
    await remove(acme.admin, 'promised', 'runner');
    await remove(acme.admin, 'promised-too', 'member');
    const rows = await world.db.execute(sql`
      select r.name as organization, pr.name as project from invitations i
      join roles r on r.organization_id = i.organization_id and r.id = i.role_id
      join invitation_projects ip on ip.organization_id = i.organization_id and ip.invitation_id = i.id
      join roles pr on pr.organization_id = ip.organization_id and pr.id = ip.role_id
      where i.organization_id = ${acme.id} and i.email = 'soon@example.com'`);
    expect(JSON.parse(JSON.stringify(rows)).rows ?? rows).toMatchObject([
      { organization: 'member', project: 'runner' },
    ]);
  });

  test('an organization role is a use now and as the one that comes back', async () => {
    const tia = await acme.member('Tia');
    await create('seller', 'organization', ['members:list']);
    const set = async (role: string, more: object = {}) =>
      changeMemberRole(await world.as(acme.admin), {
        organizationId: acme.id,
        person: { email: tia.email },
        role,
        ...more,
      });
    await set('seller');
    await set('admin', { for: hour(1) });
    expect((await refusal(remove(acme.admin, 'seller'))).code).toBe('wrong-state');
    await remove(acme.admin, 'seller', 'member');
    const [row] = await world.db
      .select({ after: roles.name, until: principals.roleUntil })
      .from(principals)
      .innerJoin(roles, eq(roles.id, principals.roleAfterId))
      .where(and(eq(principals.organizationId, acme.id), eq(principals.id, await acme.userId(tia.email))));
    expect(row).toMatchObject({ after: 'member', until: expect.any(Date) });
  });

  test('rule 5 and rule 6: a replacement gives no more than one may give, and administrators are counted', async () => {
    await create('helper', 'organization', ['members:list']);
    await create('role-keeper', 'organization', ['roles:write', 'members:list', 'flows:read']);
    const hal = await acme.member('Hal', { role: 'helper' });
    const kim = await acme.member('Kim', { role: 'role-keeper' });
    expect((await refusal(remove(kim, 'helper', 'admin'))).code).toBe('not-given');
    expect((await refusal(remove(kim, 'role-keeper', 'admin'))).code).toBe('not-given');
    await create('porter');
    await give(hal, 'porter');
    const refused = await refusal(remove(kim, 'porter', 'owner'));
    expect(refused.facts.missing).toContain('*:*');
    expect(refused.message).toContain('etl');
    const admins = () =>
      world.count(sql`select admins as count from ledgers where organization_id = ${acme.id}`);
    const before = await admins();
    await remove(acme.admin, 'helper', 'admin');
    expect(await held(hal)).toContain('admin');
    expect(await admins()).toBe(before + 1);
  });

  test('ends in time stay; who holds both keeps one, for as long as either would have lasted', async () => {
    await create('shift');
    const [tim, una, vic] = [await acme.member('Tim'), await acme.member('Una'), await acme.member('Vic')];
    await give(tim, 'shift', { for: hour(1) });
    await give(una, 'shift', { for: hour(1) });
    await give(una, 'runner');
    await give(vic, 'shift', { for: hour(8) });
    await give(vic, 'runner', { for: hour(1) });
    const [before] = (await grantsOf(vic)).filter((grant) => grant.role === 'shift');
    await remove(acme.admin, 'shift', 'runner');
    expect(await grantsOf(tim)).toMatchObject([{ role: 'runner', until: expect.any(Date) }]);
    expect(await grantsOf(una)).toMatchObject([{ role: 'runner', until: null }]);
    expect(await grantsOf(vic)).toMatchObject([{ role: 'runner', until: before?.until }]);
  });

  test('what is no person is named as a holder too, and moves along', async () => {
    await create('bot-role', 'project', ['decisions:read']);
    await createServiceAccount(await world.as(acme.admin), { organizationId: acme.id, name: 'robot' });
    await giveGrant(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { serviceAccount: 'robot' },
      project: 'etl',
      role: 'bot-role',
    });
    const plan = await planDeletion(await world.as(acme.admin), acme.organization, {
      role: 'bot-role',
      replaceWith: 'runner',
    });
    expect(plan.use.holders).toEqual([{ who: 'service-account robot', project: 'etl' }]);
    expect(await remove(acme.admin, 'bot-role', 'runner')).toMatchObject({ told: 0, use: { held: 1 } });
  });

  test('open requests for it are cancelled and their askers told; all keep its name', async () => {
    await create('wanted');
    const ask = async (by: Person) =>
      openRequest(await world.as(by), {
        organizationId: acme.id,
        role: 'wanted',
        project: 'etl',
        reason: 'work',
      });
    const xia = await acme.member('Xia');
    const approved = await ask(xia);
    await approveRequest(await world.as(acme.admin), { organizationId: acme.id, request: approved.name });
    const open = await ask(pat);
    expect(
      await planDeletion(await world.as(acme.admin), acme.organization, {
        role: 'wanted',
        replaceWith: 'runner',
      }),
    ).toMatchObject({ requests: 1 });
    await remove(acme.admin, 'wanted', 'runner');
    const [row] = await world.db.select().from(requests).where(eq(requests.id, open.id));
    expect(row).toMatchObject({ state: 'cancelled', roleId: null, roleName: 'wanted' });
    const told = sql`select count(*) from messages where notice = 'request-settled'
      and data ->> 'requestId' = ${open.id}`;
    expect(await world.count(told)).toBe(1);
    const again = cancelRequest(await world.as(pat), { organizationId: acme.id, request: open.name });
    expect((await refusal(again)).code).toBe('wrong-state');
    await returnRequest(await world.as(xia), { organizationId: acme.id, request: approved.name });
    expect(await held(xia)).toEqual(['member']);
  });
});
