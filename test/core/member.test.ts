import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { giveGrant } from '../../src/core/grant/give.ts';
import { acceptInvitation } from '../../src/core/invitation/accept.ts';
import { sendInvitations } from '../../src/core/invitation/send.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { listMembers, showMember } from '../../src/core/member/list.ts';
import { leaveOrganization, removeMember } from '../../src/core/member/remove.ts';
import { setExternalId } from '../../src/core/member/set-external-id.ts';
import { deactivateMember } from '../../src/core/member/set-state.ts';
import { connectOrganization } from '../../src/core/organization/connect.ts';
import { createOrganization } from '../../src/core/organization/create.ts';
import { overviewOf } from '../../src/core/organization/overview.ts';
import { setSetting } from '../../src/core/organization/set-setting.ts';
import { createProject } from '../../src/core/project/create.ts';
import { deleteProject } from '../../src/core/project/delete.ts';
import { listProjects, showProject } from '../../src/core/project/list.ts';
import { approveRequest } from '../../src/core/request/decide.ts';
import { openRequest } from '../../src/core/request/open.ts';
import { showRequest } from '../../src/core/request/show.ts';
import { identify } from '../../src/core/user/identify.ts';
import { embeddedDatabase } from '../support/database.ts';
import { asOperator } from '../support/operators.ts';
import { invite, type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../support/world.ts';

let world: World;
let acme: Minted;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  acme = await mintOrganization(world);
  await acme.project('etl');
});

const who = (person: Person, more: object = {}) => ({
  organizationId: acme.id,
  person: { email: person.email },
  ...more,
});
const ines = () => world.as(acme.admin);

describe('organizations', () => {
  test('PF-01 and PF-02 there are roles of the organization and roles of its projects', async () => {
    const roles = acme.organization.model.roles;
    const named = (scope: string) => roles.filter((role) => role.scope === scope).map((role) => role.name);
    expect(named('organization')).toEqual(['admin', 'member']);
    expect(named('project')).toEqual(['owner', 'developer', 'runner', 'read-only']);
    expect((await acme.holder(acme.admin)).roles[0]).toMatchObject({
      through: 'organization-role',
      role: 'admin',
      administers: true,
    });
  });

  test('PF-04 a person may be in several organizations and create a new one', async () => {
    const globex = await mintOrganization(world, 'Globex');
    const dana = await acme.member('Dana');
    await invite(globex, dana.email);
    await acceptInvitation(world.system, { token: await globex.token(dana.email) });
    const own = await createOrganization(await world.as(dana), {
      name: `Own of ${dana.email}`,
      workspace: world.workspace,
    });
    const caller = await identify(world.db, dana.account, world.workspace.id, []);
    const mine = caller.organizations.filter((organization) => organization.state === 'active');
    expect(mine.map(({ slug, role }) => [slug, role]).sort()).toEqual(
      [
        [acme.slug, 'member'],
        [globex.slug, 'member'],
        [own.slug, 'admin'],
      ].sort(),
    );
  });

  test('an organization’s slug is taken once, and only a linked account creates one', async () => {
    const again = createOrganization(await ines(), {
      name: 'Acme',
      slug: acme.slug,
      workspace: world.workspace,
    });
    expect(await refusal(again)).toMatchObject({ code: 'taken', field: 'slug' });
    const stranger = createOrganization(await world.as(world.stranger('No')), {
      name: 'No',
      workspace: world.workspace,
    });
    expect((await refusal(stranger)).code).toBe('not-linked');
    const closed = createWorld(world.database, { ...world.installation, createOrganizations: 'operators' });
    const ctx = { ...(await ines()), installation: closed.installation };
    const refused = createOrganization(ctx, { name: 'Second', workspace: world.workspace });
    expect((await refusal(refused)).code).toBe('forbidden');
  });

  test('only an administrator connects an organization to the workspace they are in', async () => {
    const elsewhere = { id: 'T-ELSEWHERE', name: 'Elsewhere' };
    const connect = async (person: Person, slug: string) =>
      connectOrganization(await world.as(person), { slug, workspace: elsewhere });
    const plain = await acme.member('Plain');
    const [byMember, unknown] = [
      await refusal(connect(plain, acme.slug)),
      await refusal(connect(plain, 'no-such')),
    ];
    expect(byMember.code).toBe('not-found');
    expect(byMember.message.replace(acme.slug, '')).toBe(unknown.message.replace('no-such', ''));
    expect(await connect(acme.admin, acme.slug)).toEqual({ name: 'Acme', already: false });
    expect(await connect(acme.admin, acme.slug)).toEqual({ name: 'Acme', already: true });
  });

  test('PF-05 the overview counts for every member, and offers what they may do', async () => {
    const here = await mintOrganization(world, 'View');
    await here.project('one');
    const plain = await here.member('Plain');
    await invite(here, 'open@example.com');
    await openRequest(await world.as(plain), {
      organizationId: here.id,
      project: 'one',
      role: 'runner',
      reason: 'x',
    });
    const seen = await overviewOf(await world.as(plain), here.organization);
    expect(seen).toEqual({
      members: 2,
      invitations: 1,
      admins: 1,
      projects: 1,
      namespace: null,
      pendingRequests: 1,
      role: 'member',
      may: { invite: false, readAudit: false, settings: false, createProjects: false },
    });
    expect((await overviewOf(await world.as(here.admin), here.organization)).may.invite).toBe(true);
  });
});

