import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate, type Holder } from '../../../src/core/access/evaluate.ts';
import { loadHolder } from '../../../src/core/access/holder.ts';
import { look } from '../../../src/core/change.ts';
import { giveGrant } from '../../../src/core/grant/give.ts';
import { revokeGrants } from '../../../src/core/grant/revoke.ts';
import { deactivateMember } from '../../../src/core/member/set-state.ts';
import { authenticate } from '../../../src/core/token/authenticate.ts';
import { createOrganizationToken } from '../../../src/core/token/create-organization.ts';
import { listTokens } from '../../../src/core/token/list.ts';
import { tokensOfMember } from '../../../src/core/token/of-member.ts';
import { revokeToken } from '../../../src/core/token/revoke.ts';
import { rotateOrganizationToken } from '../../../src/core/token/rotate.ts';
import { deactivateToken, reactivateToken } from '../../../src/core/token/set-state.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { customRole, type Minted, mintOrganization } from '../../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../../support/world.ts';

let world: World;
let wave: Minted;
let rival: Minted;
let dana: Person;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  wave = await mintOrganization(world, 'Wave', 'coreweave');
  rival = await mintOrganization(world, 'Rival', 'coreweave');
  await wave.project('wave-alpha');
  await wave.project('wave-beta');
  dana = await wave.member('Dana');
});

const works = (text: string) => authenticate(world.db, text);
const as = async (person: Person) => world.as(person);
const create = async (name: string, more: object = {}, by: Person = wave.admin) =>
  createOrganizationToken(await as(by), { organizationId: wave.id, name, ...more });
const named = (name: string) => ({ organizationId: wave.id, name });
const namespaceUser = { project: 'wave-alpha', role: 'namespace-user' };
const principalOf = async (text: string): Promise<Holder> => {
  const found = await works(text);
  if (!found) throw new Error('The token does not work');
  return found.principal;
};

