import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { giveGrant } from '../../src/core/grant/give.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { deactivateMember } from '../../src/core/member/set-state.ts';
import { setSetting } from '../../src/core/organization/set-setting.ts';
import { setDefaultRole } from '../../src/core/project/set-default-role.ts';
import { approveRequest, denyRequest } from '../../src/core/request/decide.ts';
import { openRequest } from '../../src/core/request/open.ts';
import { openChange } from '../../src/core/request/open-change.ts';
import { drawnRequest, showRequest } from '../../src/core/request/show.ts';
import { unlinkAccount } from '../../src/core/user/unlink.ts';
import { rowsOf } from '../../src/db/client.ts';
import { serverDatabase } from '../support/database.ts';
import { addOperator } from '../support/operators.ts';
import { customRole, type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../support/world.ts';

const LEAD = ['*:*', 'requests:decide', 'grants:write'];

let world: World;
let acme: Minted;
let dana: Person;

beforeAll(async () => {
  world = createWorld((await serverDatabase({ max: 12 })).database);
});

beforeEach(async () => {
  acme = await mintOrganization(world);
  await acme.project('etl');
  await acme.project('web');
  dana = await acme.member('Dana');
});

const admin = () => world.as(acme.admin);
const here = () => ({ organizationId: acme.id });
const policy = async (key: string, value: string) =>
  setSetting(await admin(), { ...here(), key, value, workspaceId: world.workspace.id });
const ask = async (role = 'developer', by = dana) =>
  openRequest(await world.as(by), { ...here(), project: 'etl', role, for: { seconds: 3600 }, reason: 'x' });
const asked = async () => (await ask()).deciders.sort();
const among = (...people: Person[]) => people.map(({ email }) => email).sort();
const may = async (person: Person, request: string): Promise<string> =>
  approveRequest(await world.as(person), { ...here(), request }).then(
    () => 'approved',
    (error) => error.code,
  );
const holding = (name: string, role: string, project = 'etl') =>
  acme.member(name, { projects: [{ project, role }] });
const setGrant = (person: Person, change: ReturnType<typeof sql>) =>
  world.db.execute(sql`update grants set ${change} where organization_id = ${acme.id} and principal_id in
    (select user_id from members where organization_id = ${acme.id} and email = ${person.email})`);

describe('whoever may decide is asked, and nobody else is or can', () => {
  test('of those who hold it there now: not elsewhere, not before its start or after its end, not barred', async () => {
    const [oz, ...others] = [
      await holding('Oz', 'owner'),
      await holding('Elsa', 'owner', 'web'),
      await holding('Early', 'owner'),
      await holding('Late', 'owner'),
      await holding('Barred', 'owner'),
    ];
    const [, early, late, barred] = others as [Person, Person, Person, Person];
    await setGrant(early, sql`starts_at = clock_timestamp() + interval '1 hour'`);
    await setGrant(late, sql`expires_at = clock_timestamp()`);
    await setGrant(
      barred,
      sql`starts_at = clock_timestamp() - interval '1 hour', opens_version = 1, barred = true`,
    );
    const { name, deciders } = await ask();
    expect(deciders.sort()).toEqual(among(acme.admin, oz));
    for (const person of others) expect(await may(person, name)).toBe('forbidden');
    expect(await may(oz, name)).toBe('approved');
  });

  test('nobody deactivated', async () => {
    const oz = await holding('Oz', 'owner');
    const whom = { ...here(), person: { email: oz.email } };
    await deactivateMember(await admin(), whom);
    const { name, deciders } = await ask();
    expect(deciders).toEqual([acme.admin.email]);
    expect(await may(oz, name)).toBe('deactivated');
  });

  test('nobody who may decide and not give it, and nobody who may give it and not decide', async () => {
    await customRole(acme, { scope: 'project', name: 'triage', permissions: ['requests:decide'] });
    await customRole(acme, { scope: 'project', name: 'giver', permissions: ['*:*', 'grants:write'] });
    const [tri, gil] = [await holding('Tri', 'triage'), await holding('Gil', 'giver')];
    const { name, deciders } = await ask();
    expect(deciders).toEqual([acme.admin.email]);
    for (const person of [tri, gil]) {
      expect(await may(person, name)).toBe('forbidden');
      await expect(showRequest(await world.as(person), acme.organization, name)).rejects.toMatchObject({
        code: 'not-found',
      });
    }
  });

  test('no operator by what they may as operators, while it is the members’ to decide', async () => {
    await customRole(acme, { scope: 'project', name: 'triage', permissions: ['requests:decide'] });
    const tri = await holding('Tri', 'triage');
    await addOperator(world, tri);
    const { name } = await ask();
    expect(await may(tri, name)).toBe('forbidden');
  });

  test('everybody, where the project’s default role decides', async () => {
    const sam = await acme.member('Sam');
    expect(await asked()).toEqual(among(acme.admin));
    await setDefaultRole(await admin(), { ...here(), project: 'etl', role: 'owner' });
    expect((await ask('runner')).deciders.sort()).toEqual(among(acme.admin, sam));
  });

  test('whoever has fallen back to the role that decides, before any job has noted it', async () => {
    const ada = await acme.member('Ada', { role: 'admin' });
    await changeMemberRole(await admin(), {
      ...here(),
      person: { email: ada.email },
      role: 'member',
      for: { seconds: 3600 },
    });
    expect(await asked()).toEqual(among(acme.admin));
    await world.db.execute(
      sql`update principals set role_until = clock_timestamp() where organization_id = ${acme.id} and role_until is not null`,
    );
    expect((await ask('runner')).deciders.sort()).toEqual(among(acme.admin, ada));
  });

  test('of named approvers those who may, by address or by a role that they hold there', async () => {
    await customRole(acme, { scope: 'project', name: 'lead', permissions: LEAD });
    const [lee, oz, pia, elsa] = [
      await holding('Lee', 'lead'),
      await holding('Oz', 'owner'),
      await holding('Pia', 'owner'),
      await holding('Elsa', 'owner'),
    ];
    const whom = { ...here(), person: { email: elsa.email } };
    await giveGrant(await admin(), { ...whom, project: 'web', role: 'lead' });
    await policy('approvers', `lead,${oz.email},${dana.email}`);
    const { name, deciders } = await ask();
    expect(deciders.sort()).toEqual(among(lee, oz));
    for (const person of [acme.admin, pia, elsa]) expect(await may(person, name)).toBe('forbidden');
    expect(await may(lee, name)).toBe('approved');
  });

  test('however many others hold the right to decide, and may not give it', async () => {
    const triage = await customRole(acme, {
      scope: 'organization',
      name: 'triage',
      permissions: ['requests:decide'],
    });
    await world.db.execute(sql`
      with people as (
        insert into users (id, email) select gen_random_uuid(), 'crowd-' || i || '-' || ${acme.slug}::text || '@example.com'
          from generate_series(1, 60) i returning id, email),
      held as (
        insert into principals (organization_id, id, kind, role_id, created_at)
          select ${acme.id}, id, 'member', ${triage}, clock_timestamp() - interval '1 year' from people)
      insert into members (organization_id, user_id, email) select ${acme.id}, id, email from people`);
    expect(await asked()).toEqual(among(acme.admin));
  });

  test('two users who were once one person are one decider of two that it takes', async () => {
    const [oz, pia] = [await holding('Oz', 'owner'), await holding('Pia', 'owner')];
    await policy('approvers', `${oz.email},${pia.email}`);
    await policy('approvals-required', '2');
    expect(await ask()).toMatchObject({ toOperators: false });
    const second = { ...oz.account, externalId: `${oz.account.externalId}2` };
    await world.link({ ...oz, account: second });
    await unlinkAccount(await world.as({ ...oz, account: second }));
    await world.db.execute(sql`update accounts set unlinked_at = unlinked_at - interval '25 hours'`);
    await world.link({ ...pia, account: second });
    expect(await ask('runner')).toMatchObject({ toOperators: true });
  });
});

describe('what operators alone decide', () => {
  let wave: Minted;
  let ada: Person;
  let olga: Person;

  beforeEach(async () => {
    wave = await mintOrganization(world, 'Wave', 'coreweave');
    olga = await world.person('Olga');
    await addOperator(world, olga);
    ada = await wave.member('Ada');
  });

  const name = async (person: Person, role: string, by = olga) =>
    changeMemberRole(await world.as(by), {
      organizationId: wave.id,
      person: { email: person.email },
      role,
    });
  const tries = async (person: Person, request: string) =>
    (await refusal(approveRequest(await world.as(person), { organizationId: wave.id, request }))).code;

  test('who becomes an administrator: no administrator is asked, or can', async () => {
    const opened = await openRequest(await world.as(ada), {
      organizationId: wave.id,
      role: 'admin',
      for: { seconds: 3600 },
      reason: 'x',
    });
    expect(opened).toMatchObject({ toOperators: true, deciders: [] });
    expect(await tries(wave.admin, opened.name)).toBe('forbidden');
  });

  test('who ceases to be one: not another administrator, and one operator is enough whatever the policy says', async () => {
    const [bea, cem] = [await wave.member('Bea'), await wave.member('Cem')];
    for (const person of [bea, cem]) await name(person, 'admin');
    await setSetting(await world.as(wave.admin), {
      organizationId: wave.id,
      key: 'approvals-required',
      value: '2',
      workspaceId: world.workspace.id,
    });
    const { outcome } = await name(bea, 'member', wave.admin);
    if (typeof outcome !== 'object') throw new Error('It was done at once');
    expect(await tries(cem, outcome.asked)).toBe('forbidden');
    const [row] = rowsOf<{ id: string }>(
      await world.db.execute(
        sql`select id from requests where organization_id = ${wave.id} and 'REQ-' || number = ${outcome.asked}`,
      ),
    );
    expect((await drawnRequest(world.db, wave.id, row?.id ?? ''))?.approvals.required).toBe(1);
    await approveRequest(await world.as(olga), { organizationId: wave.id, request: outcome.asked });
    expect((await wave.holder(bea)).roles[0]?.role).toBe('member');
  });
});

test('a change is decided by who may make it themselves, where it is made, and by nobody else', async () => {
  await customRole(acme, { scope: 'project', name: 'giver', permissions: ['grants:write'] });
  const [gil, elsa, tri] = [
    await holding('Gil', 'giver'),
    await holding('Elsa', 'giver', 'web'),
    await holding('Tri', 'runner'),
  ];
  const project = rowsOf<{ id: string }>(
    await world.db.execute(sql`select id from projects where organization_id = ${acme.id} and name = 'etl'`),
  )[0];
  const opened = await openChange(await admin(), {
    ...here(),
    change: {
      command: 'access grant',
      args: {},
      title: 'x',
      lines: [],
      permission: 'grants:write',
      why: 'x',
    },
    project: { id: project?.id ?? '', name: 'etl' },
  });
  expect(opened.deciders).toEqual([gil.email]);
  for (const person of [elsa, tri]) {
    const denied = denyRequest(await world.as(person), { ...here(), request: opened.name, reason: 'no' });
    expect((await refusal(denied)).code).toBe('forbidden');
  }
  await denyRequest(await world.as(gil), { ...here(), request: opened.name, reason: 'no' });
});
