import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate, type Holder } from '../../../src/core/access/evaluate.ts';
import { loadHolder } from '../../../src/core/access/holder.ts';
import { expireGrants } from '../../../src/core/grant/expire.ts';
import { giveGrant } from '../../../src/core/grant/give.ts';
import { revokeGrants } from '../../../src/core/grant/revoke.ts';
import { removeMember } from '../../../src/core/member/remove.ts';
import { setSetting } from '../../../src/core/organization/set-setting.ts';
import { showProject } from '../../../src/core/project/list.ts';
import { setDefaultRole } from '../../../src/core/project/set-default-role.ts';
import { createServiceAccount } from '../../../src/core/service-account/create.ts';
import { deleteServiceAccount } from '../../../src/core/service-account/delete.ts';
import { editServiceAccount } from '../../../src/core/service-account/edit.ts';
import { listServiceAccounts, showServiceAccount } from '../../../src/core/service-account/list.ts';
import { rotateServiceAccount } from '../../../src/core/service-account/rotate.ts';
import { disableServiceAccount, enableServiceAccount } from '../../../src/core/service-account/set-state.ts';
import { authenticate } from '../../../src/core/token/authenticate.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { asOperator } from '../../support/operators.ts';
import { customRole, type Minted, mintOrganization } from '../../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../../support/world.ts';

let world: World;
let acme: Minted;
let globex: Minted;
let dana: Person;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  acme = await mintOrganization(world);
  globex = await mintOrganization(world, 'Globex');
  dana = await acme.member('Dana');
});

const as = async (person: Person = acme.admin) => world.as(person);
const named = (name: string) => ({ organizationId: acme.id, name });
const create = async (name: string, more: object = {}, by?: Person) =>
  createServiceAccount(await as(by), { ...named(name), ...more });
const works = (text: string) => authenticate(world.db, text);
const principalOf = async (text: string): Promise<Holder> => {
  const found = await works(text);
  if (!found) throw new Error('The key does not work');
  return found.principal;
};
const grant = async (name: string, project: string, role: string, more: object = {}, by?: Person) =>
  giveGrant(await as(by), {
    organizationId: acme.id,
    person: { serviceAccount: name },
    project,
    role,
    ...more,
  });
const may = (holder: Holder, permission: string, projectId?: string): boolean =>
  evaluate(acme.organization.model, holder, { permission, projectId }).length > 0;

