import { eq, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { models } from '../../../src/core/access/models/index.ts';
import { giveGrant } from '../../../src/core/grant/give.ts';
import { createOrganization } from '../../../src/core/organization/create.ts';
import { setDefaultRole } from '../../../src/core/project/set-default-role.ts';
import { approveRequest } from '../../../src/core/request/decide.ts';
import { openRequest } from '../../../src/core/request/open.ts';
import { createRole } from '../../../src/core/role/create.ts';
import { editRole, planEdit } from '../../../src/core/role/edit.ts';
import { knownPermissions } from '../../../src/core/role/permissions.ts';
import { rowsOf } from '../../../src/db/client.ts';
import { roles } from '../../../src/db/schema/index.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { invite, type Minted, mintOrganization } from '../../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../../support/world.ts';

describe('PF-30: custom roles', () => {
  let world: World;
  let acme: Minted;
  let plain: Person;
  /** Writes roles, and reads flows everywhere; no administrator. */
  let editor: Person;

  const create = async (
    by: Person,
    name: string,
    permissions: string[],
    scope?: 'organization' | 'project',
  ) => createRole(await world.as(by), { organizationId: acme.id, name, scope, permissions });
  const edit = async (by: Person, role: string, more: object) =>
    editRole(await world.as(by), { organizationId: acme.id, role, ...more });
  const give = async (to: Person, project: string, role: string) =>
    giveGrant(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: to.email },
      project,
      role,
    });
  const allows = async (person: Person, project?: string) =>
    (await acme.holder(person)).roles
      .filter((held) => held.through === 'organization-role' || held.project === project)
      .flatMap((held) => held.permissions);
  const told = async (notice: string, person: Person) =>
    world.count(
      sql`select count(*) from messages where notice = ${notice} and recipient = ${person.account.externalId}`,
    );

  beforeAll(async () => {
    world = createWorld((await embeddedDatabase()).database);
    acme = await mintOrganization(world);
    for (const project of ['etl', 'mine']) await acme.project(project);
    plain = await acme.member('Pat');
    await create(acme.admin, 'role-editor', ['roles:write', 'flows:read', 'members:list'], 'organization');
    editor = await acme.member('Edi', {
      role: 'role-editor',
      projects: [{ project: 'mine', role: 'developer' }],
    });
  });

  test('an administrator makes a role, and it is written down', async () => {
    const before = await acme.sequence();
    const role = await create(acme.admin, 'deployer', [
      'deployments:create',
      'deployments:create',
      'flows:*',
    ]);
    expect(role).toMatchObject({
      scope: 'project',
      builtIn: false,
      version: 1,
      permissions: ['deployments:create', 'flows:*'],
    });
    expect(await acme.audited(before)).toMatchObject([{ action: 'role.created', target: 'deployer' }]);
  });

  test('a member who may not write roles makes, edits and sees through no plan', async () => {
    expect((await refusal(create(plain, 'mine', []))).code).toBe('forbidden');
    expect((await refusal(edit(plain, 'deployer', { add: ['flows:read'] }))).code).toBe('forbidden');
    const plan = planEdit(await world.as(plain), acme.organization, { role: 'deployer', add: ['x:y'] });
    expect((await refusal(plan)).code).toBe('forbidden');
  });

  test('another organization’s roles do not exist here', async () => {
    const other = await mintOrganization(world, 'Other');
    const asOther = await world.as(other.admin);
    const there = editRole(asOther, { organizationId: other.id, role: 'deployer', add: ['flows:read'] });
    const nowhere = editRole(asOther, { organizationId: other.id, role: 'nowhere', add: ['flows:read'] });
    const [hidden, unknown] = [await refusal(there), await refusal(nowhere)];
    expect(hidden.code).toBe('not-found');
    expect(hidden.message.replace('deployer', '')).toBe(unknown.message.replace('nowhere', ''));
    expect((await refusal(editRole(asOther, { organizationId: acme.id, role: 'deployer' }))).code).toBe(
      'not-found',
    );
  });

  test.each([
    ['Deployer', 'invalid'],
    ['-x', 'invalid'],
    ['a'.repeat(64), 'invalid'],
    ['deployer', 'taken'],
    ['developer', 'taken'],
    ['admin', 'taken'],
    ['none', 'taken'],
    ['all', 'taken'],
  ])('the name %s is refused as %s', async (name, code) => {
    expect((await refusal(create(acme.admin, name, ['flows:read']))).code).toBe(code);
  });

  test('the same name may stand once in each scope, and then wants the scope said', async () => {
    await create(acme.admin, 'twice', ['flows:read']);
    await create(acme.admin, 'twice', ['flows:read'], 'organization');
    expect((await refusal(edit(acme.admin, 'twice', { add: ['flows:run'] }))).code).toBe('ambiguous');
    expect(await edit(acme.admin, 'twice', { scope: 'organization', add: ['flows:run'] })).toMatchObject({
      gained: ['flows:run'],
    });
  });

  test.each(['flows', 'flows:', 'Flows read', 'rollcall:*', 'rollcall:read', '*', 'a:b:c', 'members:write'])(
    'a project role cannot allow %s',
    async (permission) => {
      expect((await refusal(create(acme.admin, 'bad', [permission]))).code).toBe('invalid');
    },
  );

  test.each([
    [['environments:*', 'environments:read', 'images:delete:own', 'grants:write', 'decisions:read'], true],
    [['*:read'], false],
    [['*:*'], false],
    [['rockets:*'], false],
    [['rockets:launch'], false],
    [['rollcall:*'], false],
  ] as const)('a closed catalogue takes %j: %s', (permissions, known) => {
    const standing = { organization: { ...acme.organization, model: models.coder } } as Parameters<
      typeof knownPermissions
    >[0];
    const read = () => knownPermissions(standing, 'project', permissions);
    if (known) expect(read()).toHaveLength(permissions.length);
    else expect(read).toThrow(/Nothing was done/);
  });

  test.each(['coreweave', 'crusoe'] as const)('CW-48: %s has its built-in roles alone', async (model) => {
    const owner = await world.person('Olga');
    const organization = await createOrganization(await world.as(owner), {
      name: `${model} ${owner.account.externalId}`,
      model,
      workspace: world.workspace,
    });
    const making = createRole(await world.as(owner), {
      organizationId: organization.id,
      name: 'mine',
      permissions: [],
    });
    const refused = await refusal(making);
    expect(refused.code).toBe('forbidden');
    expect(refused.message).toContain('built-in roles alone');
  });

  test('built-in roles are the same for everybody', async () => {
    for (const role of ['developer', 'admin']) {
      const refused = await refusal(edit(acme.admin, role, { add: ['flows:read'] }));
      expect(refused.code).toBe('forbidden');
      expect(refused.message).toContain('built in');
    }
  });

  test('rule 5: nobody defines more than they may give, wildcards included', async () => {
    expect((await refusal(create(editor, 'mine', ['flows:read', 'flows:run']))).facts.missing).toBe(
      'flows:run',
    );
    expect((await refusal(create(editor, 'mine', ['flows:*', '*:read']))).facts.missing).toBe(
      '*:read,flows:*',
    );
    expect((await refusal(create(editor, 'mine', ['grants:write']))).facts.missing).toBe('grants:write');
    expect(await create(editor, 'flow-reader', ['flows:read'])).toMatchObject({ version: 1 });
  });

  test('rule 5 and abuse 21: nobody raises themselves through a role that they hold', async () => {
    for (const add of [['members:write'], ['*:*'], ['grants:write'], ['flows:run']]) {
      const refused = await refusal(edit(editor, 'role-editor', { add }));
      expect(refused.code).toBe('not-given');
      expect(refused.facts.missing).toBe(add.join(','));
    }
    expect(await allows(editor)).toEqual(['flows:read', 'members:list', 'roles:write']);
  });

  test('rule 5: two steps that are harmless one by one: an empty role, given, then widened', async () => {
    await create(editor, 'empty', []);
    await give(editor, 'etl', 'empty');
    const refused = await refusal(edit(editor, 'empty', { add: ['flows:delete'] }));
    expect(refused.code).toBe('not-given');
    expect(refused.message).toContain('etl');
    expect(await allows(editor, 'etl')).not.toContain('flows:delete');
    await give(plain, 'mine', 'empty');
    expect((await refusal(edit(editor, 'empty', { add: ['flows:run'] }))).message).toContain('etl');
  });

  test('rule 5: what counts is where the role is held: a project of one’s own is enough for that project', async () => {
    await create(acme.admin, 'local', ['flows:read']);
    await give(plain, 'mine', 'local');
    expect(await edit(editor, 'local', { add: ['flows:run'] })).toMatchObject({ gained: ['flows:run'] });
    await give(plain, 'etl', 'local');
    expect((await refusal(edit(editor, 'local', { add: ['flows:read'] }))).facts.missing).toBe('flows:run');
  });

  test('rule 5: a default role and an open invitation count as given', async () => {
    await create(acme.admin, 'lobby', ['flows:read']);
    await setDefaultRole(await world.as(acme.admin), {
      organizationId: acme.id,
      project: 'etl',
      role: 'lobby',
    });
    const refused = await refusal(edit(editor, 'lobby', { add: ['flows:run'] }));
    expect(refused.message).toContain('etl');
    await edit(acme.admin, 'lobby', { add: ['flows:list'] });
    expect(await allows(plain, 'etl')).toContain('flows:list');
    await create(acme.admin, 'promised', ['flows:read']);
    await invite(acme, 'soon@example.com', { projects: [{ project: 'etl', role: 'promised' }] });
    const widened = () => edit(editor, 'promised', { add: ['flows:run'] });
    expect((await refusal(widened())).message).toContain('etl');
    await give(plain, 'mine', 'promised');
    await world.db.execute(
      sql`update invitations set state = 'expired' where organization_id = ${acme.id} and email = 'soon@example.com'`,
    );
    expect((await refusal(widened())).message).toContain('etl');
  });

  test('an edit reaches every holder at once, is written down, and tells them', async () => {
    await create(acme.admin, 'shifter', ['flows:read', 'logs:read']);
    await give(plain, 'etl', 'shifter');
    const before = await acme.sequence();
    const heard = await told('role-edited', plain);
    const edited = await edit(acme.admin, 'shifter', { add: ['flows:run'], remove: ['logs:read'] });
    expect(edited).toMatchObject({ gained: ['flows:run'], lost: ['logs:read'], told: 1 });
    expect(edited.role.version).toBe(2);
    expect(await allows(plain, 'etl')).toEqual(expect.arrayContaining(['flows:read', 'flows:run']));
    expect(await allows(plain, 'etl')).not.toContain('logs:read');
    expect(await acme.audited(before)).toMatchObject([{ action: 'role.edited', target: 'shifter' }]);
    expect(await told('role-edited', plain)).toBe(heard + 1);
    expect(await told('role-edited', acme.admin)).toBe(0);
    expect(await edit(acme.admin, 'shifter', { add: ['flows:run'] })).toMatchObject({ told: 0, gained: [] });
    expect((await acme.audited(before)).length).toBe(1);
  });

  test('whoever may do it anyway is not told', async () => {
    await create(acme.admin, 'narrow', ['flows:read']);
    const owner = await acme.member('Owen', { projects: [{ project: 'mine', role: 'owner' }] });
    await give(owner, 'mine', 'narrow');
    expect(await edit(acme.admin, 'narrow', { add: ['flows:run'] })).toMatchObject({ told: 0 });
    expect(await told('role-edited', owner)).toBe(0);
  });

  test('a request for a role that was edited since is refused as changed', async () => {
    await create(acme.admin, 'asked-for', ['flows:read']);
    const { name } = await openRequest(await world.as(plain), {
      organizationId: acme.id,
      role: 'asked-for',
      project: 'mine',
      reason: 'need it',
    });
    await edit(acme.admin, 'asked-for', { add: ['flows:delete'] });
    const approving = approveRequest(await world.as(acme.admin), { organizationId: acme.id, request: name });
    expect((await refusal(approving)).code).toBe('changed');
    expect(await allows(plain, 'mine')).not.toContain('flows:delete');
  });

  test('an edit that was drawn before another one is refused', async () => {
    await create(acme.admin, 'raced', ['flows:read']);
    await edit(acme.admin, 'raced', { add: ['flows:run'], seen: '1' });
    const late = await refusal(edit(acme.admin, 'raced', { add: ['flows:delete'], seen: '1' }));
    expect(late.code).toBe('changed');
    const [row] = await world.db.select().from(roles).where(eq(roles.name, 'raced'));
    expect(row?.version).toBe(2);
  });

  test('what is not listed cannot be removed, and a wildcard is named as the reason', async () => {
    await create(acme.admin, 'wide', ['flows:*']);
    const covered = await refusal(edit(acme.admin, 'wide', { remove: ['flows:read'] }));
    expect(covered.todo).toContain('wildcard');
    const absent = await refusal(edit(acme.admin, 'wide', { remove: ['logs:read'] }));
    expect(absent.todo).not.toContain('wildcard');
    expect((await refusal(edit(acme.admin, 'wide', {}))).field).toBe('add');
  });

  test('more than 50 holders are not told one by one, and the answer says so', async () => {
    await create(acme.admin, 'crowd', ['flows:read']);
    const [role] = await world.db.select().from(roles).where(eq(roles.name, 'crowd'));
    await world.db.execute(sql`
      with made as (insert into users (id, email) select gen_random_uuid(), 'crowd-' || n || '@example.com'
        from generate_series(1, 51) n returning id, email),
      held as (insert into principals (organization_id, id, kind, role_id)
        select ${acme.id}::uuid, id, 'member', null from made returning id)
      select count(*) from held`);
    const crowd = rowsOf<{ id: string; email: string }>(
      await world.db.execute(sql`select id, email from users where email like 'crowd-%'`),
    );
    for (const { id, email } of crowd) {
      await world.db.execute(
        sql`insert into members (organization_id, user_id, email) values (${acme.id}, ${id}, ${email})`,
      );
      await world.db.execute(sql`
        insert into grants (organization_id, principal_id, project_id, role_id)
        select ${acme.id}, ${id}, p.id, ${role?.id ?? ''} from projects p
        where p.organization_id = ${acme.id} and p.name = 'mine'`);
    }
    expect((await edit(acme.admin, 'crowd', { add: ['flows:run'] })).told).toBeUndefined();
    const plan = await planEdit(await world.as(acme.admin), acme.organization, {
      role: 'crowd',
      add: ['logs:read'],
    });
    expect(plan.use.held).toBe(51);
    expect(plan.use.holders).toHaveLength(10);
  });
});
