import { beforeAll, describe, expect, test } from 'vitest';
import { giveGrant } from '../../src/core/grant/give.ts';
import { setExternalId } from '../../src/core/member/set-external-id.ts';
import { addResource } from '../../src/core/resource/add.ts';
import { createRole } from '../../src/core/role/create.ts';
import type { Database } from '../../src/db/client.ts';
import { embeddedDatabase, serverDatabase } from '../support/database.ts';
import { mintOrganization } from '../support/organization.ts';
import { createWorld } from '../support/world.ts';
import {
  type Asked,
  type DecisionPoint,
  PUBLIC_URL,
  personalToken,
  startDecisionPoint,
} from './decision-point.ts';

const alice = { type: 'user', id: 'alice' };
const bob = { type: 'user', id: 'bob' };
const record = { type: 'record', id: 'record-1' };
const record2 = { type: 'record', id: 'record-2' };
const read = { name: 'read' };
const write = { name: 'write' };

/**
 * The published certification scenario (https://openid.github.io/authzen/authorization-api-1_0-certification-scenario.html)
 * at the levels Basic, Batch and Search (Core) and Discovery; its sections are named in the tests.
 */
describe.each([
  ['a server', () => serverDatabase()],
  ['the embedded database', () => embeddedDatabase()],
] satisfies [string, () => Promise<{ database: Database }>][])(
  'AuthZEN certification on %s',
  (_name, open) => {
    let point: DecisionPoint;
    let token: string;

    beforeAll(async () => {
      const world = createWorld((await open()).database);
      const here = await mintOrganization(world, 'Certified');
      const admin = await world.as(here.admin);
      const organizationId = here.id;
      await here.project('records');
      await createRole(admin, {
        organizationId,
        name: 'author',
        permissions: ['record:read', 'record:write'],
      });
      await createRole(admin, { organizationId, name: 'reader', permissions: ['record:read'] });
      for (const [name, role] of [
        ['Alice', 'author'],
        ['Bob', 'reader'],
      ] as const) {
        const person = { email: (await here.member(name)).email };
        await setExternalId(admin, { organizationId, person, externalId: name.toLowerCase() });
        await giveGrant(admin, { organizationId, person, project: 'records', role });
      }
      for (const name of ['record-1', 'record-2']) {
        await addResource(admin, { organizationId, type: 'record', name, project: 'records' });
      }
      token = await personalToken(here, here.admin);
      point = await startDecisionPoint(world);
    }, 60_000);

    const ask = async (path: string, body: unknown, headers?: Record<string, string>): Promise<Asked> =>
      point.ask(token, path, body, headers);

    const decided = async (body: object): Promise<unknown> => {
      const answer = await ask('evaluation', body);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      return answer.json.decision;
    };

    const batch = async (body: object): Promise<unknown> => {
      const answer = await ask('evaluations', body);
      expect(answer.status).toBe(200);
      expect(answer.json.decision).toBeUndefined();
      return answer.json.evaluations?.map(({ decision }) => decision);
    };

    test.each([
      ['alice reads record-1', { subject: alice, action: read, resource: record }, true],
      ['alice writes record-1', { subject: alice, action: write, resource: record }, true],
      ['bob reads record-1', { subject: bob, action: read, resource: record }, true],
      ['bob does not write record-1', { subject: bob, action: write, resource: record }, false],
      [
        'a context changes nothing',
        {
          subject: alice,
          action: read,
          resource: record,
          context: { time: '2025-06-27T18:03-07:00', ip: '192.168.1.1' },
        },
        true,
      ],
      [
        'properties beyond the fixture are accepted',
        {
          subject: { ...alice, properties: { department: 'Sales', role: 'manager' } },
          action: { ...read, properties: { method: 'GET' } },
          resource: { ...record, properties: { status: 'active', owner: 'bob' } },
        },
        true,
      ],
      [
        'unknown fields are ignored',
        { subject: alice, action: read, resource: record, foo: 'bar', futureField: { nested: true } },
        true,
      ],
    ] as const)('Basic Core, 2.2: %s', async (_what, body, expected) => {
      expect(await decided(body)).toBe(expected);
    });

    test.each([
      ['subject', { action: read, resource: record }],
      ['action', { subject: alice, resource: record }],
      ['resource', { subject: alice, action: read }],
      ['subject.type', { subject: { id: 'alice' }, action: read, resource: record }],
      ['subject.id', { subject: { type: 'user' }, action: read, resource: record }],
      ['action.name', { subject: alice, action: {}, resource: record }],
      ['resource.type', { subject: alice, action: read, resource: { id: 'record-1' } }],
      ['resource.id', { subject: alice, action: read, resource: { type: 'record' } }],
      ['subject, a string', { subject: 'alice', action: read, resource: record }],
      ['action.name, a number', { subject: alice, action: { name: 123 }, resource: record }],
    ] as const)('Basic Core, 2.4: without a right %s it is 400', async (what, body) => {
      const answer = await ask('evaluation', body);
      expect(answer.status).toBe(400);
      expect(answer.text).toContain(`\`${what.split(',')[0]}\``);
    });

    test('Basic Core, 2.4: another content type, malformed JSON and an empty body are 400', async () => {
      const body = { subject: alice, action: read, resource: record };
      expect((await ask('evaluation', body, { 'Content-Type': 'text/plain' })).status).toBe(400);
      expect((await ask('evaluation', body, { 'Content-Type': 'application/xml' })).status).toBe(400);
      expect((await ask('evaluation', '{"subject":')).status).toBe(400);
      expect((await ask('evaluation', '')).status).toBe(400);
    });

    test('Basic Core, 2.5: X-Request-ID comes back as it was, and is not needed', async () => {
      const body = { subject: alice, action: read, resource: record };
      const answer = await ask('evaluation', body, { 'X-Request-ID': 'bfe9eb29 any; text' });
      expect(answer.headers.get('x-request-id')).toBe('bfe9eb29 any; text');
      expect((await ask('evaluation', body)).headers.get('x-request-id')).toBeNull();
      expect((await ask('evaluation', '{', { 'X-Request-ID': 'r-2' })).headers.get('x-request-id')).toBe(
        'r-2',
      );
      const search = { subject: { type: 'user' }, action: read, resource: record };
      expect(
        (await ask('search/subject', search, { 'X-Request-ID': 'r-3' })).headers.get('x-request-id'),
      ).toBe('r-3');
    });

    test('Basic Core, 2.6: the same question has the same answer', async () => {
      for (let i = 0; i < 5; i += 1) {
        expect(await decided({ subject: alice, action: read, resource: record })).toBe(true);
      }
    });

    test('Batch Core, 3.2: defaults, order, no defaults, and a context that is inherited or replaced', async () => {
      expect(
        await batch({
          subject: alice,
          action: read,
          evaluations: [{ resource: record }, { resource: record2 }],
        }),
      ).toEqual([true, true]);
      expect(
        await batch({ subject: bob, resource: record, evaluations: [{ action: read }, { action: write }] }),
      ).toEqual([true, false]);
      expect(
        await batch({
          evaluations: [
            { subject: alice, action: read, resource: record },
            { subject: bob, action: write, resource: record },
          ],
        }),
      ).toEqual([true, false]);
      expect(
        await batch({
          subject: alice,
          action: read,
          context: { time: '2025-06-27T18:03-07:00' },
          evaluations: [
            { resource: record },
            { resource: record2, context: { time: '2025-06-27T19:00-07:00', source: 'batch-override' } },
          ],
        }),
      ).toEqual([true, true]);
    });

    test('Batch Core, 3.4: a bad evaluation is false, and no evaluations are a single one', async () => {
      expect(await batch({ subject: alice, action: read, evaluations: [{ resource: record }, {}] })).toEqual([
        true,
        false,
      ]);
      const single = { subject: alice, action: read, resource: record };
      expect((await ask('evaluations', single)).json.decision).toBe(true);
      expect((await ask('evaluations', { ...single, evaluations: [] })).json.decision).toBe(true);
    });

    const found = async (path: string, body: object): Promise<{ results: object[]; page: object }> => {
      const answer = await ask(`search/${path}`, body);
      expect(answer.status).toBe(200);
      return answer.json as never;
    };

    test('Search Core, 4.2 to 4.4: subjects, resources and actions, with and without a context', async () => {
      const subjects = { subject: { type: 'user' }, action: read, resource: record };
      for (const context of [undefined, { time: '2025-06-27T18:03-07:00' }]) {
        const { results } = await found('subject', { ...subjects, context });
        expect(results).toEqual(expect.arrayContaining([alice, bob]));
        expect(results.every((each) => 'type' in each && each.type === 'user')).toBe(true);
        const actions = await found('action', { subject: alice, resource: record, context });
        expect(actions.results).toEqual([read, write]);
      }
      expect(
        (await found('resource', { subject: alice, action: read, resource: { type: 'record' } })).results,
      ).toEqual([record, record2]);
    });

    test('Search Core, 4.5: a page has its limit, and the last one an empty token', async () => {
      const asked = { subject: { type: 'user' }, action: read, resource: record };
      const all = (await found('subject', asked)).results;
      const seen: object[] = [];
      let token = '';
      for (;;) {
        const { results, page } = await found('subject', { ...asked, page: { limit: 1, token } });
        expect(results).toHaveLength(1);
        seen.push(...results);
        token = (page as { next_token: string }).next_token;
        if (token === '') break;
      }
      expect(seen).toEqual(all);
      expect(seen.length).toBe(3);
    });

    test('Search Core, 4.6 and 4.7: unknown is empty, missing is 400', async () => {
      const spaceship = { subject: { type: 'spaceship' }, action: read, resource: record };
      expect((await found('subject', spaceship)).results).toEqual([]);
      const nobody = { subject: { type: 'user', id: 'nonexistent-user' }, resource: record };
      expect((await found('action', nobody)).results).toEqual([]);
      const bad: [string, object][] = [
        ['subject', { subject: { type: 'user' }, resource: record }],
        ['resource', { action: read, resource: { type: 'record' } }],
        ['action', { subject: alice }],
        ['subject', { subject: { type: 'user' }, action: read, resource: { type: 'record' } }],
        ['resource', { subject: { type: 'user' }, action: read, resource: { type: 'record' } }],
      ];
      for (const [path, body] of bad) expect((await ask(`search/${path}`, body)).status).toBe(400);
    });

    test('Discovery, 6: the metadata names this decision point and its endpoints', async () => {
      const answer = await point.send('/.well-known/authzen-configuration', {});
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.json).toEqual({
        policy_decision_point: PUBLIC_URL,
        access_evaluation_endpoint: `${PUBLIC_URL}/access/v1/evaluation`,
        access_evaluations_endpoint: `${PUBLIC_URL}/access/v1/evaluations`,
        search_subject_endpoint: `${PUBLIC_URL}/access/v1/search/subject`,
        search_resource_endpoint: `${PUBLIC_URL}/access/v1/search/resource`,
        search_action_endpoint: `${PUBLIC_URL}/access/v1/search/action`,
      });
    });

    test('abuse 38: the levels that trust what the caller sends are refused on purpose', async () => {
      const archived = { ...record2, properties: { status: 'archived' } };
      const asAdmin = { ...bob, properties: { role: 'admin' } };
      expect(await decided({ subject: asAdmin, action: write, resource: archived })).toBe(false);
      const remove = (soft: boolean) => ({ name: 'delete', properties: { soft } });
      expect(await decided({ subject: alice, action: remove(true), resource: record })).toBe(false);
      expect(await decided({ subject: alice, action: remove(false), resource: record })).toBe(false);
      expect(
        await batch({
          subject: alice,
          action: write,
          resource: { type: 'record' },
          evaluations: [{ resource: { id: 'record-1' } }, { resource: record2 }],
        }),
      ).toEqual([false, true]);
    });
  },
);
