import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { evaluate } from '../../src/core/access/evaluate.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { setSetting } from '../../src/core/organization/set-setting.ts';
import { breakGlass } from '../../src/core/request/break-glass.ts';
import { approveRequest, denyRequest } from '../../src/core/request/decide.ts';
import { listRequests } from '../../src/core/request/list.ts';
import { openRequest } from '../../src/core/request/open.ts';
import { remindDeciders } from '../../src/core/request/remind.ts';
import { returnRequest } from '../../src/core/request/return.ts';
import { drawnRequest } from '../../src/core/request/show.ts';
import { deleteRole } from '../../src/core/role/delete.ts';
import { rowsOf } from '../../src/db/client.ts';
import { serverDatabase } from '../support/database.ts';
import { customRole, type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../support/world.ts';

let world: World;
let acme: Minted;
let projectId: string;
let dana: Person;
let oz: Person;

beforeAll(async () => {
  world = createWorld((await serverDatabase({ max: 24 })).database);
});

beforeEach(async () => {
  acme = await mintOrganization(world);
  projectId = (await acme.project('etl')).id;
  dana = await acme.member('Dana');
  oz = await acme.member('Oz', { projects: [{ project: 'etl', role: 'owner' }] });
});

const set = async (value: string, person = acme.admin) =>
  setSetting(await world.as(person), {
    organizationId: acme.id,
    key: 'break-glass',
    value,
    workspaceId: world.workspace.id,
  });
const take = async (person: Person, role = 'developer', project: string | null = 'etl') =>
  breakGlass(await world.as(person), {
    organizationId: acme.id,
    role,
    project: project ?? undefined,
    reason: 'INC-77',
  });
const mayDelete = async () =>
  evaluate(acme.organization.model, await acme.holder(dana), { permission: 'flows:delete', projectId })
    .length > 0;
const id = async (name: string) =>
  rowsOf<{ id: string }>(
    await world.db.execute(
      sql`select id from requests where organization_id = ${acme.id} and 'REQ-' || number = ${name}`,
    ),
  )[0]?.id ?? '';
const shown = async (name: string) => drawnRequest(world.db, acme.id, await id(name));

test('it is off until somebody is named, and only who is named takes what is named', async () => {
  expect((await refusal(take(dana))).message).toContain('nobody takes access without approval');
  await set(`developer:${dana.email}:1h`);
  expect((await refusal(take(oz))).message).toContain('is not yours to take');
  expect((await refusal(take(dana, 'owner'))).code).toBe('forbidden');
  const stranger = await world.person('Sam');
  expect((await refusal(take(stranger))).code).toBe('not-found');
  expect(await mayDelete()).toBe(false);
});

test('whoever is named has it at once, for the fixed time, and everybody who could have approved is told', async () => {
  await set(`developer:${dana.email}:1h`);
  const taken = await take(dana);
  expect(await mayDelete()).toBe(true);
  expect(taken.until.getTime() - Date.now()).toBeLessThan(3_600_000 + 60_000);
  const told = await world.count(
    sql`select count(*) as count from messages where notice = 'request' and subject_id = ${await id(taken.name)}`,
  );
  expect(told).toBe(2);
  expect((await acme.audited()).map(({ action }) => action)).toContain('break-glass.taken');
  await world.db.execute(
    sql`update grants set expires_at = clock_timestamp() where request_id = ${await id(taken.name)}`,
  );
  expect(await mayDelete()).toBe(false);
});

test('an organization role is taken too, falls back by itself, and may be given back early', async () => {
  await set(`admin:${dana.email}:1h`);
  const taken = await take(dana, 'admin', null);
  expect((await acme.holder(dana)).roles[0]).toMatchObject({ role: 'admin' });
  expect((await acme.holder(dana)).roles[0]?.until).toBeInstanceOf(Date);
  await returnRequest(await world.as(dana), { organizationId: acme.id, request: taken.name });
  expect((await acme.holder(dana)).roles[0]).toMatchObject({ role: 'member' });
  expect((await shown(taken.name))?.reviewedAt).toBeNull();
});

test('rule 10: who took it reviews nothing; somebody who could have approved does, once', async () => {
  await set(`developer:${dana.email}:1h`);
  const taken = await take(dana);
  const here = { organizationId: acme.id, request: taken.name };
  expect((await refusal(approveRequest(await world.as(dana), here))).code).toBe('own-request');
  const by = await acme.member('By');
  expect((await refusal(approveRequest(await world.as(by), here))).code).toBe('forbidden');
  expect((await refusal(denyRequest(await world.as(oz), { ...here, reason: ' ' }))).code).toBe('invalid');
  await approveRequest(await world.as(oz), here);
  const late = denyRequest(await world.as(acme.admin), { ...here, reason: 'no incident' });
  expect((await refusal(late)).code).toBe('wrong-state');
  expect((await shown(taken.name))?.decisions).toHaveLength(1);
});

test('what was not justified ends at once, and who took it hears why', async () => {
  await set(`developer:${dana.email}:1h`);
  const taken = await take(dana);
  const here = { organizationId: acme.id, request: taken.name, reason: 'no incident' };
  expect((await denyRequest(await world.as(oz), here)).done).toContain('has ended');
  expect(await mayDelete()).toBe(false);
  expect(await shown(taken.name)).toMatchObject({
    state: 'ended',
    decisions: [{ decision: 'not-justified' }],
  });
  expect(
    await world.count(
      sql`select count(*) as count from messages where notice = 'break-glass-reviewed' and organization_id = ${acme.id}`,
    ),
  ).toBe(1);
});

test('what nobody has reviewed waits for those who may, also when it is over, and they are reminded', async () => {
  await set(`developer:${dana.email}:1h`);
  const taken = await take(dana);
  const waiting = async (person: Person) =>
    (await listRequests(await world.as(person), acme.organization)).waiting.map(({ name }) => name);
  expect(await waiting(oz)).toEqual([taken.name]);
  expect(await waiting(dana)).toEqual([]);
  await world.db.execute(sql`update requests set created_at = created_at - interval '5 hours',
    expires_at = expires_at - interval '5 hours', access_ends_at = access_ends_at - interval '5 hours'
    where organization_id = ${acme.id}`);
  expect(await waiting(oz)).toEqual([taken.name]);
  expect(await remindDeciders(world.system)).toBe(1);
  await approveRequest(await world.as(oz), { organizationId: acme.id, request: taken.name });
  expect(await waiting(oz)).toEqual([]);
});

test('rule 5: nobody names what they may not give; more than four hours, strangers and nonsense are refused', async () => {
  await customRole(acme, { scope: 'organization', name: 'setter', permissions: ['settings:write'] });
  await changeMemberRole(await world.as(acme.admin), {
    organizationId: acme.id,
    person: { email: dana.email },
    role: 'setter',
  });
  expect((await refusal(set(`admin:${dana.email}:1h`, dana))).code).toBe('not-given');
  for (const value of [
    `developer:${dana.email}:5h`,
    `developer:${dana.email}`,
    'developer:nobody@example.com:1h',
    `nothing:${dana.email}:1h`,
    'yes',
  ]) {
    expect((await refusal(set(value))).code).toBe('invalid');
  }
});

test('abuse 22: once it is on, one person alone names nobody else', async () => {
  await set(`developer:${dana.email}:1h`);
  expect((await refusal(set('off'))).code).toBe('needs-approval');
  expect((await refusal(set(`admin:${dana.email}:4h`))).code).toBe('needs-approval');
});

test('what only operators give is never taken', async () => {
  const wave = await mintOrganization(world, 'Wave', 'coreweave');
  await wave.project('prod-1');
  const ctx = await world.as(wave.admin);
  for (const role of ['pod-writer', 'namespace-owner', 'admin']) {
    const naming = setSetting(ctx, {
      organizationId: wave.id,
      key: 'break-glass',
      value: `${role}:${wave.admin.email}:1h`,
      workspaceId: world.workspace.id,
    });
    expect((await refusal(naming)).code).toBe('not-given');
    await world.db.execute(sql`insert into settings (organization_id, key, value) values (${wave.id}, 'break-glass',
      ${JSON.stringify([{ role, people: [wave.admin.email], seconds: 3600 }])}::jsonb)
      on conflict (organization_id, key) do update set value = excluded.value`);
    const taking = breakGlass(ctx, {
      organizationId: wave.id,
      role,
      project: role === 'admin' ? undefined : 'prod-1',
      reason: 'INC-77',
    });
    expect((await refusal(taking)).code).toBe('not-given');
  }
});

test('whoever has asked and waits takes it all the same, and the approval then takes its place', async () => {
  await set(`developer:${dana.email}:1h`);
  const here = { organizationId: acme.id, project: 'etl', role: 'developer' };
  const asked = await openRequest(await world.as(dana), {
    ...here,
    for: { seconds: 7200 },
    reason: 'INC-77',
  });
  const taken = await take(dana);
  expect(await mayDelete()).toBe(true);
  await approveRequest(await world.as(oz), { organizationId: acme.id, request: asked.name });
  expect((await shown(taken.name))?.state).toBe('ended');
  await denyRequest(await world.as(oz), { organizationId: acme.id, request: taken.name, reason: 'no need' });
  expect(await mayDelete()).toBe(true);
});

test('what was taken is still reviewed when its role has been deleted', async () => {
  await customRole(acme, { scope: 'project', name: 'brief', permissions: ['flows:delete'] });
  await set(`brief:${dana.email}:1h`);
  const taken = await take(dana, 'brief');
  await deleteRole(await world.as(acme.admin), {
    organizationId: acme.id,
    role: 'brief',
    replaceWith: 'developer',
  });
  const review = { organizationId: acme.id, request: taken.name, reason: 'no need' };
  expect((await refusal(denyRequest(await world.as(dana), review))).code).toBe('own-request');
  await denyRequest(await world.as(oz), review);
  expect(await mayDelete()).toBe(false);
});