describe('an organization token', () => {
  test('CW-34 is the organization’s own, with grants of its own, and CW-35 perhaps associated with a member', async () => {
    const made = await create('ci', { member: { email: dana.email }, projects: [namespaceUser] });
    expect(made.secret).toMatch(/^rc_org_/);
    expect(made).toMatchObject({ member: dana.email, grants: [namespaceUser] });
    const principal = await principalOf(made.secret);
    expect(principal).toMatchObject({ kind: 'token', name: 'ci' });
    const { model } = wave.organization;
    const projectId = principal.roles[0]?.projectId;
    expect(evaluate(model, principal, { permission: 'w:services', projectId })).toHaveLength(1);
    expect(evaluate(model, principal, { permission: 'w:pods', projectId })).toHaveLength(0);
    expect(evaluate(model, principal, { permission: 'r:pods' })).toHaveLength(0);
  });

  test('CW-33 changing a member’s access changes no token’s: its permissions are byte for byte the same', async () => {
    const { secret } = await create('unchanged', {
      member: { email: dana.email },
      projects: [{ project: 'wave-beta', role: 'namespace-user' }],
    });
    const before = JSON.stringify(await principalOf(secret));
    const access = { organizationId: wave.id, person: { email: dana.email }, project: 'wave-beta' };
    await giveGrant(await as(wave.admin), { ...access, role: 'namespace-user' });
    expect(JSON.stringify(await principalOf(secret))).toBe(before);
    await revokeGrants(await as(wave.admin), access);
    expect(JSON.stringify(await principalOf(secret))).toBe(before);
  });

  test('CW-36 works on when its associated member is deactivated, and the card before says so', async () => {
    const kai = await wave.member('Kai');
    const { secret } = await create('survivor', { member: { email: kai.email } });
    const kaiId = await wave.userId(kai.email);
    const left = await look(await as(wave.admin), wave.organization, async (s) => tokensOfMember(s, kaiId));
    expect(left).toEqual({
      personal: 0,
      organization: [{ name: 'survivor', state: 'active' }],
      serviceAccounts: [],
    });
    await deactivateMember(await as(wave.admin), { organizationId: wave.id, person: { email: kai.email } });
    expect(await works(secret)).toBeDefined();
  });

  test('CW-39 is active, deactivated and back, or revoked for good; only active ones work', async () => {
    const { secret } = await create('states', { projects: [namespaceUser] });
    const { id } = await principalOf(secret);
    await deactivateToken(await as(wave.admin), named('states'));
    expect(await works(secret)).toBeUndefined();
    expect((await loadHolder(world.db, wave.id, id))?.state).toBe('deactivated');
    expect((await refusal(deactivateToken(await as(wave.admin), named('states')))).code).toBe('wrong-state');
    const rotating = rotateOrganizationToken(await as(wave.admin), named('states'));
    expect((await refusal(rotating)).code).toBe('wrong-state');
    await reactivateToken(await as(wave.admin), named('states'));
    expect((await principalOf(secret)).roles.map((held) => held.role)).toEqual(['namespace-user']);
    await revokeToken(await as(wave.admin), named('states'));
    expect(await works(secret)).toBeUndefined();
    expect((await refusal(reactivateToken(await as(wave.admin), named('states')))).code).toBe('not-found');
    expect(await loadHolder(world.db, wave.id, id)).toMatchObject({ state: 'removed', roles: [] });
    expect(await create('states')).toMatchObject({ grants: [] });
  });

  test('PF-19 rotation keeps the access, and may hand it to another member', async () => {
    const first = await create('turn', { projects: [namespaceUser] });
    const second = await rotateOrganizationToken(await as(wave.admin), {
      ...named('turn'),
      overlap: 60,
      member: { email: dana.email },
    });
    expect((await principalOf(first.secret)).id).toBe((await principalOf(second.secret)).id);
    expect((await principalOf(second.secret)).roles).toHaveLength(1);
    const page = await listTokens(await as(wave.admin), wave.organization, { size: 100 });
    const rows = page.items.filter((token) => token.name === 'turn');
    expect(rows.map((row) => row.member).sort()).toEqual([null, dana.email].sort());
    await revokeToken(await as(wave.admin), named('turn'));
    expect(await works(first.secret)).toBeUndefined();
    expect(await works(second.secret)).toBeUndefined();
  });

  test('access is given to it and taken from it by name, and gives what it says', async () => {
    const { secret } = await create('granted');
    const access = { organizationId: wave.id, person: { token: 'granted' }, project: 'wave-alpha' };
    const given = await giveGrant(await as(wave.admin), { ...access, role: 'namespace-user' });
    expect(given).toMatchObject({ kind: 'token', email: 'granted', outcome: 'added' });
    expect((await principalOf(secret)).roles.map((held) => held.project)).toEqual(['wave-alpha']);
    await revokeGrants(await as(wave.admin), access);
    expect((await principalOf(secret)).roles).toEqual([]);
    const actions = await wave.audited();
    expect(actions).toContainEqual(
      expect.objectContaining({ action: 'grant.revoked', target: 'token:granted' }),
    );
  });

  test('names are unique in the organization, a role must be named, and unknown things are refused', async () => {
    await create('once');
    expect((await refusal(create('once'))).code).toBe('taken');
    const bare = create('bare', { projects: [{ project: 'wave-alpha' }] });
    expect(await refusal(bare)).toMatchObject({ code: 'invalid', field: 'role' });
    await create('bare', { projects: [{ project: 'wave-alpha' }], role: 'namespace-user' });
    expect((await refusal(create('x', { projects: [{ project: 'no', role: 'a' }] }))).field).toBe('project');
    expect((await refusal(create('x', { member: { email: 'nobody@example.com' } }))).field).toBe('user');
    expect(await world.count(sql`select count(*) from tokens where name = 'x'`)).toBe(0);
  });
});

