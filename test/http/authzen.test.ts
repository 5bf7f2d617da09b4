import { beforeAll, describe, expect, test } from 'vitest';
import { giveGrant } from '../../src/core/grant/give.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { setExternalId } from '../../src/core/member/set-external-id.ts';
import { deactivateMember, reactivateMember } from '../../src/core/member/set-state.ts';
import { setDefaultRole } from '../../src/core/project/set-default-role.ts';
import { addResource } from '../../src/core/resource/add.ts';
import { createServiceAccount } from '../../src/core/service-account/create.ts';
import { serverDatabase } from '../support/database.ts';
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
  here = await mintOrganization(world, 'Decided');
  await here.project('alpha');
  await here.project('beta');
  dana = await here.member('Dana', { projects: [{ project: 'alpha', role: 'runner' }] });
  token = await personalToken(here, here.admin);
  point = await startDecisionPoint(world);
}, 60_000);

const flow = (properties: object = {}) => ({ type: 'flows', id: 'nightly', properties });

const evaluate = async (subject: object, name: string, resource: object): Promise<Asked['json']> => {
  const answer = await point.ask(token, 'evaluation', { subject, action: { name }, resource });
  expect(answer.status).toBe(200);
  return answer.json;
};

const decided = async (subject: object, name: string, resource: object) =>
  (await evaluate(subject, name, resource)).decision;

