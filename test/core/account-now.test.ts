import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../src/core/context.ts';
import { deleteOrganization } from '../../src/core/organization/delete.ts';
import { moveDefault } from '../../src/core/organization/move-default.ts';
import { allowNamespaces, assignNamespace } from '../../src/core/organization/namespaces.ts';
import { renameOrganization } from '../../src/core/organization/rename.ts';
import { setSetting } from '../../src/core/organization/set-setting.ts';
import { operatorPasskeyLink } from '../../src/core/passkey/operator-link.ts';
import { approveRequest } from '../../src/core/request/decide.ts';
import { openRequest } from '../../src/core/request/open.ts';
import { addOperator as nameOperator } from '../../src/core/user/add-operator.ts';
import { operatorLinkCode } from '../../src/core/user/operator-link-code.ts';
import { removeOperator } from '../../src/core/user/remove-operator.ts';
import { unlinkAccount } from '../../src/core/user/unlink.ts';
import { serverDatabase } from '../support/database.ts';
import { addOperator } from '../support/operators.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../support/world.ts';

let world: World;
let acme: Minted;
let oz: Person;
let dana: Person;

beforeAll(async () => {
  world = createWorld((await serverDatabase({ max: 12 })).database);
});

beforeEach(async () => {
  acme = await mintOrganization(world);
  await acme.project('etl');
  oz = await acme.member('Oz', { projects: [{ project: 'etl', role: 'owner' }] });
  dana = await acme.member('Dana');
});

const ask = async () =>
  openRequest(await world.as(dana), {
    organizationId: acme.id,
    project: 'etl',
    role: 'developer',
    reason: 'x',
  });
const approve = async (ctx: Context, request: string): Promise<string> =>
  approveRequest(ctx, { organizationId: acme.id, request }).then(
    () => 'approved',
    (error) => error.code,
  );
const noOperators = () => world.db.execute(sql`delete from operators`);

test('an account that was unlinked meanwhile changes nothing', async () => {
  const { name } = await ask();
  const [before, unlinks] = [await world.as(oz), await world.as(oz)];
  await unlinkAccount(unlinks);
  expect(await approve(before, name)).toBe('not-linked');
  await world.link(oz);
  expect(await approve(before, name)).toBe('approved');
});

test('an account that is somebody else’s by now changes nothing as whoever it was', async () => {
  const { name } = await ask();
  const before = await world.as(oz);
  await world.db.execute(sql`
    update accounts set user_id = ${await acme.userId(acme.admin.email)} where external_id = ${oz.account.externalId}`);
  expect(await approve(before, name)).toBe('not-linked');
});

test('another account of the same person does not stand in for the one that was unlinked', async () => {
  const { name } = await ask();
  const second = { ...oz, account: { ...oz.account, externalId: `${oz.account.externalId}2` } };
  await world.link(second);
  const [before, other] = [await world.as(oz), await world.as(second)];
  await unlinkAccount(await world.as(oz));
  expect(await approve(before, name)).toBe('not-linked');
  expect(await approve(other, name)).toBe('approved');
});

test('whoever ceased to be an operator meanwhile does nothing as one, and whoever became one does not yet', async () => {
  const olga = await world.person('Olga');
  await setSetting(await world.as(acme.admin), {
    organizationId: acme.id,
    key: 'approvals-required',
    value: '5',
    workspaceId: world.workspace.id,
  });
  const { name } = await ask();
  const member = await world.as(olga);
  await addOperator(world, olga);
  const operator = await world.as(olga);
  expect(await approve(member, name)).toBe('not-found');
  await noOperators();
  expect(await approve(operator, name)).toBe('not-found');
  await addOperator(world, olga);
  expect(await approve(operator, name)).toBe('approved');
  await noOperators();
});

describe('what operators do to the installation', () => {
  const eve = 'eve@example.com';
  const does: Readonly<Record<string, (ctx: Context) => Promise<unknown>>> = {
    'name another one': (ctx) => nameOperator(ctx, { email: eve }),
    'remove another one': (ctx) => removeOperator(ctx, { email: dana.email }),
    'move the default mark': (ctx) => moveDefault(ctx, { organizationId: acme.id }),
    'rename an organization': (ctx) => renameOrganization(ctx, { organizationId: acme.id, name: 'Other' }),
    'delete an organization': (ctx) => deleteOrganization(ctx, { organizationId: acme.id, slug: acme.slug }),
    'list namespaces': (ctx) => allowNamespaces(ctx, { namespaces: ['blue'] }),
    'assign a namespace': (ctx) => assignNamespace(ctx, { organizationId: acme.id, namespace: 'default' }),
    'see a link code': (ctx) => operatorLinkCode(ctx, { email: eve }),
    'see a passkey link': (ctx) => operatorPasskeyLink(ctx, { email: eve }),
  };

  test.each(Object.keys(does))('nobody may %s who has ceased to be one meanwhile', async (what) => {
    const olga = await world.person('Olga');
    await addOperator(world, olga);
    await addOperator(world, dana);
    const ctx = await world.as(olga);
    const before = { ...ctx, installation: { ...ctx.installation, mail: false } };
    await world.db.execute(sql`
      delete from operators where user_id = (select id from users where email = ${olga.email})`);
    expect((await refusal(Promise.resolve(does[what]?.(before)))).code).toBe('forbidden');
    await addOperator(world, olga);
    await unlinkAccount(await world.as(olga));
    expect((await refusal(Promise.resolve(does[what]?.(before)))).code).toBe('not-linked');
    await noOperators();
  });
});
