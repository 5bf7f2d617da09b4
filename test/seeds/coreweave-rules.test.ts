import { beforeAll, describe, expect, test } from 'vitest';
import { checkAccess } from '../../src/core/access/check.ts';
import { evaluate } from '../../src/core/access/evaluate.ts';
import { coreweave } from '../../src/core/access/models/coreweave.ts';
import { giveGrant } from '../../src/core/grant/give.ts';
import { revokeGrants } from '../../src/core/grant/revoke.ts';
import { acceptInvitation } from '../../src/core/invitation/accept.ts';
import { sendInvitations } from '../../src/core/invitation/send.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { finishOffboarding, openOffboarding } from '../../src/core/member/offboard.ts';
import { deactivateMember, reactivateMember } from '../../src/core/member/set-state.ts';
import { overviewOf } from '../../src/core/organization/overview.ts';
import { createProject } from '../../src/core/project/create.ts';
import { deleteProject } from '../../src/core/project/delete.ts';
import { approveRequest } from '../../src/core/request/decide.ts';
import { createOrganizationToken } from '../../src/core/token/create-organization.ts';
import { deactivateToken, reactivateToken } from '../../src/core/token/set-state.ts';
import { embeddedDatabase } from '../support/database.ts';
import { type Access, type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../support/world.ts';

let world: World;
let here: Minted;
let olga: Person;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database, { operators: ['olga@operators.example'] });
  olga = world.stranger('Olga');
  await world.link(olga, 'olga@operators.example');
  here = await mintOrganization(world, 'Cloud', 'coreweave');
  for (const name of ['tenant-prod', 'tenant-dev']) await here.project(name);
});

const nothing: Access = { projects: [] };
const may = async (person: Person, permission: string, project: string) =>
  evaluate(coreweave, await here.holder(person), {
    permission,
    projectId: (await projectIds()).get(project),
  }).length > 0;
const projectIds = async () =>
  new Map(
    (await world.db.query.projects.findMany({ where: (p, { eq }) => eq(p.organizationId, here.id) })).map(
      ({ name, id }) => [name, id],
    ),
  );
const give = async (by: Person, to: Person, project: string, role: string) =>
  giveGrant(await world.as(by), { organizationId: here.id, person: { email: to.email }, project, role });
const rolesOf = async (person: Person) =>
  (await here.holder(person)).roles
    .filter(({ through }) => through === 'grant')
    .map(({ project, role }) => `${project}:${role}`)
    .sort();
const invited = async (name: string, more: object = {}): Promise<Person> => {
  const person = world.stranger(name);
  await sendInvitations(await world.as(here.admin), {
    organizationId: here.id,
    emails: [person.email],
    ...more,
  });
  return person;
};
const accept = async (person: Person) => {
  await acceptInvitation(world.system, { token: await here.token(person.email) });
  await world.link(person);
  return person;
};