describe('who may', () => {
  test('CW-04 a list is refused whole to who may not read tokens, never shortened', async () => {
    await create('listed');
    const refused = await refusal(listTokens(await as(dana), wave.organization));
    expect(refused).toMatchObject({ code: 'forbidden', facts: { permission: 'tokens:read' } });
    const names: string[] = [];
    let after: string | undefined;
    do {
      const page = await listTokens(await as(wave.admin), wave.organization, { after, size: 2 });
      names.push(...page.items.map((token) => `${token.name} ${token.fingerprint}`));
      after = page.next;
    } while (after !== undefined);
    const there = await world.count(
      sql`select count(*) from tokens where organization_id = ${wave.id} and state <> 'revoked'`,
    );
    expect(new Set(names).size).toBe(there);
    expect(names.some((name) => name.startsWith('listed '))).toBe(true);
  });

  test.each([
    ['create', async (by: Person) => create('no', {}, by)],
    ['rotate', async (by: Person) => rotateOrganizationToken(await as(by), named('kept'))],
    ['deactivate', async (by: Person) => deactivateToken(await as(by), named('kept'))],
    ['reactivate', async (by: Person) => reactivateToken(await as(by), named('kept'))],
    ['revoke', async (by: Person) => revokeToken(await as(by), named('kept'))],
  ])(
    'a member without tokens:write can’t %s, and an administrator of elsewhere finds nothing',
    async (_, run) => {
      const { secret } = (await works(kept)) ? { secret: kept } : await create('kept');
      kept = secret;
      const before = await wave.sequence();
      expect((await refusal(run(dana))).facts.permission).toBe('tokens:write');
      expect((await refusal(run(rival.admin))).code).toBe('not-found');
      expect(await wave.sequence()).toBe(before);
      expect(await works(secret)).toBeDefined();
    },
  );
  let kept = '';

  test('rule 5: a lesser token manager neither gives nor takes over access that is not theirs to give', async () => {
    await customRole(wave, {
      scope: 'organization',
      name: 'token-manager',
      permissions: ['tokens:read', 'tokens:write', 'members:list', 'projects:write'],
    });
    const max = await wave.member('Max');
    await world.db.execute(sql`
      update principals set role_id = (select id from roles where organization_id = ${wave.id} and name = 'token-manager')
      where organization_id = ${wave.id} and id = ${await wave.userId(max.email)}`);
    await revokeGrants(await as(wave.admin), {
      organizationId: wave.id,
      person: { email: max.email },
      project: 'all',
    });
    const { secret } = await create('wide', { projects: [namespaceUser] });
    const giving = await refusal(create('narrow', { projects: [namespaceUser] }, max));
    expect(giving.code).toBe('not-given');
    expect(giving.facts.missing).toContain('w:services');
    const rotating = await refusal(rotateOrganizationToken(await as(max), { ...named('wide'), overlap: 60 }));
    expect(rotating.code).toBe('not-given');
    expect(await create('empty', {}, max)).toMatchObject({ grants: [] });
    await deactivateToken(await as(max), named('wide'));
    expect((await refusal(reactivateToken(await as(max), named('wide')))).code).toBe('not-given');
    expect(await works(secret)).toBeUndefined();
    await revokeToken(await as(max), named('wide'));
  });

  test('what operators alone give an administrator does not give a token', async () => {
    const pods = { project: 'wave-alpha', role: 'pod-writer' };
    expect((await refusal(create('pods', { projects: [pods] }))).facts.missing).toBe('w:pods');
  });

  test('where a model has no organization tokens none is made', async () => {
    const plain = await mintOrganization(world, 'Plain');
    const making = createOrganizationToken(await as(plain.admin), { organizationId: plain.id, name: 'x' });
    const refused = await refusal(making);
    expect(refused.code).toBe('forbidden');
    expect(refused.message).toContain('has no organization tokens');
  });
});
