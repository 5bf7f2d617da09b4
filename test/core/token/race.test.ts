import { sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { createServiceAccount } from '../../../src/core/service-account/create.ts';
import { authenticate } from '../../../src/core/token/authenticate.ts';
import { createPersonalToken } from '../../../src/core/token/create-personal.ts';
import { rotatePersonalToken } from '../../../src/core/token/rotate.ts';
import { createTokenUses } from '../../../src/core/token/uses.ts';
import { serverDatabase } from '../../support/database.ts';
import { type Minted, mintOrganization } from '../../support/organization.ts';
import { atOnce, createWorld, fulfilled, refusals, type World } from '../../support/world.ts';

let world: World;
let acme: Minted;

beforeAll(async () => {
  world = createWorld((await serverDatabase({ max: 20 })).database);
  acme = await mintOrganization(world);
});

test('of many who take one name at the same instant one gets it', async () => {
  const ctx = await world.as(acme.admin);
  const input = { organizationId: acme.id, name: 'only' };
  const accounts = await atOnce(
    world,
    acme.id,
    Array.from({ length: 8 }, () => () => createServiceAccount(ctx, input)),
  );
  expect(fulfilled(accounts)).toHaveLength(1);
  expect(new Set(refusals(accounts))).toEqual(new Set(['taken']));
  const tokens = await atOnce(
    world,
    acme.id,
    Array.from({ length: 8 }, () => () => createPersonalToken(ctx, input)),
  );
  expect(fulfilled(tokens)).toHaveLength(1);
  expect(new Set(refusals(tokens))).toEqual(new Set(['taken']));
});

test('of many rotations at the same instant the last one’s secret alone works', async () => {
  const ctx = await world.as(acme.admin);
  await createPersonalToken(ctx, { organizationId: acme.id, name: 'turned' });
  const rotated = await atOnce(
    world,
    acme.id,
    Array.from(
      { length: 8 },
      () => () => rotatePersonalToken(ctx, { organizationId: acme.id, name: 'turned' }),
    ),
  );
  const working = await Promise.all(fulfilled(rotated).map(({ secret }) => authenticate(world.db, secret)));
  expect(working).toHaveLength(8);
  expect(working.filter(Boolean)).toHaveLength(1);
});

test('the last use is written past tokens that a change holds, without waiting for it', async () => {
  const ctx = await world.as(acme.admin);
  const made = await Promise.all(
    ['held', 'free'].map((name) => createPersonalToken(ctx, { organizationId: acme.id, name })),
  );
  const uses = createTokenUses(world.db);
  for (const { secret } of made) {
    const found = await authenticate(world.db, secret);
    if (found) uses.note(found);
  }
  await world.db.transaction(async (tx) => {
    await tx.execute(sql`select from tokens where id = ${made[0]?.id ?? ''} for update`);
    await uses.flush();
  });
  const used = await world.count(sql`
    select count(*) from tokens where id = any(${sql.param(made.map(({ id }) => id))}::uuid[]) and last_used_at is not null`);
  expect(used).toBe(1);
});