describe('CoreWeave: the rules beneath the chat', () => {
  test('CW-01 an organization without namespaces stands, and its overview says that it has none', async () => {
    const empty = await mintOrganization(world, 'Empty', 'coreweave');
    expect((await overviewOf(await world.as(empty.admin), empty.organization)).projects).toBe(0);
  });

  test('CW-46 CW-48 w:full implies every w: and no r:; namespace-user is all but w:pods and w:full', async () => {
    const person = await here.member('Full', nothing);
    await give(olga, person, 'tenant-prod', 'namespace-owner');
    for (const resource of ['pods', 'services', 'secrets', 'storage', 'virtual-servers']) {
      expect(await may(person, `w:${resource}`, 'tenant-prod')).toBe(true);
      expect(await may(person, `r:${resource}`, 'tenant-prod')).toBe(false);
      expect(await may(person, `w:${resource}`, 'tenant-dev')).toBe(false);
    }
    const user = await here.member('User', nothing);
    await give(here.admin, user, 'tenant-dev', 'namespace-user');
    for (const resource of ['services', 'secrets', 'storage', 'virtual-servers']) {
      expect(await may(user, `w:${resource}`, 'tenant-dev')).toBe(true);
      expect(await may(user, `r:${resource}`, 'tenant-dev')).toBe(true);
    }
    expect(await may(user, 'r:pods', 'tenant-dev')).toBe(true);
    expect(await may(user, 'w:pods', 'tenant-dev')).toBe(false);
    expect(await may(user, 'w:full', 'tenant-dev')).toBe(false);
  });

  test('CW-48 names are opaque: what is not in the catalogue is refused, whatever it looks like', async () => {
    for (const permission of ['w:*', '*:pods', 'w', 'r:full', 'w:gpus', '']) {
      const asked = checkAccess(await world.as(here.admin), here.organization, {
        permission,
        project: 'tenant-prod',
      });
      expect((await refusal(asked)).code, permission).toBe('invalid');
    }
  });

  test('CW-08 nothing makes an administrator by itself: not an invitation, not every namespace', async () => {
    const person = await accept(await invited('Inherits'));
    await give(olga, person, 'tenant-prod', 'namespace-owner');
    await give(olga, person, 'tenant-dev', 'namespace-owner');
    const holder = await here.holder(person);
    expect(holder.roles.some((held) => held.administers)).toBe(false);
    const grant = giveGrant(await world.as(person), {
      organizationId: here.id,
      person: { email: person.email },
      project: 'tenant-prod',
      role: 'namespace-user',
    });
    expect((await refusal(grant)).code).toBe('forbidden');
  });

  test('CW-16 what is inherited is a snapshot of the invitation: what the inviter gains later does not leak, what is gone is not given', async () => {
    const late = await invited('Late');
    await here.project('tenant-later');
    await accept(late);
    expect(await rolesOf(late)).toEqual(['tenant-dev:namespace-user', 'tenant-prod:namespace-user']);
    const gone = await invited('Gone');
    await deleteProject(await world.as(here.admin), { organizationId: here.id, project: 'tenant-later' });
    await accept(gone);
    expect(await rolesOf(gone)).toEqual(['tenant-dev:namespace-user', 'tenant-prod:namespace-user']);
  });

  test('CW-15 what ends for the inviter is not inherited: it would not end for the invited', async () => {
    const brief = await mintOrganization(world, 'Brief', 'coreweave');
    await brief.project('tenant-lasting');
    const second = await brief.member('Second', nothing);
    const person = { email: second.email };
    await changeMemberRole(await world.as(olga), { organizationId: brief.id, person, role: 'admin' });
    await brief.project('tenant-brief');
    await giveGrant(await world.as(brief.admin), {
      organizationId: brief.id,
      person,
      project: 'tenant-brief',
      role: 'namespace-user',
      for: { seconds: 3600 },
    });
    const sent = await sendInvitations(await world.as(second), {
      organizationId: brief.id,
      emails: ['heir@example.com'],
    });
    expect(sent.projects).toEqual([{ name: 'tenant-lasting', role: 'namespace-user' }]);
  });

  test('CW-16 CW-18 an inviter who is deactivated by then gives the base membership alone', async () => {
    const second = await here.member('Second', nothing);
    await changeMemberRole(await world.as(olga), {
      organizationId: here.id,
      person: { email: second.email },
      role: 'admin',
    });
    expect(await rolesOf(second)).toEqual([
      'tenant-dev:namespace-owner',
      'tenant-dev:namespace-user',
      'tenant-prod:namespace-owner',
      'tenant-prod:namespace-user',
    ]);
    const person = world.stranger('Orphan');
    const sent = await sendInvitations(await world.as(second), {
      organizationId: here.id,
      emails: [person.email],
    });
    expect(sent.projects.map(({ name, role }) => `${name}:${role}`).sort()).toEqual([
      'tenant-dev:namespace-user',
      'tenant-prod:namespace-user',
    ]);
    await deactivateMember(await world.as(here.admin), {
      organizationId: here.id,
      person: { email: second.email },
    });
    const accepted = await acceptInvitation(world.system, { token: await here.token(person.email) });
    expect(accepted).toMatchObject({ member: { role: 'member' }, projects: [] });
  });

  test('CW-47 the creator of a namespace holds both roles there; a name is taken once, default and kube-* never', async () => {
    const { roles } = await createProject(await world.as(here.admin), {
      organizationId: here.id,
      name: 'tenant-mine',
    });
    expect([...roles].sort()).toEqual(['namespace-owner', 'namespace-user']);
    const other = await mintOrganization(world, 'Other', 'coreweave');
    const make = async (name: string) =>
      createProject(await world.as(other.admin), { organizationId: other.id, name });
    const refused = [];
    for (const name of ['tenant-mine', 'default', 'kube-system', 'kube-anything']) {
      const { code, message } = await refusal(make(name));
      expect(code).toBe('taken');
      refused.push(message.replace(name, ''));
    }
    expect(new Set(refused).size).toBe(1);
  });

  test('CW-31 reactivation restores role, grants and their ends exactly', async () => {
    const person = await here.member('Frozen', nothing);
    await give(here.admin, person, 'tenant-prod', 'namespace-user');
    await giveGrant(await world.as(here.admin), {
      organizationId: here.id,
      person: { email: person.email },
      project: 'tenant-dev',
      role: 'namespace-user',
      for: { seconds: 3600 },
    });
    const before = await here.holder(person);
    const at = { organizationId: here.id, person: { email: person.email } };
    await deactivateMember(await world.as(here.admin), at);
    expect(await may(person, 'r:pods', 'tenant-prod')).toBe(false);
    await reactivateMember(await world.as(here.admin), at);
    expect(await here.holder(person)).toEqual(before);
  });

  test('CW-38 the operator’s last step is refused while an earlier one is undone again', async () => {
    const person = await here.member('Leaves', nothing);
    const at = { organizationId: here.id, person: { email: person.email } };
    expect((await refusal(finishOffboarding(await world.as(here.admin), at))).code).toBe('not-found');
    const by = await world.as(here.admin);
    await createOrganizationToken(by, { organizationId: here.id, name: 'leaves-ci', member: at.person });
    const token = { organizationId: here.id, name: 'leaves-ci' };
    await openOffboarding(by, at);
    await deactivateToken(by, token);
    const { asked } = await finishOffboarding(by, at);
    const approve = async (request: string | null) =>
      approveRequest(await world.as(olga), { organizationId: here.id, request: request ?? '' });
    await reactivateToken(by, token);
    expect((await refusal(approve(asked))).code).toBe('wrong-state');
    await deactivateToken(by, token);
    await reactivateMember(by, at);
    expect((await refusal(approve(asked))).message).toContain('cancelled');
    expect((await here.holder(person)).state).toBe('active');
    expect((await refusal(finishOffboarding(by, at))).message).toContain('was reactivated, which ended');
    await openOffboarding(by, at);
    await approve((await finishOffboarding(by, at)).asked);
    expect((await here.holder(person)).state).toBe('removed');
  });

  test('CW-43 taking one namespace away leaves the others; what operators gave is taken away by an administrator too', async () => {
    const person = await here.member('Two', nothing);
    for (const project of ['tenant-prod', 'tenant-dev']) {
      await give(here.admin, person, project, 'namespace-user');
    }
    await give(olga, person, 'tenant-prod', 'pod-writer');
    await revokeGrants(await world.as(here.admin), {
      organizationId: here.id,
      person: { email: person.email },
      project: 'tenant-prod',
    });
    expect(await rolesOf(person)).toEqual(['tenant-dev:namespace-user']);
  });
});
