import { beforeAll, expect, test } from 'vitest';
import { checkAccess } from '../../src/core/access/check.ts';
import { giveGrant } from '../../src/core/grant/give.ts';
import { deactivateMember } from '../../src/core/member/set-state.ts';
import { setDefaultRole } from '../../src/core/project/set-default-role.ts';
import { approveRequest } from '../../src/core/request/decide.ts';
import { openRequest } from '../../src/core/request/open.ts';
import { addResource } from '../../src/core/resource/add.ts';
import { embeddedDatabase } from '../support/database.ts';
import { customRole, type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../support/world.ts';

let world: World;
let acme: Minted;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  acme = await mintOrganization(world);
  await acme.project('etl');
});

const check = async (
  by: Person,
  permission: string,
  more: { project?: string; resource?: string; person?: Person } = {},
) =>
  checkAccess(await world.as(by), acme.organization, {
    permission,
    project: more.project,
    resource: more.resource,
    person: more.person && { email: more.person.email },
  });

test('a check says which roles allow it, by which request and hand, and until when', async () => {
  const dana = await acme.member('Dana');
  const opened = await openRequest(await world.as(dana), {
    organizationId: acme.id,
    project: 'etl',
    role: 'developer',
    for: { seconds: 3600 },
    reason: 'INC-77',
  });
  const { until } = await approveRequest(await world.as(acme.admin), {
    organizationId: acme.id,
    request: opened.name,
  });
  await setDefaultRole(await world.as(acme.admin), {
    organizationId: acme.id,
    project: 'etl',
    role: 'runner',
  });
  const checked = await check(dana, 'flows:run', { project: 'etl' });
  expect(checked).toMatchObject({ allowed: true, email: dana.email, project: 'etl', because: undefined });
  expect(checked.joined).toMatchObject({ invitedBy: acme.admin.email, at: expect.any(Date) });
  expect(checked.why).toEqual([
    {
      role: 'developer',
      through: 'grant',
      project: 'etl',
      until,
      request: opened.name,
      grantedBy: acme.admin.email,
      approvedBy: [acme.admin.email],
    },
    {
      role: 'runner',
      through: 'default-role',
      project: 'etl',
      until: null,
      request: null,
      grantedBy: null,
      approvedBy: [],
    },
  ]);
  await setDefaultRole(await world.as(acme.admin), { organizationId: acme.id, project: 'etl', role: null });
});

test('a denial says which roles would allow it, the narrowest first', async () => {
  await customRole(acme, { scope: 'project', name: 'cleaner', permissions: ['flows:delete'] });
  const dana = await acme.member('Dana', { projects: [{ project: 'etl', role: 'read-only' }] });
  const checked = await check(dana, 'flows:delete', { project: 'etl' });
  expect(checked).toMatchObject({ allowed: false, because: 'no-role', why: [], operatorOnly: false });
  expect(checked.wouldAllow).toEqual([
    { role: 'cleaner', scope: 'project' },
    { role: 'developer', scope: 'project' },
    { role: 'owner', scope: 'project' },
    { role: 'admin', scope: 'organization' },
  ]);
});

test('a denial without a project names the projects where it is allowed', async () => {
  const dana = await acme.member('Dana', { projects: [{ project: 'etl', role: 'runner' }] });
  const checked = await check(dana, 'flows:run');
  expect(checked).toMatchObject({ allowed: false, allowedIn: ['etl'] });
  expect(checked.wouldAllow).toEqual([{ role: 'admin', scope: 'organization' }]);
});

test('a deactivated member is denied for that reason alone', async () => {
  const dana = await acme.member('Dana', { role: 'admin' });
  await deactivateMember(await world.as(acme.admin), {
    organizationId: acme.id,
    person: { email: dana.email },
  });
  const checked = await check(acme.admin, 'flows:run', { person: dana });
  expect(checked).toMatchObject({ allowed: false, because: 'deactivated' });
  expect((await refusal(check(dana, 'flows:run'))).code).toBe('deactivated');
});

test('everybody checks themselves, others only who may read members, and nobody learns who is a member', async () => {
  await customRole(acme, { scope: 'organization', name: 'nothing', permissions: [] });
  const quiet = await acme.member('Qi', { role: 'nothing' });
  const dana = await acme.member('Dana');
  expect(await check(quiet, 'flows:read', { person: quiet })).toMatchObject({ allowed: false });
  const somebody = await refusal(check(quiet, 'flows:read', { person: dana }));
  const nobody = await refusal(check(quiet, 'flows:read', { person: world.stranger('No') }));
  expect(somebody.code).toBe('forbidden');
  expect(nobody).toEqual(somebody);
  expect(await check(dana, 'flows:read', { person: quiet })).toMatchObject({ allowed: false });
});

test('an unknown permission, a project out of sight and another organization’s member are refused', async () => {
  const dana = await acme.member('Dana');
  expect((await refusal(check(dana, 'flows'))).field).toBe('permission');
  expect((await refusal(check(dana, 'rollcall:everything'))).field).toBe('permission');
  expect((await refusal(check(dana, 'flows:read', { project: 'etl' }))).code).toBe('not-found');
  const globex = await mintOrganization(world, 'Globex');
  const theirs = await refusal(check(acme.admin, 'flows:read', { person: globex.admin }));
  const nobody = world.stranger('No');
  const none = await refusal(check(acme.admin, 'flows:read', { person: nobody }));
  expect(theirs.code).toBe('not-found');
  expect(theirs.message.replace(globex.admin.email, '')).toBe(none.message.replace(nobody.email, ''));
});

test('a registered thing is checked where it is registered, and as its owner’s own', async () => {
  await acme.project('lab');
  await customRole(acme, { scope: 'project', name: 'keeper', permissions: ['flows:delete:own'] });
  const dana = await acme.member('Dana', { projects: [{ project: 'etl', role: 'keeper' }] });
  const as = await world.as(acme.admin);
  const owner = { email: dana.email };
  await addResource(as, { organizationId: acme.id, type: 'flows', name: 'hers', owner, project: 'etl' });
  await addResource(as, { organizationId: acme.id, type: 'flows', name: 'other', project: 'etl' });
  await addResource(as, { organizationId: acme.id, type: 'flows', name: 'away', owner, project: 'lab' });
  const mine = await check(dana, 'flows:delete', { resource: 'hers', project: 'lab' });
  expect(mine).toMatchObject({
    allowed: true,
    project: 'etl',
    resource: { type: 'flows', name: 'hers', own: true },
  });
  expect(await check(dana, 'flows:delete', { resource: 'flows:other' })).toMatchObject({
    allowed: false,
    resource: { own: false },
  });
  const hidden = await refusal(check(dana, 'flows:delete', { resource: 'away' }));
  const missing = await refusal(check(dana, 'flows:delete', { resource: 'axay' }));
  expect(hidden).toMatchObject({ code: 'not-found', field: 'resource' });
  expect(hidden.message.replace('away', '')).toBe(missing.message.replace('axay', ''));
});

test('a grant that starts later or has ended is in no chain', async () => {
  const dana = await acme.member('Dana', { projects: [{ project: 'etl', role: 'read-only' }] });
  await giveGrant(await world.as(acme.admin), {
    organizationId: acme.id,
    person: { email: dana.email },
    project: 'etl',
    role: 'developer',
    from: { seconds: 3600 },
  });
  expect(await check(dana, 'flows:delete', { project: 'etl' })).toMatchObject({ allowed: false });
});
