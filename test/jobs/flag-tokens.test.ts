import { beforeAll, expect, test } from 'vitest';
import { flagTokens } from '../../src/core/drift/flag-tokens.ts';
import { listFindings } from '../../src/core/drift/list.ts';
import { deactivateMember, reactivateMember } from '../../src/core/member/set-state.ts';
import { createOrganizationToken } from '../../src/core/token/create-organization.ts';
import { messages } from '../../src/db/schema/index.ts';
import { embeddedDatabase } from '../support/database.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type World } from '../support/world.ts';

let world: World;
let here: Minted;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  here = await mintOrganization(world, 'Flags', 'coreweave');
});

const told = async () =>
  (await world.db.select().from(messages))
    .filter(({ notice }) => notice === 'tokens-flagged')
    .map(({ data, recipient }) => ({ count: data.count, recipient }));

test('CW-40: the administrators hear of each token of somebody who is gone once, of all new ones in one message', async () => {
  const ines = await world.as(here.admin);
  const organizationId = here.id;
  const dana = await here.member('Dana');
  const person = { email: dana.email };
  for (const name of ['one', 'two'])
    await createOrganizationToken(ines, { organizationId, name, member: person });
  expect(await flagTokens(world.system)).toBe(0);
  await deactivateMember(ines, { organizationId, person });
  expect(await flagTokens(world.system)).toBe(2);
  expect(await flagTokens(world.system)).toBe(0);
  const once = { count: 2, recipient: here.admin.account.externalId };
  expect(await told()).toEqual([once]);
  const { items } = await listFindings(ines, here.organization, { rule: 'token-owner-deactivated' });
  expect(items).toHaveLength(2);
  await reactivateMember(ines, { organizationId, person });
  expect(await flagTokens(world.system)).toBe(0);
  const after = await listFindings(ines, here.organization, { rule: 'token-owner-deactivated' });
  expect(after.items).toEqual([]);
  await deactivateMember(ines, { organizationId, person });
  expect(await flagTokens(world.system)).toBe(2);
  expect(await told()).toEqual([once, once]);
});
