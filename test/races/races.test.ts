import { beforeAll, expect, test } from 'vitest';
import { serverDatabase } from '../support/database.ts';
import { createWorld, type World } from '../support/world.ts';
import { races } from './index.ts';
import { play, ways } from './race.ts';

/** How often each way is played here; `npm run races -- 10000` plays them until there are so many. */
const TIMES = 2;

let world: World;

beforeAll(async () => {
  world = createWorld((await serverDatabase({ max: 24 })).database);
});

// A name that `test.each` puts into a title is cut there.
for (const race of races) {
  test(race.name, async () => {
    const deal = await race.stage(world);
    const came = new Set<string | undefined>();
    for (let time = 0; time < TIMES; time += 1) {
      for (const way of ways(race)) {
        const { order, violation } = await play(world, race, deal, way);
        expect(violation).toBeUndefined();
        came.add(order);
      }
    }
    expect([...came].sort()).toEqual(Object.keys(race.orders).sort());
  }, 120_000);
}