describe('a service account', () => {
  test('PF-15 belongs to nobody: its key survives its creator’s removal', async () => {
    const chief = await acme.member('Chief', { role: 'admin' });
    const made = await create('survivor', {}, chief);
    expect(made.secret).toMatch(/^rc_svc_/);
    expect(made.responsible).toBe(chief.email);
    await removeMember(await as(), { organizationId: acme.id, person: { email: chief.email } });
    expect(await principalOf(made.secret)).toMatchObject({ kind: 'service-account', name: 'survivor' });
  });

  test('PF-17 has no access by default; shared to one project it has it there alone', async () => {
    const one = await acme.project('shared');
    const two = await acme.project('unshared');
    const { secret } = await create('ci');
    expect((await principalOf(secret)).roles).toEqual([]);
    expect(await grant('ci', 'shared', 'runner')).toMatchObject({ kind: 'service-account', email: 'ci' });
    const principal = await principalOf(secret);
    expect(may(principal, 'flows:run', one.id)).toBe(true);
    expect(may(principal, 'flows:run', two.id)).toBe(false);
    expect(may(principal, 'members:list')).toBe(false);
  });

  test('PF-26 is reached by no default role', async () => {
    const project = await acme.project('defaulted');
    await setDefaultRole(await as(), { organizationId: acme.id, project: 'defaulted', role: 'developer' });
    const { secret } = await create('plain');
    expect(may(await principalOf(secret), 'flows:read', project.id)).toBe(false);
    expect(may(await acme.holder(dana), 'flows:read', project.id)).toBe(true);
    await grant('plain', 'defaulted', 'read-only');
    const roles = (await principalOf(secret)).roles.map((held) => held.through);
    expect(roles).toEqual(['grant']);
  });

  test('PF-20 and PF-24 stands among a project’s people, with a different role in each project', async () => {
    const { secret } = await create('many');
    const first = await acme.project('first');
    const second = await acme.project('second');
    await grant('many', 'first', 'owner');
    await grant('many', 'second', 'read-only');
    const shown = await showProject(await as(), acme.organization, 'first');
    expect(shown.people).toContainEqual({ email: 'service account many', role: 'owner', until: null });
    const principal = await principalOf(secret);
    expect(may(principal, 'flows:delete', first.id)).toBe(true);
    expect(may(principal, 'flows:delete', second.id)).toBe(false);
  });

  test('rule 4: a grant of its own ends by itself, and the job tidies it up', async () => {
    await acme.project('timed');
    const { secret } = await create('timed');
    await grant('timed', 'timed', 'runner', { for: { seconds: 3600 } });
    const { id, roles } = await principalOf(secret);
    expect(roles).toHaveLength(1);
    await world.db.execute(sql`update grants set expires_at = clock_timestamp() where principal_id = ${id}`);
    expect((await principalOf(secret)).roles).toEqual([]);
    expect(await expireGrants(world.system)).toBe(1);
    expect(await acme.audited()).toContainEqual(
      expect.objectContaining({ action: 'grant.ended', target: 'service-account:timed' }),
    );
  });

  test('PF-16 is listed and shown with who answers for it, and edited', async () => {
    await create('edited', { responsible: { email: dana.email } });
    const changed = await editServiceAccount(await as(), {
      ...named('edited'),
      newName: 'renamed',
      responsible: { email: acme.admin.email },
    });
    expect(changed).toEqual({ before: 'edited', name: 'renamed', responsible: acme.admin.email });
    const shown = await showServiceAccount(await as(), acme.organization, 'renamed');
    expect(shown).toMatchObject({ responsible: acme.admin.email, account: { state: 'active' } });
    expect(shown.keys.map((key) => key.name)).toEqual(['renamed']);
    const names: string[] = [];
    let after: string | undefined;
    do {
      const page = await listServiceAccounts(await as(), acme.organization, { after, size: 2 });
      names.push(...page.items.map((account) => account.name));
      after = page.next;
    } while (after !== undefined);
    expect(names).toEqual([...names].sort());
    expect(names).toContain('renamed');
    expect((await refusal(create('renamed'))).code).toBe('taken');
    const taking = editServiceAccount(await as(), { ...named('renamed'), newName: 'ci' });
    expect(await refusal(taking)).toMatchObject({ code: 'taken', field: 'new-name' });
  });

  test('PF-19 a rotation ends the old key at once, or after its overlap', async () => {
    const first = await create('turn');
    const second = await rotateServiceAccount(await as(), { ...named('turn'), overlap: 86_400 });
    expect(await works(first.secret)).toMatchObject({ expiresAt: second.oldUntil });
    expect((await principalOf(second.secret)).id).toBe((await principalOf(first.secret)).id);
    const third = await rotateServiceAccount(await as(), named('turn'));
    expect(await works(first.secret)).toBeUndefined();
    expect(await works(second.secret)).toBeUndefined();
    expect(await works(third.secret)).toBeDefined();
  });

  test('disabled its keys are dead and its access kept; enabled they work again', async () => {
    await acme.project('kept');
    const { secret } = await create('switch');
    await grant('switch', 'kept', 'runner');
    await disableServiceAccount(await as(), named('switch'));
    expect(await works(secret)).toBeUndefined();
    expect((await refusal(disableServiceAccount(await as(), named('switch')))).code).toBe('wrong-state');
    await enableServiceAccount(await as(), named('switch'));
    expect((await principalOf(secret)).roles).toHaveLength(1);
  });

  test('deleted it has nothing left, and its name and its place are free', async () => {
    await acme.project('gone');
    const { secret } = await create('gone');
    await grant('gone', 'gone', 'runner');
    const { id } = await principalOf(secret);
    const counted = () =>
      world.count(sql`select service_accounts as count from ledgers where organization_id = ${acme.id}`);
    const before = await counted();
    const gone = await deleteServiceAccount(await as(), named('gone'));
    expect(gone.grants).toEqual([{ project: 'gone', role: 'runner', until: null }]);
    expect(await counted()).toBe(before - 1);
    expect(await works(secret)).toBeUndefined();
    expect(await loadHolder(world.db, acme.id, id)).toMatchObject({ state: 'removed', roles: [] });
    expect(await create('gone')).toMatchObject({ name: 'gone' });
  });

  test('PF-03 the limit is kept, and named in the refusal', async () => {
    const small = await mintOrganization(world, 'Small');
    const operator = await asOperator(world, small.admin);
    await setSetting(operator, {
      organizationId: small.id,
      key: 'service-accounts-limit',
      value: '1',
      workspaceId: world.workspace.id,
    });
    const make = async (name: string) =>
      createServiceAccount(await world.as(small.admin), { organizationId: small.id, name });
    await make('one');
    expect(await refusal(make('two'))).toMatchObject({
      code: 'limit',
      facts: { key: 'service-accounts-limit' },
    });
    await deleteServiceAccount(await world.as(small.admin), { organizationId: small.id, name: 'one' });
    await make('two');
  });
});

