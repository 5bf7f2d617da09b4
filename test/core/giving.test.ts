import { beforeAll, describe, expect, test } from 'vitest';
import { missingToGive } from '../../src/core/access/cover.ts';
import type { AccessModel } from '../../src/core/access/model.ts';
import { prefect } from '../../src/core/access/models/prefect.ts';
import { giveGrant } from '../../src/core/grant/give.ts';
import { revokeGrants } from '../../src/core/grant/revoke.ts';
import { sendInvitations } from '../../src/core/invitation/send.ts';
import { changeMemberRole } from '../../src/core/member/change-role.ts';
import { removeMember } from '../../src/core/member/remove.ts';
import { deactivateMember } from '../../src/core/member/set-state.ts';
import { setDefaultRole } from '../../src/core/project/set-default-role.ts';
import { approveRequest } from '../../src/core/request/decide.ts';
import { openRequest } from '../../src/core/request/open.ts';
import { embeddedDatabase } from '../support/database.ts';
import { customRole, type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../support/world.ts';

const closed: AccessModel = {
  ...prefect,
  catalogue: [
    { name: 'r:pods' },
    { name: 'w:services', impliedBy: ['w:full'] },
    { name: 'w:pods', operatorOnly: true, impliedBy: ['w:full'] },
    { name: 'w:full', operatorOnly: true },
  ],
};

const missing = (
  held: string[],
  given: string[],
  more: { operator?: boolean; administers?: boolean } = {},
  model = prefect,
) => missingToGive(model, { operator: false, administers: false, permissions: held, ...more }, given);

describe('rule 5: what covers what', () => {
  test.each([
    [['*:read', '*:create', '*:update', '*:delete', '*:run'], ['*:*'], ['*:*']],
    [['flows:*', '*:read'], ['*:*'], ['*:*']],
    [['flows:*'], ['flows:read', 'flows:*'], []],
    [['flows:*'], ['*:read'], ['*:read']],
    [['*:read'], ['flows:read', 'flows:read:own'], []],
    [['flows:read:own'], ['flows:read'], ['flows:read']],
    [['flows:read:own'], ['flows:read:own'], []],
    [['*:*'], ['flows:read', '*:read', 'flows:*', '*:*'], []],
    [['*:*'], ['grants:write', 'members:list', 'rollcall:*'], ['grants:write', 'members:list', 'rollcall:*']],
    [['grants:write'], ['grants:write', 'members:write'], ['members:write']],
    [['rollcall:*'], ['grants:write', 'audit:read'], []],
    [['rollcall:*'], ['flows:read', '*:*'], ['flows:read', '*:*']],
    [[], ['flows:read'], ['flows:read']],
  ] as const)('rule 5: who holds %j and gives %j lacks %j', (held, given, lacking) => {
    expect(missing([...held], [...given])).toEqual(lacking);
  });

  test('rule 5: an administrator gives everything, held or not, but what is for operators', () => {
    expect(missing([], ['flows:read', '*:*', 'rollcall:*'], { administers: true })).toEqual([]);
    expect(
      missing(['w:pods', 'w:full'], ['r:pods', 'w:pods', 'w:full'], { administers: true }, closed),
    ).toEqual(['w:pods', 'w:full']);
    expect(missing([], ['w:pods', 'w:full'], { operator: true }, closed)).toEqual([]);
  });

  test('rule 5: no wildcard covers a permission that is for operators', () => {
    expect(missing(['*:*', 'w:*', '*:pods'], ['w:pods'], {}, closed)).toEqual(['w:pods']);
    expect(missing(['w:full'], ['w:services'], {}, closed)).toEqual([]);
  });
});

describe('rule 5: nobody gives more than they may', () => {
  let world: World;
  let acme: Minted;
  let target: Person;
  /** May read and give access in the project `etl`, as Owner in `mine`. */
  let keeper: Person;
  /** Invites and changes members, but is no administrator. */
  let recruiter: Person;

  beforeAll(async () => {
    world = createWorld((await embeddedDatabase()).database);
    acme = await mintOrganization(world);
    for (const project of ['etl', 'mine', 'other']) await acme.project(project);
    await customRole(acme, {
      scope: 'project',
      name: 'keeper',
      permissions: ['*:read', 'grants:write', 'requests:decide'],
    });
    await customRole(acme, {
      scope: 'organization',
      name: 'recruiter',
      permissions: ['members:list', 'members:read', 'members:write', 'invitations:write'],
    });
    target = await acme.member('Tess');
    keeper = await acme.member('Kim', {
      projects: [
        { project: 'etl', role: 'keeper' },
        { project: 'mine', role: 'owner' },
        { project: 'other', role: 'read-only' },
      ],
    });
    recruiter = await acme.member('Rae', { role: 'recruiter' });
  });

  const give = async (by: Person, project: string, role: string) =>
    giveGrant(await world.as(by), {
      organizationId: acme.id,
      person: { email: target.email },
      project,
      role,
    });

  test('rule 5 and abuse 20: a grant wider than one’s own is refused with the missing permissions', async () => {
    expect(await give(keeper, 'etl', 'read-only')).toMatchObject({ outcome: 'added' });
    const refused = await refusal(give(keeper, 'etl', 'developer'));
    expect(refused.code).toBe('not-given');
    expect(refused.facts.missing).toBe('*:create,*:update,*:delete,*:run');
    expect(refused.message).toContain('`*:delete`');
    expect((await refusal(give(keeper, 'etl', 'owner'))).facts.missing).toBe('*:*');
  });

  test('PF-22 and rule 5: an owner gives access in their own project and in no other', async () => {
    expect(await give(keeper, 'mine', 'owner')).toMatchObject({ outcome: 'added' });
    expect((await refusal(give(keeper, 'other', 'read-only'))).code).toBe('forbidden');
    await acme.project('hidden');
    const hidden = await refusal(give(keeper, 'hidden', 'read-only'));
    const unknown = await refusal(give(keeper, 'nowhere', 'read-only'));
    expect(hidden.code).toBe('not-found');
    expect(hidden.message.replace('hidden', '')).toBe(unknown.message.replace('nowhere', ''));
  });

  test('PF-22 a plain member gives nothing and takes nothing', async () => {
    const pat = await acme.member('Pat', { projects: [{ project: 'mine', role: 'developer' }] });
    expect((await refusal(give(pat, 'mine', 'read-only'))).code).toBe('forbidden');
    const taking = revokeGrants(await world.as(pat), {
      organizationId: acme.id,
      person: { email: keeper.email },
      project: 'mine',
    });
    expect((await refusal(taking)).code).toBe('forbidden');
  });

  test('PF-23 somebody who is not in the organization cannot be added to a project', async () => {
    const adding = giveGrant(await world.as(keeper), {
      organizationId: acme.id,
      person: { email: 'nobody@example.com' },
      project: 'mine',
      role: 'read-only',
    });
    const refused = await refusal(adding);
    expect(refused.code).toBe('not-found');
    expect(refused.todo).toMatch(/invite/i);
  });

  test('PF-24 the same person has different roles in different projects', async () => {
    const admin = acme.admin;
    await give(admin, 'etl', 'runner');
    await give(admin, 'other', 'developer');
    const roles = (await acme.holder(target)).roles.filter((held) => held.through === 'grant');
    expect(roles.map((held) => `${held.project}:${held.role}`).sort()).toEqual([
      'etl:read-only',
      'etl:runner',
      'mine:owner',
      'other:developer',
    ]);
  });

  test('rule 5: a default role is given to everybody, so it is held to the same measure', async () => {
    const set = async (role: string) =>
      setDefaultRole(await world.as(keeper), { organizationId: acme.id, project: 'etl', role });
    expect((await refusal(set('runner'))).facts.missing).toBe('*:run');
    expect(await set('read-only')).toMatchObject({ role: 'read-only' });
  });

  test('rule 5: an invitation gives no role and no project access that its sender may not give', async () => {
    const send = async (access: object) =>
      sendInvitations(await world.as(recruiter), {
        organizationId: acme.id,
        emails: ['new@example.com'],
        ...access,
      });
    expect((await refusal(send({ role: 'admin' }))).facts.missing).toBe('*:*,rollcall:*');
    const project = await refusal(send({ projects: [{ project: 'etl', role: 'read-only' }] }));
    expect(project.code).toBe('forbidden');
    expect((await send({ role: 'member' })).results).toMatchObject([{ outcome: 'sent' }]);
    const keepers = sendInvitations(await world.as(keeper), {
      organizationId: acme.id,
      emails: ['x@example.com'],
    });
    expect((await refusal(keepers)).code).toBe('forbidden');
  });

  test('rule 5 and PF-13: a role change gives no more either, and nobody unseats who is above them', async () => {
    const set = async (whom: Person, role: string | null) =>
      changeMemberRole(await world.as(recruiter), {
        organizationId: acme.id,
        person: { email: whom.email },
        role,
      });
    expect((await refusal(set(target, 'admin'))).code).toBe('not-given');
    expect((await refusal(set(recruiter, 'admin'))).code).toBe('not-given');
    expect((await refusal(set(acme.admin, 'member'))).code).toBe('not-given');
    const above = { organizationId: acme.id, person: { email: acme.admin.email } };
    expect((await refusal(removeMember(await world.as(recruiter), above))).code).toBe('not-given');
    expect((await refusal(deactivateMember(await world.as(recruiter), above))).code).toBe('not-given');
    expect(await set(target, null)).toMatchObject({ after: null, outcome: 'changed' });
    expect(await set(target, 'member')).toMatchObject({ after: 'member', outcome: 'changed' });
  });

  test('rule 5: an approval gives no more than the approver may give', async () => {
    const asker = await acme.member('Abe');
    const ask = async (role: string) =>
      openRequest(await world.as(asker), {
        organizationId: acme.id,
        project: 'etl',
        role,
        reason: 'need it',
      });
    const wide = await ask('developer');
    const narrow = await ask('keeper');
    expect(wide.deciders).toEqual([acme.admin.email]);
    expect(narrow.deciders.sort()).toEqual([acme.admin.email, keeper.email].sort());
    const approve = async (request: string) =>
      approveRequest(await world.as(keeper), { organizationId: acme.id, request });
    expect((await refusal(approve(wide.name))).code).toBe('forbidden');
    expect(await approve(narrow.name)).toMatchObject({ role: 'keeper', requester: asker.email });
  });
});