describe('who may ask', () => {
  const body = { subject: user('x'), action: { name: 'read' }, resource: flow() };

  test.each([
    ['no token', {}, 'Bearer realm="rollcall"'],
    ['another scheme', { Authorization: 'Basic YTpi' }, 'error="invalid_token"'],
    ['a token of no shape', { Authorization: 'Bearer nonsense' }, 'error="invalid_token"'],
  ])('401 for %s, with a challenge', async (_what, headers, challenge) => {
    for (const path of ['evaluation', 'evaluations', 'search/subject', 'search/resource', 'search/action']) {
      const answer = await point.send(`/access/v1/${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers } as Record<string, string>,
        body: JSON.stringify(body),
      });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain(challenge);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.json.decision).toBeUndefined();
    }
  });

  test('403 for a token whose principal may not ask, and 401 once that is deactivated', async () => {
    const theirs = await personalToken(here, dana, 'mine');
    const answer = await point.ask(theirs, 'evaluation', body);
    expect(answer.status).toBe(403);
    expect(answer.headers.get('www-authenticate')).toContain('insufficient_scope');
    const person = { email: dana.email };
    await deactivateMember(await world.as(here.admin), { organizationId: here.id, person });
    expect((await point.ask(theirs, 'evaluation', body)).status).toBe(401);
    await reactivateMember(await world.as(here.admin), { organizationId: here.id, person });
    expect((await point.ask(theirs, 'evaluation', body)).status).toBe(403);
  });

  test('another method is told which one there is', async () => {
    const answer = await point.send('/access/v1/evaluation', {});
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('what is decided', () => {
  test('a decision says why, in the words of /access check', async () => {
    const allowed = await evaluate(user(dana.email), 'run', flow({ project: 'alpha' }));
    expect(allowed).toEqual({
      decision: true,
      context: {
        reason: 'grant',
        path: [
          {
            role: 'runner',
            through: 'grant',
            project: 'alpha',
            until: null,
            request: null,
            approvedBy: [],
            grantedBy: here.admin.email,
          },
        ],
      },
    });
    expect(await evaluate(user(dana.email), 'delete', flow({ project: 'alpha' }))).toEqual({
      decision: false,
      context: { reason: 'no-role', path: [] },
    });
  });

  test('a person is known by address, however it is written, and by external id', async () => {
    await setExternalId(await world.as(here.admin), {
      organizationId: here.id,
      person: { email: dana.email },
      externalId: '5f0c1f6e-7f4a-4f6a-9c53-2d6a8f0e1b11',
    });
    const there = flow({ project: 'alpha' });
    expect(await decided(user(dana.email.toUpperCase()), 'run', there)).toBe(true);
    expect(await decided(user('5f0c1f6e-7f4a-4f6a-9c53-2d6a8f0e1b11'), 'run', there)).toBe(true);
    expect(await decided(user(await here.userId(dana.email)), 'run', there)).toBe(false);
  });

  test('unknown subjects, permissions, projects and types are 200 and false, even for an administrator', async () => {
    const admin = user(here.admin.email);
    expect((await evaluate(user('nobody@example.com'), 'read', flow())).context).toEqual({
      reason: 'unknown-subject',
      path: [],
    });
    expect(await decided({ type: 'robot', id: here.admin.email }, 'read', flow())).toBe(false);
    expect((await evaluate(admin, 'read', flow({ project: 'no-such' }))).context).toMatchObject({
      reason: 'unknown-resource',
    });
    expect(await decided(admin, 'read', { type: 'project', id: 'no-such' })).toBe(false);
    expect(await decided(admin, 'read', { type: 'project', id: 'alpha' })).toBe(true);
    expect((await evaluate(admin, 'READ IT', flow())).context).toMatchObject({
      reason: 'unknown-permission',
    });
    expect(await decided(admin, 'all', { type: 'rollcall', id: 'x' })).toBe(false);
    expect(await decided(admin, 'read', flow())).toBe(true);
  });

  test('the stored values of a registered thing win over what the caller says of it', async () => {
    await addResource(await world.as(here.admin), {
      organizationId: here.id,
      type: 'flows',
      name: 'registered',
      project: 'beta',
    });
    const registered = (properties: object) => ({ type: 'flows', id: 'registered', properties });
    expect(await decided(user(dana.email), 'run', registered({ project: 'alpha', owner: dana.email }))).toBe(
      false,
    );
    expect(await decided(user(dana.email), 'run', { ...registered({ project: 'alpha' }), id: 'other' })).toBe(
      true,
    );
    const answer = await point.ask(token, 'search/resource', {
      subject: user(dana.email),
      action: { name: 'run' },
      resource: { type: 'flows', properties: { project: 'alpha' } },
    });
    expect(answer.json.results).toEqual([]);
  });

  test('abuse 38: no property gives a right, and nothing of another organization is known', async () => {
    const claims = {
      role: 'admin',
      roles: ['admin'],
      permissions: ['*:*'],
      administers: true,
      organization: here.slug,
    };
    expect(
      await decided(
        { ...user(dana.email), properties: claims },
        'delete',
        flow({ project: 'alpha', ...claims }),
      ),
    ).toBe(false);
    const foreign = await mintOrganization(world, 'Foreign');
    await foreign.project('theirs');
    for (const properties of [
      { project: 'theirs' },
      { organization: foreign.slug },
      { organization: foreign.id },
    ]) {
      expect(await decided(user(here.admin.email), 'read', flow(properties))).toBe(false);
    }
    expect(await evaluate(user(foreign.admin.email), 'read', flow())).toEqual(
      await evaluate(user('nobody@example.com'), 'read', flow()),
    );
  });

  test('PF-26 PF-27 PF-28 a default role adds to what members hold, never lowers it, and reaches nobody else', async () => {
    const admin = await world.as(here.admin);
    const organizationId = here.id;
    await here.project('gamma');
    const robot = await createServiceAccount(admin, { organizationId, name: 'robot' });
    const there = flow({ project: 'gamma' });
    const account = { type: 'service-account', id: 'robot' };
    const may = async (subject: object) =>
      Promise.all(['read', 'run', 'delete'].map(async (name) => decided(subject, name, there)));
    expect([await may(user(dana.email)), await may(account)]).toEqual([
      Array(3).fill(false),
      Array(3).fill(false),
    ]);
    await setDefaultRole(admin, { organizationId, project: 'gamma', role: 'runner' });
    expect([await may(user(dana.email)), await may(account)]).toEqual([
      [true, true, false],
      [false, false, false],
    ]);
    await giveGrant(admin, {
      organizationId,
      person: { email: dana.email },
      project: 'gamma',
      role: 'read-only',
    });
    expect(await may(user(dana.email))).toEqual([true, true, false]);
    await giveGrant(admin, {
      organizationId,
      person: { email: dana.email },
      project: 'gamma',
      role: 'developer',
    });
    await giveGrant(admin, {
      organizationId,
      person: { serviceAccount: 'robot' },
      project: 'gamma',
      role: 'read-only',
    });
    expect([await may(user(dana.email)), await may(account)]).toEqual([
      [true, true, true],
      [true, false, false],
    ]);
    const { context } = await evaluate(user(dana.email), 'run', there);
    expect(context).toMatchObject({
      path: [
        { role: 'developer', through: 'grant' },
        { role: 'runner', through: 'default-role' },
      ],
    });
    expect(robot.secret).toMatch(/^rc_svc_/);
    expect(await decided({ type: 'token', id: robot.id }, 'read', there)).toBe(true);
  });

  test('rule 3 and rule 4: deactivation and time count at once, by themselves', async () => {
    const person = { email: (await here.member('Tim')).email };
    const admin = await world.as(here.admin);
    const organizationId = here.id;
    await giveGrant(admin, {
      organizationId,
      person,
      project: 'alpha',
      role: 'runner',
      from: { at: new Date(Date.now() + 3_600_000) },
    });
    expect(await decided(user(person.email), 'run', flow({ project: 'alpha' }))).toBe(false);
    await changeMemberRole(admin, { organizationId, person, role: 'admin', for: { seconds: 3600 } });
    const timed = await evaluate(user(person.email), 'run', flow());
    expect(timed).toMatchObject({ decision: true, context: { reason: 'organization-role' } });
    expect(timed.context).toMatchObject({
      path: [{ role: 'admin', until: expect.stringMatching(/^\d{4}-.*Z$/) }],
    });
    await deactivateMember(admin, { organizationId, person });
    expect(await evaluate(user(person.email), 'run', flow())).toEqual({
      decision: false,
      context: { reason: 'deactivated', path: [] },
    });
  });

  test('a token by its name is the caller’s own', async () => {
    const theirs = await personalToken(here, dana, 'shared-name');
    await personalToken(here, here.admin, 'shared-name');
    expect(theirs).toMatch(/^rc_usr_/);
    expect(await decided({ type: 'token', id: 'shared-name' }, 'delete', flow())).toBe(true);
    expect(await decided({ type: 'token', id: 'no-such' }, 'delete', flow())).toBe(false);
  });
});
