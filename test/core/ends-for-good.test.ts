import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { permissionsAt } from '../../src/core/access/evaluate.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { setSetting } from '../../src/core/organization/set-setting.ts';
import { approveRequest } from '../../src/core/request/decide.ts';
import { openRequest } from '../../src/core/request/open.ts';
import { drawnRequest, type ShownRequest } from '../../src/core/request/show.ts';
import { rowsOf } from '../../src/db/client.ts';
import { effectOf } from '../../src/views/request-terms.ts';
import { embeddedDatabase } from '../support/database.ts';
import { addOperator } from '../support/operators.ts';
import { customRole, type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person } from '../support/world.ts';

const HOUR = 3600;
const world = createWorld((await embeddedDatabase()).database);
let acme: Minted;
let dana: Person;

beforeEach(async () => {
  acme = await mintOrganization(world);
  await customRole(acme, { scope: 'organization', name: 'writer', permissions: ['flows:delete'] });
  await customRole(acme, { scope: 'organization', name: 'reader', permissions: ['flows:read'] });
  dana = await acme.member('Dana');
});

const become = async (role: string, seconds?: number) =>
  changeMemberRole(await world.as(acme.admin), {
    organizationId: acme.id,
    person: { email: dana.email },
    role,
    ...(seconds === undefined ? {} : { for: { seconds } }),
  });
const ask = async (seconds?: number) =>
  openRequest(await world.as(dana), {
    organizationId: acme.id,
    role: 'reader',
    ...(seconds === undefined ? {} : { for: { seconds } }),
    reason: 'x',
  });
const shown = async (here: Minted, id: string): Promise<ShownRequest> => {
  const card = await drawnRequest(world.db, here.id, id);
  if (!card) throw new Error('There is no card');
  return card;
};
const words = (card: ShownRequest): string =>
  effectOf(card)
    .map((part) => (typeof part === 'string' ? part : Object.values(part).join('')))
    .join('');
const holds = async () => permissionsAt(await acme.holder(dana)).includes('flows:delete');
const passes = async (seconds: number) =>
  world.db.execute(sql`update principals set role_until = role_until - make_interval(secs => ${seconds}::int)
    where organization_id = ${acme.id}`);

test.each([
  ['a lasting role that another one replaces for a time', undefined, HOUR, 'Ends meanwhile: ', true],
  ['a lasting role that another one replaces for good', undefined, undefined, 'Ends for good: ', false],
  ['a role for longer than what replaces it', 3 * HOUR, HOUR, 'Ends for good: ', false],
  ['a role that would be over by then anyway', HOUR / 2, HOUR, 'Ends meanwhile: ', false],
] as const)('the card says of %s what becomes of it', async (_what, current, asked, says, comesBack) => {
  await setSetting(await world.as(acme.admin), {
    organizationId: acme.id,
    key: 'max-for',
    value: 'none',
    workspaceId: world.workspace.id,
  });
  await become('writer', current);
  const { id, name } = await ask(asked);
  const card = await shown(acme, id);
  expect(card.loses).toContain('flows:delete');
  expect(words(card)).toContain(says);
  expect(await holds()).toBe(true);
  await approveRequest(await world.as(acme.admin), { organizationId: acme.id, request: name });
  expect(await holds()).toBe(false);
  await passes(HOUR + 1);
  expect(await holds()).toBe(comesBack);
});

test('an administrator whom operators are asked to demote loses it for good', async () => {
  const wave = await mintOrganization(world, 'Wave', 'coreweave');
  const olga = await world.person('Olga');
  await addOperator(world, olga);
  const bea = await wave.member('Bea');
  const name = async (by: Person, role: string) =>
    changeMemberRole(await world.as(by), { organizationId: wave.id, person: { email: bea.email }, role });
  await name(olga, 'admin');
  await name(wave.admin, 'member');
  const [row] = rowsOf<{ id: string }>(
    await world.db.execute(sql`select id from requests where organization_id = ${wave.id}`),
  );
  expect(words(await shown(wave, row?.id ?? ''))).toContain('Ends for good: ');
});