describe('members', () => {
  test('PF-08 every member sees who is there, page by page; a stranger sees nothing', async () => {
    const here = await mintOrganization(world, 'List');
    const people = [];
    for (const name of ['A', 'B', 'C', 'D']) people.push(await here.member(name));
    await deactivateMember(await world.as(here.admin), {
      organizationId: here.id,
      person: { email: people[0]?.email ?? '' },
    });
    const reader = await world.as(people[1] as Person);
    const first = await listMembers(reader, here.organization, { size: 3 });
    const second = await listMembers(reader, here.organization, { size: 3, after: first.next });
    expect([...first.items, ...second.items].map((item) => item.email)).toEqual(
      [here.admin, ...people].map((person) => person.email).sort(),
    );
    expect(second.next).toBeUndefined();
    expect([...first.items, ...second.items].filter((item) => item.state === 'deactivated')).toHaveLength(1);
    expect((await refusal(listMembers(await ines(), here.organization))).code).toBe('not-found');
  });

  test('PF-13 an administrator changes a member’s role, for good or for a time, and takes it away', async () => {
    const dana = await acme.member('Dana');
    const set = async (role: string | null, more: object = {}) =>
      changeMemberRole(await ines(), {
        organizationId: acme.id,
        person: { email: dana.email },
        role,
        ...more,
      });
    expect(await set('admin')).toMatchObject({ before: 'member', after: 'admin', outcome: 'changed' });
    const before = await acme.sequence();
    expect(await set('admin')).toMatchObject({ outcome: 'same' });
    expect(await acme.sequence()).toBe(before);
    expect((await set('member', { for: { seconds: 3600 } })).until).toBeInstanceOf(Date);
    expect((await acme.holder(dana)).roles[0]).toMatchObject({ role: 'member' });
    expect(await set(null)).toMatchObject({ after: null, outcome: 'changed' });
    expect((await acme.holder(dana)).roles).toEqual([]);
    expect((await refusal(set(null, { for: { seconds: 3600 } }))).field).toBe('for');
    expect(await refusal(set('amdin'))).toMatchObject({ field: 'role', near: ['admin'] });
  });

  test('a member hears by direct message when somebody else changes what they have, not when they do', async () => {
    const dana = await acme.member('Dana');
    const told = () =>
      world.count(sql`select count(*) as count from messages where recipient = ${dana.account.externalId}`);
    const before = await told();
    await changeMemberRole(await ines(), who(dana, { role: 'admin' }) as never);
    expect(await told()).toBe(before + 1);
    await giveGrant(await world.as(dana), who(dana, { project: 'etl', role: 'runner' }) as never);
    expect(await told()).toBe(before + 1);
  });

  test('an external id belongs to one member, and names can be seen by who may read members', async () => {
    const [dana, sam] = [await acme.member('Dana'), await acme.member('Sam')];
    await setExternalId(await ines(), {
      organizationId: acme.id,
      person: { email: dana.email },
      externalId: 'e-77',
    });
    const again = setExternalId(await ines(), {
      organizationId: acme.id,
      person: { email: sam.email },
      externalId: 'e-77',
    });
    expect((await refusal(again)).code).toBe('taken');
    const shown = await showMember(await world.as(sam), acme.organization, { email: dana.email });
    expect(shown.accounts).toMatchObject([{ externalId: dana.account.externalId }]);
    expect(await showMember(await ines(), acme.organization, { account: dana.account })).toMatchObject({
      holder: { email: dana.email },
    });
  });
});

