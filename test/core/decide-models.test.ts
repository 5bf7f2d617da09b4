import { beforeAll, describe, expect, test } from 'vitest';
import { decide, type Question } from '../../src/core/access/decide.ts';
import { searchActions, searchSubjects } from '../../src/core/access/search.ts';
import { giveGrant } from '../../src/core/grant/give.ts';
import { createOrganizationToken } from '../../src/core/token/create-organization.ts';
import { deactivateToken, reactivateToken } from '../../src/core/token/set-state.ts';
import { metadataRoutes } from '../../src/http/authzen/metadata.ts';
import { embeddedDatabase } from '../support/database.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type World } from '../support/world.ts';

let world: World;
let cloud: Minted;
let user: string;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  cloud = await mintOrganization(world, 'Cloud', 'coreweave');
  await cloud.project('tenant-prod');
  await cloud.project('tenant-dev');
  user = (await cloud.member('Dana', { projects: [{ project: 'tenant-prod', role: 'namespace-user' }] }))
    .email;
});

const asked = (
  id: string,
  action: string,
  resource: Question['resource'] = { type: 'project', id: 'tenant-prod' },
): Question => ({ organization: cloud.organization, subject: { type: 'user', id }, action, resource });

const allowed = async (...questions: Question[]) =>
  (await decide(world.db, questions)).map((answer) => answer.allowed);

describe('opaque catalogue names are asked for and found whole', () => {
  test('a whole name decides in a namespace, and in a thing that is there', async () => {
    const pod = { type: 'pod', id: 'web-1', project: 'tenant-prod' };
    expect(
      await allowed(
        asked(user, 'r:pods'),
        asked(user, 'w:services'),
        asked(user, 'w:pods'),
        asked(user, 'w:full'),
        asked(user, 'r:pods', pod),
        asked(user, 'w:pods', pod),
        asked(user, 'r:pods', { ...pod, project: 'tenant-dev' }),
        asked(user, 'r:pods', { type: 'pod', id: 'web-1' }),
        asked(user, 'r:nonsense'),
        asked(user, 'read'),
      ),
    ).toEqual([true, true, false, false, true, false, false, false, false, false]);
  });

  test('w:full carries every w:, and nothing else', async () => {
    const owner = cloud.admin.email;
    expect(
      await allowed(
        asked(owner, 'w:full'),
        asked(owner, 'w:pods'),
        asked(owner, 'w:secrets'),
        asked(owner, 'r:pods'),
      ),
    ).toEqual([true, true, true, true]);
    const found = await searchSubjects(world.db, {
      organization: cloud.organization,
      subject: { type: 'user' },
      action: 'w:pods',
      resource: { type: 'project', id: 'tenant-prod' },
      limit: 10,
    });
    expect(found.results).toEqual([{ type: 'user', id: owner }]);
  });

  test('an action search answers with whole names, and with bare ones for what Rollcall itself guards', async () => {
    const search = async (resource: Question['resource']) =>
      (
        await searchActions(world.db, {
          organization: cloud.organization,
          subject: { type: 'user', id: user },
          resource,
          limit: 100,
        })
      ).results.map(({ name }) => name);
    const names = await search({ type: 'project', id: 'tenant-prod' });
    expect(names).toEqual([
      ...['pods', 'secrets', 'services', 'storage', 'virtual-servers'].map((name) => `r:${name}`),
      ...['secrets', 'services', 'storage', 'virtual-servers'].map((name) => `w:${name}`),
    ]);
    expect(await allowed(...names.map((name) => asked(user, name)))).toEqual(names.map(() => true));
    expect(await search({ type: 'members', id: 'all' })).toEqual([]);
  });
});

test('CW-33 CW-34 a token has its own grants: what happens to its member changes none of its decisions', async () => {
  const admin = await world.as(cloud.admin);
  const organizationId = cloud.id;
  const member = { email: user };
  await createOrganizationToken(admin, {
    organizationId,
    name: 'deploy',
    member,
    projects: [{ project: 'tenant-dev', role: 'namespace-user' }],
  });
  const token = (action: string, project: string): Question => ({
    ...asked(user, action, { type: 'project', id: project }),
    subject: { type: 'token', id: 'deploy' },
  });
  const all = () =>
    allowed(token('w:services', 'tenant-dev'), token('r:pods', 'tenant-prod'), token('w:pods', 'tenant-dev'));
  expect(await all()).toEqual([true, false, false]);
  await giveGrant(admin, { organizationId, person: member, project: 'tenant-dev', role: 'namespace-user' });
  expect(await all()).toEqual([true, false, false]);
  await deactivateToken(admin, { organizationId, name: 'deploy' });
  const [answer] = await decide(world.db, [token('w:services', 'tenant-dev')]);
  expect(answer).toEqual({ allowed: false, reason: 'deactivated', path: [] });
  await reactivateToken(admin, { organizationId, name: 'deploy' });
  expect(await all()).toEqual([true, false, false]);
});

test('of an organization that is not there nothing is known', async () => {
  const gone = { ...cloud.organization, id: '00000000-0000-7000-8000-000000000000' };
  const [answer] = await decide(world.db, [{ ...asked(cloud.admin.email, 'r:pods'), organization: gone }]);
  expect(answer).toEqual({ allowed: false, reason: 'unknown-subject', path: [] });
});

test('the metadata stands where the address says: its well-known part comes before its path', async () => {
  const routes = metadataRoutes('https://example.com/tools/rollcall/');
  const answer = await routes.request('/.well-known/authzen-configuration/tools/rollcall');
  expect(await answer.json()).toMatchObject({
    policy_decision_point: 'https://example.com/tools/rollcall',
    search_action_endpoint: 'https://example.com/tools/rollcall/access/v1/search/action',
  });
  expect((await routes.request('/.well-known/authzen-configuration')).status).toBe(200);
  expect((await routes.request('/.well-known/authzen-configuration/else')).status).toBe(404);
});
