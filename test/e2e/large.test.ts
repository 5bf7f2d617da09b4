import { beforeAll, describe, expect, test } from 'vitest';
import { foundAcme } from '../support/acme.ts';
import type { Cast } from '../support/command-stories.ts';
import { fillLarge, fillPast } from '../support/large.ts';
import { mintOrganization } from '../support/organization.ts';
import { stories } from '../support/stories.ts';
import { platforms, startStory } from '../support/story.ts';
import { type WatchedDatabase, watchedDatabase } from '../support/watched-database.ts';
import { createWorld } from '../support/world.ts';

/** Members, tokens, invitations, requests and messages of another organization, in the same tables. */
const ROWS = 10_000;

/** What reads a table whole because that is what it is for. */
const FOR_ALL = [
  // A run of drift: `npm run bench -- drift` says what it costs.
  /drift_differences/,
  // An organization that is deleted.
  /^messages: delete from "messages" where "messages"."organization_id" = \$1$/,
];

describe.each(platforms)('on $platform, beside a large organization', ({ startSide }) => {
  let watched: WatchedDatabase;
  let people: Cast;
  beforeAll(async () => {
    watched = await watchedDatabase(async (database, plain) => {
      const { id } = await mintOrganization(createWorld(database), 'Large');
      await fillLarge(plain, id, ROWS);
      await fillPast(plain, id, ROWS);
      // Nobody is told of what is found there.
      await plain`delete from connections where organization_id = ${id}`;
      await plain`vacuum analyze`;
    });
    const story = await startStory(startSide, {
      database: watched.database,
      settings: () => ({ operators: ['cleo@acme.example'] }),
    });
    const acme = await foundAcme(story);
    people = { ...acme, gil: story.seat('gil') };
    await acme.eli.types('/access whoami');
    await acme.eli.sees('eli@acme.example');
    return story.end;
  }, 120_000);

  test('no command, and no job meanwhile, reads all that there is of every organization', async () => {
    for (const { does, refuses } of Object.values(stories)) {
      await does(people);
      await refuses(people);
    }
    const whole = await watched.wholeReads(ROWS / 2);
    expect(whole.filter((read) => !FOR_ALL.some((known) => known.test(read)))).toEqual([]);
  }, 300_000);
});
