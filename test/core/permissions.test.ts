import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate, permissionsAt, rolesAt } from '../../src/core/access/evaluate.ts';
import { expireGrants, expireRoles } from '../../src/core/grant/expire.ts';
import { giveGrant } from '../../src/core/grant/give.ts';
import { listInvitations } from '../../src/core/invitation/list.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { listMembers } from '../../src/core/member/list.ts';
import { leaveOrganization } from '../../src/core/member/remove.ts';
import { deactivateMember, reactivateMember } from '../../src/core/member/set-state.ts';
import { createProject } from '../../src/core/project/create.ts';
import { listProjects } from '../../src/core/project/list.ts';
import { setDefaultRole } from '../../src/core/project/set-default-role.ts';
import { approveRequest } from '../../src/core/request/decide.ts';
import { openRequest } from '../../src/core/request/open.ts';
import { identify } from '../../src/core/user/identify.ts';
import { embeddedDatabase } from '../support/database.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../support/world.ts';

let world: World;
let acme: Minted;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  acme = await mintOrganization(world);
});

const may = async (person: Person, permission: string, projectId?: string): Promise<boolean> =>
  evaluate(acme.organization.model, await acme.holder(person), { permission, projectId }).length > 0;

describe('rule 1: what a member may do is the union of all that they hold', () => {
  test('rule 1: organization role, default role and grant add up, and nothing subtracts', async () => {
    const project = await acme.project('union');
    const dana = await acme.member('Dana', { projects: [{ project: 'union', role: 'read-only' }] });
    expect(await may(dana, 'flows:read', project.id)).toBe(true);
    expect(await may(dana, 'flows:run', project.id)).toBe(false);
    await setDefaultRole(await world.as(acme.admin), {
      organizationId: acme.id,
      project: 'union',
      role: 'runner',
    });
    expect(await may(dana, 'flows:run', project.id)).toBe(true);
    const holder = await acme.holder(dana);
    expect(rolesAt(holder, project.id).map((held) => [held.through, held.role])).toEqual([
      ['organization-role', 'member'],
      ['grant', 'read-only'],
      ['default-role', 'runner'],
    ]);
    expect(permissionsAt(holder, project.id)).toEqual(
      expect.arrayContaining(['members:list', '*:read', '*:run']),
    );
  });

  test('PF-27 a default role and an own role work together as their union', async () => {
    const project = await acme.project('together');
    await setDefaultRole(await world.as(acme.admin), {
      organizationId: acme.id,
      project: 'together',
      role: 'runner',
    });
    const dana = await acme.member('Dana');
    await giveGrant(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: dana.email },
      project: 'together',
      role: 'developer',
    });
    expect(await may(dana, 'flows:run', project.id)).toBe(true);
    expect(await may(dana, 'flows:delete', project.id)).toBe(true);
  });

  test('PF-28 a grant below the default role says that it adds nothing, and takes nothing away', async () => {
    const project = await acme.project('lower');
    await setDefaultRole(await world.as(acme.admin), {
      organizationId: acme.id,
      project: 'lower',
      role: 'developer',
    });
    const dana = await acme.member('Dana');
    const given = await giveGrant(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: dana.email },
      project: 'lower',
      role: 'read-only',
    });
    expect(given).toMatchObject({ outcome: 'added', coveredBy: 'developer' });
    expect(await may(dana, 'flows:delete', project.id)).toBe(true);
  });

  test('PF-20 a grant in one project reaches no other one', async () => {
    const one = await acme.project('one');
    const two = await acme.project('two');
    const dana = await acme.member('Dana', { projects: [{ project: 'one', role: 'owner' }] });
    expect(await may(dana, 'flows:delete', one.id)).toBe(true);
    expect(await may(dana, 'flows:read', two.id)).toBe(false);
    expect(await may(dana, 'flows:read')).toBe(false);
  });

  test('PF-21 an administrator has full access to every project, later ones and closed ones included', async () => {
    const second = await acme.member('Ada', { role: 'admin' });
    const later = await acme.project('later');
    expect(await may(second, 'flows:delete', later.id)).toBe(true);
    expect(await may(second, 'grants:write', later.id)).toBe(true);
  });

  test('PF-29 without a default role members who were not added cannot enter, administrators can', async () => {
    const closed = await acme.project('closed');
    const dana = await acme.member('Dana');
    expect(await may(dana, 'flows:read', closed.id)).toBe(false);
    expect(await may(acme.admin, 'flows:read', closed.id)).toBe(true);
  });
});

test('rule 2 and PF-25: a default role is for every member of the organization, and for members alone', async () => {
  const project = await acme.project('everyone');
  await setDefaultRole(await world.as(acme.admin), {
    organizationId: acme.id,
    project: 'everyone',
    role: 'read-only',
  });
  const dana = await acme.member('Dana');
  expect(await may(dana, 'flows:read', project.id)).toBe(true);
  const robot = { ...(await acme.holder(dana)), kind: 'service-account' as const };
  expect(
    evaluate(acme.organization.model, robot, { permission: 'flows:read', projectId: project.id }),
  ).toEqual([]);
});

