import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { FORM, findAction, keepActions, tidyStoredActions } from '../../src/core/delivery/stored-actions.ts';
import { createOrganization } from '../../src/core/organization/create.ts';
import { rowsOf } from '../../src/db/client.ts';
import { embeddedDatabase } from '../support/database.ts';
import { createWorld, type World } from '../support/world.ts';

const CANARY = 'rc_usr_canary_of_a_secret';
let world: World;

beforeAll(async () => {
  const { database } = await embeddedDatabase();
  world = createWorld(database);
});

const stored = async () =>
  rowsOf<{ id: string; organization_id: string | null; row: string }>(
    await world.db.execute(
      sql`select id, organization_id, stored_actions::text as row from stored_actions order by id`,
    ),
  );

describe('what a button does that is too long for it', () => {
  test('is found again under its id, and stands in the database unreadable', async () => {
    const action = { c: 'org settings set', a: { value: CANARY } };
    await keepActions(world, [{ id: 'one', action }]);
    await keepActions(world, [{ id: 'one', action }]);
    expect(await findAction(world, 'one')).toEqual(action);
    expect(await stored()).toHaveLength(1);
    expect(JSON.stringify(await stored())).not.toContain(CANARY);
    expect(await findAction(world, 'two')).toBeUndefined();
  });

  test('opens under its own id and its own key alone', async () => {
    await keepActions(world, [{ id: 'mine', action: 'mine' }]);
    await world.db.execute(
      sql`update stored_actions set action = (select action from stored_actions where id = 'mine') where id = 'one'`,
    );
    expect(await findAction(world, 'one')).toBeUndefined();
    const otherKey = { db: world.db, installation: { secretKey: 'another key, as long as a key has to be' } };
    expect(await findAction(otherKey, 'mine')).toBeUndefined();
  });

  test('belongs to the organization that it names, where there is one', async () => {
    const ada = await world.person('Ada');
    const { id } = await createOrganization(await world.as(ada), {
      name: 'Acme',
      workspace: world.workspace,
    });
    const nobody = '01a21409-62fe-77b0-b146-886ad71fdb0f';
    await keepActions(world, [
      { id: 'ours', action: 1, organizationId: id },
      { id: 'whose', action: 1, organizationId: nobody },
    ]);
    const of = Object.fromEntries((await stored()).map((row) => [row.id, row.organization_id]));
    expect(of).toMatchObject({ ours: id, whose: null });
  });

  test('is kept for 180 days after it was last shown, a form for one', async () => {
    await world.db.execute(sql`delete from stored_actions`);
    await keepActions(world, [
      { id: 'old', action: 1 },
      { id: 'almost', action: 1 },
      { id: `${FORM}today`, action: 1 },
      { id: 'shown again', action: 1 },
      { id: `${FORM}old`, action: 1 },
      { id: `${FORM}new`, action: 1 },
    ]);
    const age = (id: string, days: number) =>
      world.db.execute(
        sql`update stored_actions set created_at = clock_timestamp() - ${`${days} days`}::interval where id = ${id}`,
      );
    await age('old', 181);
    await age('shown again', 181);
    await age('almost', 179);
    await age(`${FORM}old`, 1.1);
    await age(`${FORM}today`, 0.9);
    await keepActions(world, [{ id: 'shown again', action: 1 }]);
    expect(await tidyStoredActions(world.system)).toBe(2);
    expect((await stored()).map(({ id }) => id)).toEqual([
      'almost',
      `${FORM}new`,
      `${FORM}today`,
      'shown again',
    ]);
  });
});
