import type { Context } from '../../src/core/context.ts';
import { ensureUser } from '../../src/core/user/ensure.ts';
import { operators } from '../../src/db/schema/index.ts';
import type { Person, World } from './world.ts';

/** Makes somebody an operator, as another one has long done. */
export const addOperator = async ({ db }: World, person: Person): Promise<void> => {
  await db
    .insert(operators)
    .values({ userId: await ensureUser(db, person.email) })
    .onConflictDoNothing();
};

export const asOperator = async (world: World, person: Person): Promise<Context> => {
  await addOperator(world, person);
  return world.as(person);
};