describe('rule 3: who is deactivated may nothing, at once', () => {
  test('rule 3: every command of theirs is refused, and reactivation brings everything back', async () => {
    await acme.project('kept');
    const dana = await acme.member('Dana', { role: 'admin', projects: [{ project: 'kept', role: 'owner' }] });
    const before = await acme.holder(dana);
    const person = { email: dana.email };
    const sam = await acme.member('Sam');
    const open = await openRequest(await world.as(sam), {
      organizationId: acme.id,
      project: 'kept',
      role: 'runner',
      reason: 'x',
    });
    await deactivateMember(await world.as(acme.admin), { organizationId: acme.id, person });
    const hers = await world.as(dana);
    const attempts = [
      createProject(hers, { organizationId: acme.id, name: 'never' }),
      listMembers(hers, acme.organization),
      listProjects(hers, acme.organization),
      listInvitations(hers, acme.organization),
      openRequest(hers, { organizationId: acme.id, role: 'member', reason: 'x' }),
      approveRequest(hers, { organizationId: acme.id, request: open.name }),
      leaveOrganization(hers, { organizationId: acme.id }),
    ];
    for (const attempt of attempts) expect((await refusal(attempt)).code).toBe('deactivated');
    expect(await may(dana, 'flows:read')).toBe(false);
    await reactivateMember(await world.as(acme.admin), { organizationId: acme.id, person });
    expect(await acme.holder(dana)).toEqual(before);
  });

  test('rule 3: who is deactivated still learns who they are, and that they are deactivated', async () => {
    const dana = await acme.member('Dana');
    await deactivateMember(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: dana.email },
    });
    const caller = await identify(world.db, dana.account, world.workspace.id, []);
    expect(caller.organizations.filter((there) => there.state)).toMatchObject([
      { slug: acme.slug, state: 'deactivated' },
    ]);
  });
});

describe('rule 4: time decides by itself, to the second, by the database’s clock', () => {
  const soon = async () => {
    const clock = await world.count(
      sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as count`,
    );
    return new Date(clock + 1200);
  };
  const passed = async (until: Date) => {
    await expect
      .poll(
        () =>
          world.count(sql`select (clock_timestamp() >= ${until.toISOString()}::timestamptz)::int as count`),
        { timeout: 5000, interval: 20 },
      )
      .toBe(1);
  };

  test('rule 4: a grant ends by itself with no job running, and the job afterwards only tidies up', async () => {
    const project = await acme.project('timed');
    const dana = await acme.member('Dana');
    const until = await soon();
    await giveGrant(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: dana.email },
      project: 'timed',
      role: 'developer',
      for: { at: until },
    });
    expect(await may(dana, 'flows:delete', project.id)).toBe(true);
    await passed(until);
    expect(await may(dana, 'flows:delete', project.id)).toBe(false);
    expect(
      await world.count(sql`select count(*) as count from grants where expires_at = ${until.toISOString()}`),
    ).toBe(1);
    const after = await acme.sequence();
    expect(await expireGrants(world.system)).toBeGreaterThanOrEqual(1);
    expect(await acme.audited(after)).toContainEqual(
      expect.objectContaining({ action: 'grant.ended', target: dana.email }),
    );
    expect(await expireGrants(world.system)).toBe(0);
  });

  test('rule 4: a grant that starts later gives nothing before', async () => {
    const project = await acme.project('upcoming');
    const dana = await acme.member('Dana');
    const from = await soon();
    await giveGrant(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: dana.email },
      project: 'upcoming',
      role: 'developer',
      from: { at: from },
    });
    expect(await may(dana, 'flows:delete', project.id)).toBe(false);
    await passed(from);
    expect(await may(dana, 'flows:delete', project.id)).toBe(true);
  });

  test('rule 4: an organization role with an end falls back to the one before by itself', async () => {
    const dana = await acme.member('Dana');
    const until = await soon();
    const changed = await changeMemberRole(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: dana.email },
      role: 'admin',
      for: { at: until },
    });
    expect(changed).toMatchObject({ before: 'member', after: 'admin', outcome: 'changed' });
    expect(await may(dana, 'invitations:write')).toBe(true);
    await passed(until);
    expect(await may(dana, 'invitations:write')).toBe(false);
    expect((await acme.holder(dana)).roles.map((held) => held.role)).toContain('member');
    const { items } = await listMembers(await world.as(acme.admin), acme.organization, { size: 100 });
    expect(items.find((item) => item.email === dana.email)).toMatchObject({ role: 'member', until: null });
    const after = await acme.sequence();
    expect(await expireRoles(world.system)).toBe(1);
    expect(await acme.audited(after)).toEqual([
      expect.objectContaining({ action: 'member.role-ended', target: dana.email }),
    ]);
    expect((await acme.holder(dana)).roles.map((held) => held.role)).toContain('member');
  });
});
