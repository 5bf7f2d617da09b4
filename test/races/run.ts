import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { verifyChain } from '../../src/core/audit/verify.ts';
import { openDatabase } from '../../src/db/client.ts';
import { migrate } from '../../src/db/migrate.ts';
import { ledgers } from '../../src/db/schema/index.ts';
import { withDatabase } from '../support/postgres.ts';
import { makeDirectory, startServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';
import { races as all } from './index.ts';
import { type Played, play, type Race, ways } from './race.ts';

/**
 * `npm run races -- 10000`: so many forced interleavings over all races, on a real server; 1 at any violation.
 * `npm run races -- 500 'abuse 11'`: over those alone whose name has the words.
 */

/** Databases side by side: who waits for a lock is seen in one database at a time. */
const LANES = 4;
const SHOWN = 20;

interface Result {
  race: Race;
  played: Played[];
}

const [typed = '10000', words = ''] = process.argv.slice(2);
const rounds = Number(typed);
const races = all.filter(({ name }) => name.includes(words));
if (races.length === 0 || !Number.isInteger(rounds) || rounds < races.length) {
  const wrong =
    races.length === 0 ? `No race has '${words}' in its name` : `Say how many, at least ${races.length}`;
  process.stderr.write(`${wrong}: npm run races -- 10000 'abuse 11'\n`);
  process.exit(1);
}

/** How many of the rounds fall to a race. */
const shareOf = (index: number): number =>
  Math.floor(rounds / races.length) + (index < rounds % races.length ? 1 : 0);

const playAll = async (world: World, race: Race, times: number): Promise<Result> => {
  const deal = await race.stage(world);
  const each = ways(race);
  const played: Played[] = [];
  for (let time = 0; time < times; time += 1) {
    const way = each[time % each.length];
    if (way) played.push(await play(world, race, deal, way));
  }
  return { race, played };
};

const lane = async (world: World, next: () => number | undefined): Promise<Result[]> => {
  const results: Result[] = [];
  for (let index = next(); index !== undefined; index = next()) {
    const race = races[index];
    if (!race) break;
    const started = performance.now();
    results.push(await playAll(world, race, shareOf(index)));
    process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1)} s  ${race.name}\n`);
  }
  return results;
};

/** Chains that do not hold: what every round wrote into the audit has to be there, in one order. */
const brokenChains = async ({ db }: World): Promise<string[]> => {
  const broken: string[] = [];
  for (const { organizationId } of await db
    .select({ organizationId: ledgers.organizationId })
    .from(ledgers)) {
    const found = (await verifyChain(db, organizationId)).broken;
    if (found) broken.push(`the audit of ${organizationId} breaks at ${found.sequence}: ${found.why}`);
  }
  return broken;
};

const row = ({ race, played }: Result): string => {
  const cameTo = Object.keys(race.orders).map((order) => {
    const so = played.filter((one) => one.order === order);
    return `${order}: ${so.length} (${so.filter(({ how }) => how === 'together').length})`;
  });
  const violations = played.filter(({ violation }) => violation !== undefined).length;
  return `| ${race.name} | ${played.length} | ${cameTo.join('; ')} | ${violations} |`;
};

const directory = await makeDirectory();
const server = await startServer(directory.path);
const admin = postgres(server.url, { max: 1, onnotice: () => {} });
const names = Array.from({ length: LANES }, () => `rollcall_races_${randomBytes(4).toString('hex')}`);
const databases = [];
try {
  const started = performance.now();
  let at = 0;
  const next = () => (at < races.length ? at++ : undefined);
  const worlds: World[] = [];
  for (const name of names) {
    await admin.unsafe(`create database ${name}`);
    const database = await openDatabase({ url: withDatabase(server.url, name), dataDir: '', max: 24 });
    databases.push(database);
    await migrate(database);
    worlds.push(createWorld(database));
  }
  const results = (await Promise.all(worlds.map((world) => lane(world, next)))).flat();
  const broken = (await Promise.all(worlds.map(brokenChains))).flat();
  const violations = [
    ...results.flatMap(({ race, played }) =>
      played.flatMap(({ violation }) => (violation === undefined ? [] : [`${race.name}: ${violation}`])),
    ),
    ...broken,
  ];
  results.sort((one, other) => races.indexOf(one.race) - races.indexOf(other.race));
  process.stdout.write(
    [
      '| Race | Interleavings | Came to the order (of these at one instant) | Violations |',
      '| --- | ---: | --- | ---: |',
      ...results.map(row),
      '',
      `${rounds} interleavings of ${races.length} races in ${((performance.now() - started) / 1000).toFixed(0)} s, ${violations.length} violations.`,
      ...violations.slice(0, SHOWN),
      '',
    ].join('\n'),
  );
  if (violations.length > 0) process.exitCode = 1;
} finally {
  for (const database of databases) await database.close();
  for (const name of names) await admin.unsafe(`drop database if exists ${name} with (force)`);
  await admin.end();
  await server.stop();
  await directory.remove();
}
