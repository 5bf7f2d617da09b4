import { and, eq, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { giveGrant } from '../../src/core/grant/give.ts';
import { planReplacement, replaceAccess } from '../../src/core/grant/replace.ts';
import { editableAccess } from '../../src/core/grant/whole.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { deactivateMember } from '../../src/core/member/set-state.ts';
import { createOrganization } from '../../src/core/organization/create.ts';
import { createProject } from '../../src/core/project/create.ts';
import { grants, projects, roles } from '../../src/db/schema/index.ts';
import { serverDatabase } from '../support/database.ts';
import { customRole, type Minted, mintOrganization } from '../support/organization.ts';
import {
  atOnce,
  createWorld,
  fulfilled,
  type Person,
  refusal,
  refusals,
  type World,
} from '../support/world.ts';

const PROJECTS = ['alpha', 'beta', 'gamma', 'delta'];

describe('CR-09: one save replaces the whole set', () => {
  let world: World;
  let acme: Minted;
  let tess: Person;
  /** Gives access in alpha and beta, and changes members; no administrator. */
  let keeper: Person;

  type Pairs = readonly (readonly [project: string, role: string | null])[];
  const wanted = (pairs: Pairs) => pairs.map(([project, role]) => ({ project, role }));
  const save = async (
    by: Person,
    pairs: Pairs,
    more: { role?: string | null; seen?: string } = {},
    to = tess,
  ) =>
    replaceAccess(await world.as(by), {
      organizationId: acme.id,
      person: { email: to.email },
      projects: wanted(pairs),
      ...more,
    });
  const whole = async (by: Person, of = tess) =>
    editableAccess(await world.as(by), acme.organization, { email: of.email });
  const has = async (person = tess) =>
    (
      await world.db
        .select({ project: projects.name, role: roles.name, until: grants.expiresAt })
        .from(grants)
        .innerJoin(
          projects,
          and(eq(projects.organizationId, grants.organizationId), eq(projects.id, grants.projectId)),
        )
        .innerJoin(roles, and(eq(roles.organizationId, grants.organizationId), eq(roles.id, grants.roleId)))
        .where(eq(grants.principalId, await acme.userId(person.email)))
    )
      .map(({ project, role, until }) => `${project}:${role}${until ? ':timed' : ''}`)
      .sort();
  const told = async (person: Person) =>
    world.count(
      sql`select count(*) from messages where notice = 'access-edited' and recipient = ${person.account.externalId}`,
    );

  beforeAll(async () => {
    world = createWorld((await serverDatabase()).database);
    acme = await mintOrganization(world);
    for (const project of PROJECTS) await acme.project(project);
    await customRole(acme, { scope: 'project', name: 'keeper', permissions: ['*:read', 'grants:write'] });
    await customRole(acme, {
      scope: 'organization',
      name: 'mover',
      permissions: ['members:list', 'members:read', 'members:write'],
    });
    tess = await acme.member('Tess');
    keeper = await acme.member('Kim', {
      role: 'mover',
      projects: [
        { project: 'alpha', role: 'keeper' },
        { project: 'beta', role: 'keeper' },
      ],
    });
  });

  test('CR-09 CW-43 what is named is there afterwards, what is not has ended, each is written down', async () => {
    await save(acme.admin, [
      ['alpha', 'developer'],
      ['beta', 'read-only'],
    ]);
    expect(await has()).toEqual(['alpha:developer', 'beta:read-only']);
    const [before, heard] = [await acme.sequence(), await told(tess)];
    const saved = await save(
      acme.admin,
      [
        ['beta', 'read-only'],
        ['gamma', 'runner'],
        ['delta', null],
      ],
      { role: null },
    );
    expect(saved).toMatchObject({
      role: { before: 'member', after: null },
      added: [{ project: 'gamma', role: 'runner' }],
      ended: [{ project: 'alpha', role: 'developer' }],
    });
    expect(await has()).toEqual(['beta:read-only', 'gamma:runner']);
    const written = (await acme.audited(before)).map(({ action, target }) => `${action} ${target}`);
    expect(written.sort()).toEqual([
      `grant.added ${tess.email}`,
      `grant.revoked ${tess.email}`,
      `member.role-changed ${tess.email}`,
    ]);
    expect(await told(tess)).toBe(heard + 1);
    await save(acme.admin, [], { role: 'member' });
    expect(await has()).toEqual([]);
  });

  test('saving what is there already writes nothing, also a second time', async () => {
    await save(acme.admin, [['alpha', 'runner']]);
    const { seen } = await whole(acme.admin);
    const change: Pairs = [['beta', 'runner']];
    await save(acme.admin, change, { seen });
    const before = await acme.sequence();
    expect(await save(acme.admin, change, { seen })).toMatchObject({ added: [], ended: [] });
    expect(await acme.sequence()).toBe(before);
  });

  test('what somebody else has changed meanwhile is not overwritten', async () => {
    const { seen } = await whole(acme.admin);
    await giveGrant(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: tess.email },
      project: 'delta',
      role: 'owner',
    });
    const before = await has();
    const refused = await refusal(save(acme.admin, [['alpha', 'developer']], { seen }));
    expect(refused.code).toBe('changed');
    expect(await has()).toEqual(before);
  });

  test('two saves from the same form at one instant: one is carried out', async () => {
    const { seen } = await whole(acme.admin);
    const results = await atOnce(world, acme.id, [
      () => save(acme.admin, [['alpha', 'developer']], { seen }),
      () => save(acme.admin, [['beta', 'developer']], { seen }),
    ]);
    expect(fulfilled(results)).toHaveLength(1);
    expect(refusals(results)).toEqual(['changed']);
    expect(await has()).toHaveLength(1);
  });

  test('timed grants that are not touched keep their ends, and so does a timed role', async () => {
    await save(acme.admin, []);
    const give = { organizationId: acme.id, person: { email: tess.email }, role: 'runner' };
    await giveGrant(await world.as(acme.admin), { ...give, project: 'alpha', for: { seconds: 3600 } });
    await giveGrant(await world.as(acme.admin), {
      ...give,
      project: 'beta',
      from: { seconds: 3600 },
    });
    await changeMemberRole(await world.as(acme.admin), { ...give, role: 'mover', for: { seconds: 3600 } });
    const { role, held } = await whole(acme.admin);
    expect(held.map(({ project, from, until }) => [project, from !== null, until !== null])).toEqual([
      ['alpha', false, true],
      ['beta', true, false],
    ]);
    await save(
      acme.admin,
      [
        ['alpha', 'runner'],
        ['beta', 'runner'],
        ['gamma', 'runner'],
      ],
      { role: 'mover' },
    );
    const after = await whole(acme.admin);
    expect(after.role).toEqual(role);
    expect(after.held.slice(0, 2)).toEqual(held);
    expect(after.held[2]).toMatchObject({ project: 'gamma', until: null });
    await save(acme.admin, [], { role: 'member' });
    expect((await whole(acme.admin)).role).toEqual({ name: 'member', until: null });
  });

  test('rule 5: all or nothing, and one refusal lists everything that is missing', async () => {
    await save(acme.admin, [['gamma', 'read-only']]);
    const before = await acme.sequence();
    const refused = await refusal(
      save(
        keeper,
        [
          ['alpha', 'read-only'],
          ['beta', 'developer'],
        ],
        { role: 'admin' },
      ),
    );
    expect(refused.code).toBe('not-given');
    for (const words of [
      'the role admin',
      'developer in beta',
      '`*:delete`',
      'taking read-only in gamma away',
    ]) {
      expect(refused.message).toContain(words);
    }
    expect(refused.facts.missing?.split(',')).toEqual(
      expect.arrayContaining(['*:*', 'rollcall:*', '*:create', 'grants:write']),
    );
    expect(await has()).toEqual(['gamma:read-only']);
    expect(await acme.sequence()).toBe(before);
    const kept: Pairs = [
      ['gamma', 'read-only'],
      ['alpha', 'read-only'],
    ];
    expect(await save(keeper, kept)).toMatchObject({ added: [{ project: 'alpha' }], ended: [] });
  });

  test('rule 5: nobody raises themselves, and nobody changes who is above them', async () => {
    const own = await refusal(
      save(
        keeper,
        [
          ['alpha', 'owner'],
          ['beta', 'keeper'],
        ],
        {},
        keeper,
      ),
    );
    expect(own.code).toBe('not-given');
    const above = await refusal(save(keeper, [], { role: 'member' }, acme.admin));
    expect(above.message).toContain('taking the role admin away');
  });

  test('rule 6: the last administrator stays, whoever saves', async () => {
    const all = (await whole(acme.admin, acme.admin)).held;
    const same: Pairs = all.map(({ project, role }) => [project, role] as const);
    const refused = await refusal(save(acme.admin, same, { role: 'member' }, acme.admin));
    expect(refused.code).toBe('last-admin');
  });

  test('whoever may change nothing opens nothing and saves nothing', async () => {
    const plain = await acme.member('Pat');
    expect((await refusal(whole(plain))).code).toBe('forbidden');
    expect((await refusal(save(plain, [['delta', 'read-only']]))).code).toBe('not-found');
    expect((await refusal(save(plain, []))).code).toBe('not-given');
    await deactivateMember(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: plain.email },
    });
    expect((await refusal(save(plain, []))).code).toBe('deactivated');
  });

  test('rule 8: nothing of another organization is named, seen or touched', async () => {
    const other = await mintOrganization(world, 'Other');
    await other.project('theirs');
    const hidden = await refusal(save(acme.admin, [['theirs', 'developer']]));
    const unknown = await refusal(save(acme.admin, [['nowhere', 'developer']]));
    expect(hidden.code).toBe('not-found');
    expect(hidden.message.replace('theirs', '')).toBe(unknown.message.replace('nowhere', ''));
    expect((await refusal(save(other.admin, []))).code).toBe('not-found');
    expect((await whole(acme.admin)).projects.map(({ name }) => name)).toEqual([...PROJECTS].sort());
  });

  test('what one may change is what the form has: projects within reach, roles that one may give', async () => {
    const mine = await whole(keeper);
    expect(mine.projects).toEqual([
      { name: 'alpha', offers: ['keeper', 'read-only'] },
      { name: 'beta', offers: ['keeper', 'read-only'] },
    ]);
    expect(mine.roles).toEqual(['member', 'mover']);
    expect((await whole(acme.admin)).roles).toContain('admin');
    expect((await whole(keeper, acme.admin)).roles).toBeUndefined();
  });

  test('CW-46 an administrator gives everything but what operators alone give, and is told where to turn', async () => {
    const owner = await world.person('Olga');
    const cloud = await createOrganization(await world.as(owner), {
      name: `Cloud ${owner.account.externalId}`,
      model: 'coreweave',
      workspace: world.workspace,
    });
    const name = `ns-${owner.account.externalId.toLowerCase()}`;
    await createProject(await world.as(owner), { organizationId: cloud.id, name });
    const form = await editableAccess(await world.as(owner), cloud, { email: owner.email });
    expect(form.projects).toEqual([{ name, offers: ['namespace-user'] }]);
    expect(form.roles).toBeUndefined();
    const plan = planReplacement(await world.as(owner), cloud, {
      person: { email: owner.email },
      projects: wanted([
        [name, 'namespace-user'],
        [name, 'namespace-owner'],
        [name, 'pod-writer'],
      ]),
    });
    const refused = await refusal(plan);
    expect(refused.facts.missing).toBe('w:pods');
    expect(refused.todo).toContain('Operators alone');
    const role = planReplacement(await world.as(owner), cloud, {
      person: { email: owner.email },
      role: 'member',
      projects: [],
    });
    expect((await refusal(role)).message).toContain('operators alone');
  });
});
