import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { models } from '../../src/core/access/models/index.ts';
import { patternsFor } from '../../src/core/access/patterns.ts';
import type { Context } from '../../src/core/context.ts';
import { DomainError } from '../../src/core/errors.ts';
import { approveRequest } from '../../src/core/request/decide.ts';
import { type Opened, openRequest } from '../../src/core/request/open.ts';
import { drawnRequest, type ShownRequest } from '../../src/core/request/show.ts';
import { listRolesOf } from '../../src/core/role/find.ts';
import { createOrganizationToken } from '../../src/core/token/create-organization.ts';
import { personalToken, startDecisionPoint } from '../http/decision-point.ts';
import { mintOrganization } from '../support/organization.ts';
import { turnedClock } from '../support/turned-clock.ts';
import { createWorld, type Person } from '../support/world.ts';
import { type Built, buildRandom } from './random-organization.ts';

/** Where the catalogue is open, what the random roles differ in. */
const OPEN = ['flows:read', 'flows:run', 'flows:delete', 'runs:create', 'members:list', 'grants:write'];
const MINUTES = [5, 40, 70, 100, 200] as const;
const CASES = 5;

const clock = await turnedClock();
const world = createWorld(clock.database, { operators: ['olga@operators.example'] });
const point = await startDecisionPoint(world);
const olga: Person = { ...world.stranger('Olga'), email: 'olga@operators.example' };
beforeAll(() => world.link(olga));

const catalogueOf = ({ minted: { organization } }: Built): string[] =>
  organization.model.catalogue === 'open' ? OPEN : organization.model.catalogue.map(({ name }) => name);

/** Random roles are made of these. */
const patternsOf = (model: string): string[] | undefined => {
  const catalogue = models[model as keyof typeof models].catalogue;
  return catalogue === 'open' ? undefined : catalogue.map(({ name }) => name);
};

interface Scene {
  built: Built;
  /** A token that may ask. */
  asks: string;
  person: Built['people'][number];
  ctx: Context;
}

const stage = async (model: string, random: (below: number) => number): Promise<Scene> => {
  const minted = await mintOrganization(world, 'Random', model);
  const built = await buildRandom(world.db, minted, random, patternsOf(model));
  const admin = await world.as(minted.admin);
  const asks = minted.organization.model.policies.tokens.includes('personal')
    ? await personalToken(minted, minted.admin)
    : (await createOrganizationToken(admin, { organizationId: minted.id, name: 'asks', role: 'admin-read' }))
        .secret;
  const active = built.people.filter(({ state }) => state === 'active');
  const person = active[random(active.length)];
  if (!person) throw new Error('Nobody asks');
  const asker = { ...world.stranger('Asker'), email: person.email };
  await world.link(asker);
  return { built, asks, person, ctx: await world.as(asker) };
};

type Place = string | null;
const placesOf = ({ built }: Scene): Place[] => [null, ...built.projects.map(({ name }) => name)];
const at = (place: Place, permission: string): string => `${place ?? 'everywhere'} ${permission}`;

/** What somebody may do, and through what. */
type Told = Map<string, string[]>;

/** What programs are told that a subject may do, by the real endpoint, in one batch. */
const told = async (scene: Scene, subject: { type: string; id: string }): Promise<Told> => {
  const asked = placesOf(scene).flatMap((place) =>
    catalogueOf(scene.built).map((permission) => ({ place, permission })),
  );
  const { status, json } = await point.ask(scene.asks, 'evaluations', {
    subject,
    evaluations: asked.map(({ place, permission }) => ({
      action: { name: permission },
      resource:
        place === null ? { type: permission.split(':')[0], id: 'any' } : { type: 'project', id: place },
    })),
  });
  expect(status).toBe(200);
  const answers = json.evaluations as { decision: boolean; context: { path?: { through: string }[] } }[];
  return new Map(
    asked.flatMap(({ place, permission }, index) =>
      answers[index]?.decision
        ? [[at(place, permission), (answers[index].context.path ?? []).map(({ through }) => through)]]
        : [],
    ),
  );
};

/** The same at each of the moments to come. */
const toldLater = async (scene: Scene): Promise<Told[]> => {
  const later: Told[] = [];
  for (const minutes of MINUTES) {
    await clock.pass(minutes / 60);
    later.push(await told(scene, { type: 'user', id: scene.person.email }));
    await clock.pass(-minutes / 60);
  }
  return later;
};

const covers = (scene: Scene, patterns: readonly string[], permission: string): boolean =>
  patternsFor(scene.built.minted.organization.model, permission).some((pattern) =>
    patterns.includes(pattern),
  );

/** What programs must be told while it lasts: what they would be told without it, and what the card says of it. */
const saidBy = (card: ShownRequest, scene: Scene, without: Told): string[] => {
  const adds = [...card.gains, ...card.operatorOnly, ...card.alreadyHeld];
  return placesOf(scene)
    .flatMap((place) =>
      catalogueOf(scene.built).flatMap((permission) => {
        const there = card.project === null || card.project === place;
        const through = without.get(at(place, permission)) ?? [];
        const ends =
          through.every((one) => one === 'organization-role') && covers(scene, card.loses, permission);
        const has = (there && covers(scene, adds, permission)) || (through.length > 0 && !ends);
        return has ? [at(place, permission)] : [];
      }),
    )
    .sort();
};

const keys = (one: Told): string[] => [...one.keys()].sort();

