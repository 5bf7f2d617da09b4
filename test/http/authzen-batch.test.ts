import { beforeAll, describe, expect, test } from 'vitest';
import { addResource } from '../../src/core/resource/add.ts';
import type { Db } from '../../src/db/client.ts';
import { embeddedDatabase, serverDatabase } from '../support/database.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, type World } from '../support/world.ts';
import { type Asked, type DecisionPoint, personalToken, startDecisionPoint, user } from './decision-point.ts';

let world: World;
let here: Minted;
let point: DecisionPoint;
let token: string;
let dana: Person;

beforeAll(async () => {
  world = createWorld((await serverDatabase()).database);
  here = await mintOrganization(world, 'Batched');
  await here.project('alpha');
  await here.project('beta');
  await here.project('gamma');
  dana = await here.member('Dana', {
    projects: [
      { project: 'alpha', role: 'runner' },
      { project: 'gamma', role: 'runner' },
    ],
  });
  token = await personalToken(here, here.admin);
  point = await startDecisionPoint(world);
}, 60_000);

const flow = (properties: object = {}) => ({ type: 'flows', id: 'nightly', properties });

describe('a batch', () => {
  const items = ['read', 'delete', 'run', 'delete'].map((name) => ({ action: { name } }));
  const batch = async (options: unknown, evaluations: unknown = items) =>
    point.ask(token, 'evaluations', {
      subject: user(dana.email),
      resource: flow({ project: 'alpha' }),
      evaluations,
      options,
    });
  const decisions = (answer: Asked) => answer.json.evaluations?.map(({ decision }) => decision);

  test('its semantics: all, up to the first denial, up to the first permission', async () => {
    expect(decisions(await batch(undefined))).toEqual([true, false, true, false]);
    expect(decisions(await batch({ evaluations_semantic: 'execute_all', other: 1 }))).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(decisions(await batch({ evaluations_semantic: 'deny_on_first_deny' }))).toEqual([true, false]);
    expect(decisions(await batch({ evaluations_semantic: 'permit_on_first_permit' }))).toEqual([true]);
    const bad = [{ action: 'read' }, ...items];
    expect(decisions(await batch({ evaluations_semantic: 'deny_on_first_deny' }, bad))).toEqual([false]);
    expect(decisions(await batch({ evaluations_semantic: 'permit_on_first_permit' }, bad))).toEqual([
      false,
      true,
    ]);
  });

  test.each([
    ['an unknown semantic', { options: { evaluations_semantic: 'first_come' } }],
    ['a semantic of a wrong type', { options: { evaluations_semantic: null } }],
    ['options that are no object', { options: [] }],
    ['evaluations that are no array', { evaluations: {} }],
    ['a default of a wrong type', { subject: 'dana' }],
    ['a default with a member of a wrong type', { action: { name: 1 } }],
    ['a context of a wrong type', { context: 'now' }],
  ])('%s is 400', async (_what, more) => {
    const body = { subject: user(dana.email), resource: flow(), evaluations: items, ...more };
    expect((await point.ask(token, 'evaluations', body)).status).toBe(400);
  });

  test('a bad item is false and says why, whatever stands beside it', async () => {
    const answer = await batch(undefined, [
      ...items.slice(0, 1),
      null,
      'read',
      { action: { name: 'read' }, subject: null },
      { action: { name: 'read' }, resource: { id: 'nightly' } },
      ...items.slice(0, 1),
    ]);
    expect(decisions(answer)).toEqual([true, false, false, false, false, true]);
    expect(answer.json.evaluations?.[4]).toMatchObject({
      context: { reason: 'malformed', error: { status: 400, message: '`resource.type` is missing.' } },
    });
  });

  test('a thousand are decided in one statement, and one more is 413', async () => {
    const statements: unknown[] = [];
    const db = new Proxy(world.db, {
      get: (target, name) => {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          statements.push(name);
          return Reflect.apply(value, target, args);
        };
      },
    }) as Db;
    const counted = await startDecisionPoint(world, db);
    const ask = async (count: number) =>
      counted.ask(token, 'evaluations', {
        subject: user(dana.email),
        resource: flow({ project: 'alpha' }),
        evaluations: Array.from({ length: count }, (_, at) => items[at % 4]),
      });
    const single = await ask(1);
    const forOne = statements.splice(0);
    const thousand = await ask(1000);
    expect(decisions(single)).toEqual([true]);
    expect(decisions(thousand)?.filter(Boolean)).toHaveLength(500);
    // One that finds out who asks, and one that decides.
    expect(forOne).toEqual(['execute', 'execute']);
    expect(statements).toEqual(forOne);
    expect((await ask(1001)).status).toBe(413);
  });
});

describe('searches', () => {
  test.each([
    [{ limit: 0 }],
    [{ limit: 1001 }],
    [{ limit: 1.5 }],
    [{ limit: '5' }],
    [{ token: 7 }],
    [{ token: 'not one of ours' }],
    [{ token: Buffer.from('nobody').toString('base64url') }],
    [[]],
  ])('page %j is 400', async (page) => {
    const body = { subject: { type: 'user' }, action: { name: 'read' }, resource: flow(), page };
    expect((await point.ask(token, 'search/subject', body)).status).toBe(400);
  });

  test('resources and actions come in order, a page at a time', async () => {
    const admin = await world.as(here.admin);
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await addResource(admin, { organizationId: here.id, type: 'paged', name, project: 'alpha' });
    }
    const pages = async (path: string, body: object) => {
      const all: unknown[] = [];
      let next = '';
      do {
        const answer = await point.ask(token, path, { ...body, page: { limit: 2, token: next } });
        all.push((answer.json.results as object[]).map((each) => Object.values(each).at(-1)));
        next = (answer.json.page as { next_token: string }).next_token;
      } while (next !== '');
      return all;
    };
    const subject = user(dana.email);
    expect(
      await pages('search/resource', { subject, action: { name: 'run' }, resource: { type: 'paged' } }),
    ).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    const actions = { subject: user(here.admin.email), resource: { type: 'paged', id: 'a' } };
    expect(await pages('search/action', actions)).toEqual([
      ['create', 'delete'],
      ['read', 'run'],
      ['update'],
    ]);
    expect(
      await pages('search/resource', { subject, action: { name: 'run' }, resource: { type: 'project' } }),
    ).toEqual([['alpha', 'gamma']]);
  });
});

test('503 when the database fails, on every endpoint, and never true', async () => {
  const failing = createWorld((await embeddedDatabase()).database);
  const there = await mintOrganization(failing, 'Failing');
  const theirs = await personalToken(there, there.admin);
  const decisions = await startDecisionPoint(failing);
  const body = {
    subject: user(there.admin.email),
    action: { name: 'read' },
    resource: flow(),
    evaluations: [{}],
  };
  expect((await decisions.ask(theirs, 'evaluation', body)).json.decision).toBe(true);
  await failing.database.close();
  for (const path of ['evaluation', 'evaluations', 'search/subject', 'search/resource', 'search/action']) {
    const answer = await decisions.ask(theirs, path, body, { 'X-Request-ID': 'r-503' });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('x-request-id')).toBe('r-503');
    expect(answer.json).toMatchObject({ code: 'unavailable' });
    expect(answer.text).not.toContain('true');
  }
});
