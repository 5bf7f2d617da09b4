import { beforeAll, describe, expect, test } from 'vitest';
import { addResource } from '../../src/core/resource/add.ts';
import type { Database } from '../../src/db/client.ts';
import { type DecisionPoint, personalToken, startDecisionPoint, user } from '../http/decision-point.ts';
import { embeddedDatabase, serverDatabase } from '../support/database.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person } from '../support/world.ts';

const VERBS = ['create', 'read', 'read:own', 'list', 'delete', 'delete:own', 'update', 'update:own'] as const;
type Verb = (typeof VERBS)[number];

/** The seed's two tables, cell by cell: what is marked for a manager, and for a member. */
const TABLE: Readonly<Record<string, readonly [manager: readonly Verb[], member: readonly Verb[]]>> = {
  'dev-urls': [['read'], ['read']],
  environments: [
    ['create', 'read', 'delete', 'delete:own', 'update', 'update:own'],
    ['create', 'read', 'delete:own', 'update:own'],
  ],
  images: [
    ['create', 'read', 'delete', 'update'],
    ['create', 'read'],
  ],
  'image-tags': [
    ['create', 'read', 'delete', 'update'],
    ['create', 'read'],
  ],
  metrics: [['read', 'read:own'], ['read:own']],
  'org-members': [['create', 'read', 'list', 'delete', 'update'], ['list']],
  orgs: [['read', 'list'], ['list']],
  registries: [['create', 'read', 'delete', 'update'], ['read']],
  services: [['create', 'read', 'delete', 'update'], ['read']],
  'system-banners': [['read'], ['read']],
  users: [['read', 'read:own'], ['read:own']],
};

interface Cell {
  role: 'manager' | 'member';
  type: string;
  verb: Verb;
  allowed: boolean;
}

/** An "own" cell is allowed where it or its "all" cell is marked. */
const cells = Object.entries(TABLE).flatMap(([type, marked]) =>
  (['manager', 'member'] as const).flatMap((role, at) =>
    VERBS.map((verb): Cell => {
      const here: readonly Verb[] = marked[at] ?? [];
      const all = verb.replace(/:own$/, '') as Verb;
      return { role, type, verb, allowed: here.includes(verb) || (verb !== all && here.includes(all)) };
    }),
  ),
);

describe.each([
  ['a server', () => serverDatabase()],
  ['the embedded database', () => embeddedDatabase()],
] satisfies [string, () => Promise<{ database: Database }>][])('the tables on %s', (_name, open) => {
  let point: DecisionPoint;
  let token: string;
  let here: Minted;
  let people: Record<Cell['role'] | 'other', Person>;

  beforeAll(async () => {
    const world = createWorld((await open()).database);
    here = await mintOrganization(world, 'Matrix', 'coder');
    people = { manager: here.admin, member: await here.member('Mia'), other: await here.member('Otto') };
    const admin = await world.as(here.admin);
    for (const type of Object.keys(TABLE)) {
      for (const [name, { email }] of Object.entries(people)) {
        await addResource(admin, { organizationId: here.id, type, name: `of-${name}`, owner: { email } });
      }
    }
    token = await personalToken(here, here.admin);
    point = await startDecisionPoint(world);
  }, 60_000);

  const evaluation = ({ role, type, verb }: Cell, registered: boolean): object => {
    const owner = verb.endsWith(':own') ? role : 'other';
    return {
      subject: user(people[role].email),
      action: { name: verb.replace(/:own$/, '') },
      resource: registered
        ? { type, id: `of-${owner}` }
        : { type, id: 'not-registered', properties: { owner: people[owner].email } },
    };
  };

  const decideAll = async (evaluations: readonly object[]): Promise<unknown> => {
    const answer = await point.ask(token, 'evaluations', { evaluations });
    expect(answer.status).toBe(200);
    return answer.json.evaluations?.map(({ decision }) => decision);
  };

  test('CD-11 there are 176 cells', () => {
    expect(cells).toHaveLength(176);
    expect(Object.values(TABLE).flat(2)).toHaveLength(51);
  });

  test.each(cells)('CD-11 $role, $type, $verb: $allowed', async (cell) => {
    for (const registered of [true, false]) {
      const answer = await point.ask(token, 'evaluation', evaluation(cell, registered));
      expect([answer.status, answer.json.decision]).toEqual([200, cell.allowed]);
    }
  });

  test('CD-11 all cells in one batch say the same', async () => {
    const expected = cells.map(({ allowed }) => allowed);
    expect(await decideAll(cells.map((cell) => evaluation(cell, true)))).toEqual(expected);
    expect(await decideAll(cells.map((cell) => evaluation(cell, false)))).toEqual(expected);
  });

  test('CD-11 a caller who names an own permission makes nobody an owner', async () => {
    const mine = { type: 'environments', id: 'of-other' };
    const ask = (name: string, resource: object) => ({
      subject: user(people.member.email),
      action: { name },
      resource,
    });
    expect(
      await decideAll([
        ask('delete:own', mine),
        ask('environments:delete:own', mine),
        ask('delete:own', { ...mine, properties: { owner: people.member.email } }),
        ask('delete:own', { type: 'environments', id: 'x', properties: { owner: people.other.email } }),
        ask('environments:delete', { type: 'images', id: 'of-member' }),
        ask('delete:own', { type: 'environments', id: 'of-member' }),
      ]),
    ).toEqual([false, false, false, false, false, true]);
  });

  test('CD-10 being manager of one organization gives nothing in another, nor is one of its things known there', async () => {
    const { world } = here;
    const elsewhere = await mintOrganization(world, 'Elsewhere', 'coder');
    const theirs = await personalToken(elsewhere, elsewhere.admin);
    const asked = (id: string, resource: object) => ({
      subject: user(id),
      action: { name: 'delete' },
      resource: { type: 'environments', id: 'of-member', ...resource },
    });
    const decisions = async (evaluations: object[]) =>
      (await point.ask(theirs, 'evaluations', { evaluations })).json.evaluations?.map(
        ({ decision }) => decision,
      );
    expect(
      await decisions([
        asked(elsewhere.admin.email, {}),
        asked(here.admin.email, {}),
        asked(here.admin.email, { properties: { organization: here.slug } }),
        asked(elsewhere.admin.email, { properties: { organization: here.slug } }),
        asked(elsewhere.admin.email, { properties: { organization: here.id } }),
        asked(elsewhere.admin.email, { properties: { organization: elsewhere.slug } }),
      ]),
    ).toEqual([true, false, false, false, false, true]);
  });
});

test('CD-02 CD-12 CD-13 CD-14 CD-15 the corollaries of the tables hold', () => {
  const allowed = (role: Cell['role'], type: string, verb: Verb) =>
    cells.find((cell) => cell.role === role && cell.type === type && cell.verb === verb)?.allowed;
  for (const verb of ['create', 'delete', 'update'] as const)
    expect(allowed('manager', 'orgs', verb)).toBe(false);
  expect([allowed('member', 'org-members', 'list'), allowed('member', 'org-members', 'read')]).toEqual([
    true,
    false,
  ]);
  expect(allowed('member', 'environments', 'read')).toBe(true);
  for (const type of ['images', 'image-tags']) {
    expect(allowed('member', type, 'create')).toBe(true);
    expect(
      ['update', 'update:own', 'delete', 'delete:own'].map((verb) => allowed('member', type, verb as Verb)),
    ).toEqual([false, false, false, false]);
  }
});