/** What the card calls held already would be held all the while; what it calls new would not. */
const needReal = (
  card: ShownRequest,
  scene: Scene,
  during: readonly Told[],
  comesByItself: boolean,
): void => {
  const sampled = (pattern: string): string[] =>
    catalogueOf(scene.built).filter((permission) => covers(scene, [pattern], permission));
  const held = (permission: string): boolean =>
    during.every((without) => without.has(at(card.project, permission)));
  for (const pattern of card.alreadyHeld) {
    for (const permission of sampled(pattern)) {
      expect([pattern, permission, held(permission)]).toEqual([pattern, permission, true]);
    }
  }
  // Where the catalogue is open, a wildcard adds more than the few permissions that are tried.
  const { catalogue } = scene.built.minted.organization.model;
  if (catalogue === 'open' || comesByItself || during.length === 0) return;
  for (const pattern of [...card.gains, ...card.operatorOnly]) {
    const some = sampled(pattern);
    if (some.length > 0) expect([pattern, some.every(held)]).toEqual([pattern, false]);
  }
};

/** Something else that they were given begins later. */
const comesByItself = async ({ person }: Scene): Promise<boolean> =>
  (await world.count(sql`
    select count(*) as count from grants where principal_id = ${person.id} and starts_at > clock_timestamp()`)) >
  0;

/** Tokens and service accounts that are not the person's own. */
const toldOfOthers = async (scene: Scene): Promise<string[][]> => {
  const { tokens, robots } = scene.built;
  const subjects = [
    ...tokens.filter(({ kind }) => kind === 'organization').map(({ id }) => ({ type: 'token', id })),
    ...robots.map(({ id }) => ({ type: 'service-account', id })),
  ];
  const all: string[][] = [];
  for (const subject of subjects.slice(2, 6)) all.push(keys(await told(scene, subject)));
  return all;
};

/** Their own tokens do what they do, and the card counts those that work. */
const needPersonalToFollow = async (card: ShownRequest, scene: Scene): Promise<void> => {
  const mine = scene.built.tokens.filter(
    ({ kind, principalId, works }) => kind === 'personal' && principalId === scene.person.id && works,
  );
  expect(card.tokens.personal).toBe(mine.length);
  for (const { id } of mine) {
    expect(keys(await told(scene, { type: 'token', id }))).toEqual(
      keys(await told(scene, { type: 'user', id: scene.person.email })),
    );
  }
};

const orRefused = async <T>(run: Promise<T>): Promise<T | undefined> =>
  run.catch((error: unknown) => {
    if (error instanceof DomainError) return undefined;
    throw error;
  });

const asking = fc.record({
  numbers: fc.array(fc.nat(), { minLength: 300, maxLength: 300 }),
  role: fc.nat(),
  project: fc.nat(),
  minutes: fc.constantFrom(30, 90, 180),
  from: fc.constantFrom(undefined, undefined, 55),
  /** It is held for half an hour by an approved request, and this one extends it. */
  extends: fc.boolean(),
});

describe.each(Object.keys(models))('in random organizations under %s', (model) => {
  test('what the card says, to the minute, is the difference that programs are told over HTTP', async () => {
    let compared = 0;
    const check = fc.asyncProperty(asking, async ({ numbers, ...how }) => {
      let next = 0;
      const scene = await stage(model, (below) => (numbers[next++ % numbers.length] ?? 0) % below);
      const { minted, projects } = scene.built;
      const roles = await listRolesOf(world.db, minted.id);
      const role = roles[how.role % roles.length];
      const project = role?.scope === 'project' ? projects[how.project % projects.length] : undefined;
      if (!role) throw new Error('There is no role');
      const request = async (minutes: number, from?: number): Promise<Opened | undefined> =>
        orRefused(
          openRequest(scene.ctx, {
            organizationId: minted.id,
            role: role.name,
            project: project?.name,
            for: { seconds: minutes * 60 },
            from:
              from === undefined
                ? undefined
                : { at: new Date((await clock.now()).getTime() + from * 60_000) },
            reason: 'to compare',
          }),
        );
      const approve = async (opened: Opened) =>
        orRefused(
          approveRequest(await world.as(opened.toOperators ? olga : minted.admin), {
            organizationId: minted.id,
            request: opened.name,
          }),
        );
      if (how.extends) {
        const first = await request(30);
        if (first) await approve(first);
      }
      const from = project && !how.extends ? how.from : undefined;
      const opened = await request(how.minutes, from);
      if (!opened) return;
      const without = await toldLater(scene);
      const card = await drawnRequest(world.db, minted.id, opened.id);
      const others = await toldOfOthers(scene);
      if (!card || !(await approve(opened))) {
        expect((await toldLater(scene)).map(keys)).toEqual(without.map(keys));
        return;
      }
      compared += 1;
      const within = await toldLater(scene);
      const start = from ?? 0;
      const lasts = (minutes: number) => minutes > start && minutes < start + how.minutes;
      for (const [index, minutes] of MINUTES.entries()) {
        if (card.losesForGood && minutes > how.minutes) continue;
        const before = without[index] ?? new Map();
        expect([minutes, keys(within[index] ?? new Map())]).toEqual([
          minutes,
          lasts(minutes) ? saidBy(card, scene, before) : keys(before),
        ]);
      }
      const during = without.filter((_, index) => lasts(MINUTES[index] ?? 0));
      needReal(card, scene, during, await comesByItself(scene));
      expect(await toldOfOthers(scene)).toEqual(others);
      await needPersonalToFollow(card, scene);
    });
    await fc.assert(check, {
      numRuns: CASES,
      seed: 20261126,
      endOnFailure: true,
      interruptAfterTimeLimit: 90_000,
    });
    expect(compared).toBeGreaterThan(0);
  }, 180_000);
});
