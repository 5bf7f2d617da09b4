import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { giveGrant } from '../../src/core/grant/give.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { createProject } from '../../src/core/project/create.ts';
import { rowsOf } from '../../src/db/client.ts';
import { serverDatabase } from '../support/database.ts';
import { asOperator } from '../support/operators.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, type World } from '../support/world.ts';

const HOUR = 3600;

let world: World;
let acme: Minted;
let operator: Person;
let dana: Person;

beforeAll(async () => {
  world = createWorld((await serverDatabase()).database);
});

beforeEach(async () => {
  acme = await mintOrganization(world, 'Acme', 'coreweave');
  for (const name of ['prod', 'dev']) await acme.project(`${name}-${acme.slug.toLowerCase()}`);
  operator = await world.person('Olga');
  dana = await acme.member('Dana');
});

const name = async (role: string, seconds?: number) =>
  changeMemberRole(await asOperator(world, operator), {
    organizationId: acme.id,
    person: { email: dana.email },
    role,
    for: seconds === undefined ? undefined : { seconds },
  });
/** The ends of their grants of one role, by project. */
const ends = async (role: string) =>
  rowsOf<{ until: string | Date | null }>(
    await world.db.execute(sql`
      select g.expires_at as until from grants g
      join roles r on r.organization_id = g.organization_id and r.id = g.role_id
      join projects p on p.organization_id = g.organization_id and p.id = g.project_id
      where g.organization_id = ${acme.id} and g.principal_id = ${await acme.userId(dana.email)} and r.name = ${role}
      order by p.name`),
  ).map(({ until }) => until && new Date(until).getTime());
const roleEnd = async () =>
  (await acme.holder(dana)).roles.find((held) => held.administers)?.until?.getTime() ?? null;

test('what operators alone give comes with administrators for a time, and ends with it to the second', async () => {
  await name('admin', 8 * HOUR);
  const end = await roleEnd();
  expect(await ends('namespace-owner')).toEqual([end, end]);
  expect(await ends('namespace-user')).toEqual([null, null]);
  await createProject(await world.as(dana), {
    organizationId: acme.id,
    name: `mine-${acme.slug.toLowerCase()}`,
  });
  expect(await ends('namespace-owner')).toEqual([end, end, end]);
});

test('it follows a longer or a lasting time, and whoever is one for good keeps it', async () => {
  await name('admin', HOUR);
  await name('admin', 8 * HOUR);
  expect(await ends('namespace-owner')).toEqual([await roleEnd(), await roleEnd()]);
  await name('admin');
  expect(await ends('namespace-owner')).toEqual([null, null]);
  await name('admin', HOUR);
  expect(await ends('namespace-owner')).toEqual([null, null]);
});

test('what they had for longer before stays theirs', async () => {
  await giveGrant(await asOperator(world, operator), {
    organizationId: acme.id,
    person: { email: dana.email },
    project: `dev-${acme.slug.toLowerCase()}`,
    role: 'namespace-owner',
  });
  await name('admin', HOUR);
  expect(await ends('namespace-owner')).toEqual([null, await roleEnd()]);
});