describe('rule 12: removal ends a membership', () => {
  test('rule 12: access, sent invitations and open requests go, the audit stays, a new invitation starts from nothing', async () => {
    const dana = await acme.member('Dana', { role: 'admin', projects: [{ project: 'etl', role: 'owner' }] });
    const guest = world.stranger('Guest').email;
    await sendInvitations(await world.as(dana), { organizationId: acme.id, emails: [guest] });
    const ask = async (role: string) =>
      openRequest(await world.as(dana), { organizationId: acme.id, project: 'etl', role, reason: 'x' });
    const [open, approved] = [await ask('developer'), await ask('runner')];
    await approveRequest(await ines(), { organizationId: acme.id, request: approved.name });
    await setExternalId(await ines(), {
      organizationId: acme.id,
      person: { email: dana.email },
      externalId: `x-${dana.email}`,
    });
    const id = await acme.userId(dana.email);
    const before = await acme.sequence();
    expect(
      await removeMember(await ines(), { organizationId: acme.id, person: { email: dana.email } }),
    ).toMatchObject({
      invitations: 1,
      requests: 1,
    });
    expect((await acme.audited(before)).map((event) => event.action).sort()).toEqual([
      'invitation.revoked',
      'member.removed',
      'request.cancelled',
      'request.ended',
    ]);
    expect(await world.count(sql`select count(*) as count from grants where principal_id = ${id}`)).toBe(0);
    expect(
      (await refusal(acceptInvitation(world.system, { token: await acme.token(guest) }))).facts.state,
    ).toBe('revoked');
    const hers = await world.as(dana);
    expect((await refusal(listMembers(hers, acme.organization))).code).toBe('not-member');
    const stateOf = async (name: string) =>
      (await showRequest(await ines(), acme.organization, name)).request.state;
    expect([await stateOf(open.name), await stateOf(approved.name)]).toEqual(['cancelled', 'ended']);
    await invite(acme, dana.email);
    await acceptInvitation(world.system, { token: await acme.token(dana.email) });
    const again = await acme.holder(dana);
    expect(again).toMatchObject({ id, state: 'active' });
    expect(again.roles.map((held) => `${held.through} ${held.role}`)).toEqual(['organization-role member']);
    expect(
      (await acme.audited()).some((event) => event.sequence <= before && event.target === dana.email),
    ).toBe(true);
  });

  test('a member leaves by themselves, and is then as gone as one who was removed', async () => {
    const dana = await acme.member('Dana', { projects: [{ project: 'etl', role: 'runner' }] });
    await leaveOrganization(await world.as(dana), { organizationId: acme.id });
    expect((await acme.holder(dana)).roles).toEqual([]);
    expect((await refusal(leaveOrganization(await world.as(dana), { organizationId: acme.id }))).code).toBe(
      'not-member',
    );
    expect(
      (await refusal(removeMember(await ines(), { organizationId: acme.id, person: { email: dana.email } })))
        .code,
    ).toBe('not-found');
  });
});

describe('projects', () => {
  test('PF-06 members see the projects that they have access to, administrators see all', async () => {
    const here = await mintOrganization(world, 'Seen');
    for (const name of ['a', 'b', 'c']) await here.project(name);
    const dana = await here.member('Dana', { projects: [{ project: 'b', role: 'read-only' }] });
    const names = async (person: Person) =>
      (await listProjects(await world.as(person), here.organization)).items.map((item) => item.name);
    expect(await names(dana)).toEqual(['b']);
    expect(await names(here.admin)).toEqual(['a', 'b', 'c']);
    expect((await refusal(showProject(await world.as(dana), here.organization, 'a'))).code).toBe('not-found');
    expect((await showProject(await world.as(dana), here.organization, 'b')).people).toMatchObject([
      { email: dana.email, role: 'read-only' },
      { email: here.admin.email, role: 'owner' },
    ]);
  });

  test('PF-07 only an administrator creates projects, and owns what they create', async () => {
    const ops = await createProject(await ines(), { organizationId: acme.id, name: 'ops' });
    expect(ops.roles).toEqual(['owner']);
    const refuse = async (name: string) =>
      refusal(createProject(await ines(), { organizationId: acme.id, name }));
    expect((await refuse('ops')).code).toBe('taken');
    for (const name of ['Ops', 'ops_1', '-ops', 'x'.repeat(64), ''])
      expect((await refuse(name)).field).toBe('project');
  });

  test('PF-03 the limit on projects is named when it is reached', async () => {
    const here = await mintOrganization(world, 'Few');
    const operator = await asOperator(world, here.admin);
    await setSetting(operator, {
      organizationId: here.id,
      key: 'projects-limit',
      value: '1',
      workspaceId: '',
    });
    await here.project('one');
    const second = createProject(operator, { organizationId: here.id, name: 'two' });
    expect(await refusal(second)).toMatchObject({ code: 'limit', facts: { key: 'projects-limit' } });
    await deleteProject(operator, { organizationId: here.id, project: 'one' });
    await here.project('two');
  });

  test('a deleted project takes its access with it, cancels what was asked for and ends what was given', async () => {
    const here = await mintOrganization(world, 'Gone');
    await here.project('etl');
    const dana = await here.member('Dana', { projects: [{ project: 'etl', role: 'read-only' }] });
    const ask = async (role: string) =>
      openRequest(await world.as(dana), { organizationId: here.id, project: 'etl', role, reason: 'x' });
    const [open, approved] = [await ask('developer'), await ask('runner')];
    const ctx = await world.as(here.admin);
    await approveRequest(ctx, { organizationId: here.id, request: approved.name });
    expect(await deleteProject(ctx, { organizationId: here.id, project: 'etl' })).toEqual({
      name: 'etl',
      grants: 3,
      requests: 1,
    });
    const shown = async (name: string) =>
      (await showRequest(await world.as(dana), here.organization, name)).request;
    expect(await shown(open.name)).toMatchObject({ state: 'cancelled', project: 'etl' });
    expect(await shown(approved.name)).toMatchObject({ state: 'ended', project: 'etl' });
    expect((await here.holder(dana)).roles.map((held) => held.role)).toEqual(['member']);
  });
});
