import { eq, sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { decide } from '../../src/core/access/decide.ts';
import { createUses, type Uses } from '../../src/core/uses.ts';
import { grants, presences, principals } from '../../src/db/schema/index.ts';
import { serverDatabase } from '../support/database.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, type World } from '../support/world.ts';

let world: World;
let here: Minted;
let dana: Person;
let ben: Person;
let uses: Uses;

beforeAll(async () => {
  world = createWorld((await serverDatabase()).database);
  here = await mintOrganization(world, 'Used');
  for (const name of ['etl', 'web']) await here.project(name);
  dana = await here.member('Dana', {
    projects: [
      { project: 'etl', role: 'developer' },
      { project: 'web', role: 'developer' },
    ],
  });
  ben = await here.member('Ben');
  uses = createUses(world.db);
});

const ask = async (action: string, person: Person) =>
  decide(
    world.db,
    [
      {
        organization: here.organization,
        subject: { type: 'user', id: person.email },
        action,
        resource: { type: 'flows', id: 'f-1', project: 'etl' },
      },
    ],
    uses.used,
  );

const lastUsed = async (person: Person): Promise<Date | null | undefined> => {
  const [row] = await world.db
    .select({ at: principals.lastUsedAt })
    .from(principals)
    .where(eq(principals.id, await here.userId(person.email)));
  return row?.at;
};

test('an allowed decision is a use of whoever it was about and of the grant that allowed it; a denied one is none', async () => {
  const [allowed] = await ask('read', dana);
  expect(allowed).toMatchObject({ allowed: true, path: [{ role: 'developer', through: 'grant' }] });
  expect(JSON.stringify(allowed)).not.toContain('roleId');
  const [denied] = await ask('read', ben);
  expect(denied?.allowed).toBe(false);
  expect(await lastUsed(dana)).toBeNull();
  await uses.flush();
  expect(await lastUsed(dana)).toBeInstanceOf(Date);
  expect(await lastUsed(ben)).toBeNull();
  const used = await world.db
    .select({ at: grants.lastUsedAt })
    .from(grants)
    .where(eq(grants.principalId, await here.userId(dana.email)));
  expect(used.filter(({ at }) => at !== null)).toHaveLength(1);
});

test('what somebody does in chat is a use of theirs, and of the account there', async () => {
  const act = { ...ben.account, actsIn: world.workspace.id, userId: await here.userId(ben.email) };
  uses.acted(act);
  uses.acted({ ...act, actsIn: 'T0NOWHERE', externalId: 'U0NOBODY', userId: undefined });
  await uses.flush();
  expect(await lastUsed(ben)).toBeInstanceOf(Date);
  expect((await world.db.select().from(presences)).map(({ externalId }) => externalId)).toEqual([
    ben.account.externalId,
  ]);
});

test('a row that a change holds is left for the next use, and nobody waits', async () => {
  const id = await here.userId(dana.email);
  await world.db.execute(sql`update principals set last_used_at = null where id = ${id}`);
  await world.db.transaction(async (tx) => {
    await tx.execute(sql`select from principals where id = ${id} for update`);
    uses.used({ organizationId: here.id, principalId: id, grants: [] });
    await uses.flush();
  });
  expect(await lastUsed(dana)).toBeNull();
  uses.used({ organizationId: here.id, principalId: id, grants: [] });
  await uses.flush();
  expect(await lastUsed(dana)).toBeInstanceOf(Date);
});