describe('who may', () => {
  test.each([
    ['create', async (by: Person) => create('no', {}, by)],
    ['edit', async (by: Person) => editServiceAccount(await as(by), { ...named('fixed'), newName: 'x' })],
    ['rotate', async (by: Person) => rotateServiceAccount(await as(by), named('fixed'))],
    ['disable', async (by: Person) => disableServiceAccount(await as(by), named('fixed'))],
    ['enable', async (by: Person) => enableServiceAccount(await as(by), named('fixed'))],
    ['delete', async (by: Person) => deleteServiceAccount(await as(by), named('fixed'))],
  ])('a member can’t %s one, and an administrator of elsewhere finds nothing', async (verb, run) => {
    if (verb === 'create') await create('fixed');
    const before = await acme.sequence();
    expect((await refusal(run(dana))).facts.permission).toBe('service-accounts:write');
    expect((await refusal(run(globex.admin))).code).toBe('not-found');
    expect(await acme.sequence()).toBe(before);
  });

  test('another organization’s service account is as good as none', async () => {
    const { id } = await createServiceAccount(await world.as(globex.admin), {
      organizationId: globex.id,
      name: 'theirs',
    });
    for (const name of ['theirs', id]) {
      expect((await refusal(rotateServiceAccount(await as(), named(name)))).code).toBe('not-found');
      expect((await refusal(grant(name, 'shared', 'runner'))).code).toBe('not-found');
    }
    const listing = listServiceAccounts(await world.as(dana), globex.organization);
    expect((await refusal(listing)).code).toBe('not-found');
  });

  test('PF-22 a project’s owner gives a service account access there, and no more than they may give', async () => {
    await acme.project('owned');
    await create('guest');
    const owner = await acme.member('Owen', { projects: [{ project: 'owned', role: 'owner' }] });
    expect(await grant('guest', 'owned', 'developer', {}, owner)).toMatchObject({ outcome: 'added' });
    expect((await refusal(grant('guest', 'owned', 'developer', {}, dana))).code).toBe('not-found');
    const taken = await revokeGrants(await as(owner), {
      organizationId: acme.id,
      person: { serviceAccount: 'guest' },
      project: 'owned',
    });
    expect(taken.ended).toEqual([{ project: 'owned', role: 'developer', until: null }]);
  });

  test('rule 5: nobody takes over by a new key what they may not give, nor brings it back', async () => {
    await customRole(acme, {
      scope: 'organization',
      name: 'robot-keeper',
      permissions: ['members:list', 'members:read', 'service-accounts:write'],
    });
    const keeper = await acme.member('Kit', { role: 'robot-keeper' });
    const project = await acme.project('guarded');
    const { secret } = await create('mighty');
    await rotateServiceAccount(await as(keeper), { ...named('mighty'), overlap: 60 });
    await grant('mighty', 'guarded', 'owner', { from: { seconds: 3600 } });
    const later = await refusal(rotateServiceAccount(await as(keeper), named('mighty')));
    expect(later).toMatchObject({ code: 'not-given' });
    expect(later.facts.missing).toContain('*:*');
    await grant('mighty', 'guarded', 'read-only');
    expect((await refusal(rotateServiceAccount(await as(keeper), named('mighty')))).code).toBe('not-given');
    await disableServiceAccount(await as(keeper), named('mighty'));
    expect((await refusal(enableServiceAccount(await as(keeper), named('mighty')))).code).toBe('not-given');
    expect(await works(secret)).toBeUndefined();
    expect(project.name).toBe('guarded');
  });

  test('where a model has no service accounts none is made', async () => {
    const wave = await mintOrganization(world, 'Wave', 'coreweave');
    const making = createServiceAccount(await world.as(wave.admin), { organizationId: wave.id, name: 'x' });
    expect((await refusal(making)).code).toBe('forbidden');
  });
});
