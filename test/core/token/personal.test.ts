import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate } from '../../../src/core/access/evaluate.ts';
import { giveGrant } from '../../../src/core/grant/give.ts';
import { revokeGrants } from '../../../src/core/grant/revoke.ts';
import { changeMemberRole } from '../../../src/core/member/change-role.ts';
import { leaveOrganization, removeMember } from '../../../src/core/member/remove.ts';
import { deactivateMember, reactivateMember } from '../../../src/core/member/set-state.ts';
import { setSetting } from '../../../src/core/organization/set-setting.ts';
import { authenticate } from '../../../src/core/token/authenticate.ts';
import { createPersonalToken } from '../../../src/core/token/create-personal.ts';
import { listPersonalTokens } from '../../../src/core/token/list.ts';
import { revokePersonalToken } from '../../../src/core/token/revoke.ts';
import { rotatePersonalToken } from '../../../src/core/token/rotate.ts';
import { mintText } from '../../../src/core/token/text.ts';
import { createTokenUses } from '../../../src/core/token/uses.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { type Minted, mintOrganization } from '../../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../../support/world.ts';

let world: World;
let acme: Minted;
let globex: Minted;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  acme = await mintOrganization(world);
  globex = await mintOrganization(world, 'Globex');
});

const create = async (person: Person, name: string, more: object = {}) =>
  createPersonalToken(await world.as(person), { organizationId: acme.id, name, ...more });
const works = (text: string) => authenticate(world.db, text);
const here = {
  get organizationId() {
    return acme.id;
  },
};

describe('a personal token', () => {
  test('CR-25 acts as the member who made it, in this organization alone', async () => {
    const dana = await acme.member('Dana');
    const made = await create(dana, 'laptop');
    expect(made.secret).toMatch(/^rc_usr_/);
    expect(await works(made.secret)).toMatchObject({
      organizationId: acme.id,
      tokenId: made.id,
      kind: 'personal',
      principal: { kind: 'member', email: dana.email, state: 'active' },
    });
    expect(await works(mintText('personal', acme.id))).toBeUndefined();
    expect(await works(mintText('personal', globex.id))).toBeUndefined();
  });

  test('CR-26 may what its member may at the moment of use, in both directions', async () => {
    const dana = await acme.member('Dana');
    const project = await acme.project('follow');
    const { secret } = await create(dana, 'follow');
    const may = async (permission: string, projectId?: string) => {
      const found = await works(secret);
      if (!found) throw new Error('The token does not work');
      return evaluate(found.organization.model, found.principal, { permission, projectId }).length > 0;
    };
    expect(await may('flows:run', project.id)).toBe(false);
    const access = { ...here, person: { email: dana.email }, project: 'follow' };
    await giveGrant(await world.as(acme.admin), { ...access, role: 'runner' });
    expect(await may('flows:run', project.id)).toBe(true);
    await revokeGrants(await world.as(acme.admin), access);
    expect(await may('flows:run', project.id)).toBe(false);
    await changeMemberRole(await world.as(acme.admin), {
      ...here,
      person: { email: dana.email },
      role: 'admin',
    });
    expect(await may('members:write')).toBe(true);
  });

  test('rule 3 and CR-27: a deactivated member’s token is dead at once, and back with them', async () => {
    const dana = await acme.member('Dana');
    const { secret } = await create(dana, 'off');
    const person = { ...here, person: { email: dana.email } };
    await deactivateMember(await world.as(acme.admin), person);
    expect(await works(secret)).toBeUndefined();
    expect((await refusal(create(dana, 'while-off'))).code).toBe('deactivated');
    await reactivateMember(await world.as(acme.admin), person);
    expect(await works(secret)).toBeDefined();
  });

  test('rule 12 and abuse 25: removal revokes them in the same transaction, and a new membership revives none', async () => {
    const dana = await acme.member('Dana');
    const first = await create(dana, 'one');
    await create(dana, 'two');
    const before = await acme.sequence();
    const removed = await removeMember(await world.as(acme.admin), {
      ...here,
      person: { email: dana.email },
    });
    expect(removed.tokens).toBe(2);
    expect(await works(first.secret)).toBeUndefined();
    const told = (await acme.audited(before)).map(({ action, target }) => `${action} ${target}`);
    expect(told).toEqual(
      expect.arrayContaining(['token.revoked one', 'token.revoked two', `member.removed ${dana.email}`]),
    );
    const left = await world.count(
      sql`select count(*) from tokens where organization_id = ${acme.id} and name in ('one', 'two') and state <> 'revoked'`,
    );
    expect(left).toBe(0);
  });

  test('leaving ends them too', async () => {
    const dana = await acme.member('Dana');
    const { secret } = await create(dana, 'leaving');
    await leaveOrganization(await world.as(dana), here);
    expect(await works(secret)).toBeUndefined();
  });

  test('names are each member’s own, and a member’s are unique', async () => {
    const dana = await acme.member('Dana');
    const kim = await acme.member('Kim');
    await create(dana, 'same');
    await create(kim, 'same');
    const again = await refusal(create(dana, 'Same'));
    expect(again).toMatchObject({ code: 'taken', field: 'name' });
    expect((await refusal(create(dana, 'not a label'))).code).toBe('invalid');
    const id = '018f2f3e-0000-7000-8000-000000000000';
    expect((await refusal(create(dana, id))).code).toBe('invalid');
    const { tokens } = await listPersonalTokens(await world.as(dana), acme.organization);
    expect(tokens.map(({ name }) => name)).toEqual(['same']);
  });

  test('nobody rotates or revokes another’s, and another’s looks like none', async () => {
    const dana = await acme.member('Dana');
    const kim = await acme.member('Kim');
    const { secret } = await create(dana, 'hers');
    const theirs = await refusal(revokePersonalToken(await world.as(kim), { ...here, name: 'hers' }));
    const none = await refusal(revokePersonalToken(await world.as(kim), { ...here, name: 'nope' }));
    expect(theirs.code).toBe('not-found');
    expect(theirs.message.replace('hers', '')).toBe(none.message.replace('nope', ''));
    const rotated = rotatePersonalToken(await world.as(acme.admin), { ...here, name: 'hers' });
    expect((await refusal(rotated)).code).toBe('not-found');
    expect(await works(secret)).toBeDefined();
  });

  test('somebody of another organization makes none here', async () => {
    const other = await globex.member('Olga');
    expect((await refusal(create(other, 'foreign'))).code).toBe('not-found');
    const rotating = rotatePersonalToken(await world.as(other), { ...here, name: 'laptop' });
    expect((await refusal(rotating)).code).toBe('not-found');
    const revoking = revokePersonalToken(await world.as(other), { ...here, name: 'laptop' });
    expect((await refusal(revoking)).code).toBe('not-found');
    const listing = listPersonalTokens(await world.as(other), acme.organization);
    expect((await refusal(listing)).code).toBe('not-found');
  });
});

describe('a rotation', () => {
  test('PF-19 ends the old secret at once, or after an overlap', async () => {
    const dana = await acme.member('Dana');
    const first = await create(dana, 'turn');
    const second = await rotatePersonalToken(await world.as(dana), { ...here, name: 'turn' });
    expect(second.oldUntil).toBeNull();
    expect(await works(first.secret)).toBeUndefined();
    const third = await rotatePersonalToken(await world.as(dana), { ...here, name: 'turn', overlap: 3600 });
    expect(third.oldUntil?.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
    expect(await works(second.secret)).toMatchObject({ tokenId: second.id });
    expect(await works(third.secret)).toMatchObject({ tokenId: third.id });
    await world.db.execute(
      sql`update tokens set expires_at = clock_timestamp() - interval '1 ms' where id = ${second.id}`,
    );
    expect(await works(second.secret)).toBeUndefined();
    const last = await rotatePersonalToken(await world.as(dana), { ...here, name: 'turn' });
    expect(await works(third.secret)).toBeUndefined();
    await revokePersonalToken(await world.as(dana), { ...here, name: 'turn' });
    expect(await works(last.secret)).toBeUndefined();
  });

  test('an overlap never makes an old secret live longer than it would have', async () => {
    const dana = await acme.member('Dana');
    const first = await create(dana, 'short', { expires: { seconds: 60 } });
    await rotatePersonalToken(await world.as(dana), { ...here, name: 'short', overlap: 86_400 });
    expect((await works(first.secret))?.expiresAt).toEqual(first.expiresAt);
    const forever = rotatePersonalToken(await world.as(dana), { ...here, name: 'short', overlap: 1e8 });
    expect((await refusal(forever)).field).toBe('overlap');
  });

  test('gives the same life again where no other end is asked for', async () => {
    const dana = await acme.member('Dana');
    await create(dana, 'again', { expires: { seconds: 7 * 86_400 } });
    const next = await rotatePersonalToken(await world.as(dana), { ...here, name: 'again' });
    const days = ((next.expiresAt?.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6.9);
    expect(days).toBeLessThan(7.1);
  });
});

describe('an end', () => {
  test('is kept to the second by the database’s clock, with no job running', async () => {
    const dana = await acme.member('Dana');
    const { secret, id } = await create(dana, 'brief', { expires: { seconds: 3600 } });
    expect(await works(secret)).toBeDefined();
    await world.db.execute(sql`update tokens set expires_at = clock_timestamp() where id = ${id}`);
    expect(await works(secret)).toBeUndefined();
  });

  test('is within `token-max-life`, which a token gets that names none', async () => {
    const small = await mintOrganization(world, 'Small');
    const ctx = await world.as(small.admin);
    const workspaceId = world.workspace.id;
    await setSetting(ctx, { organizationId: small.id, key: 'token-max-life', value: '30d', workspaceId });
    const made = await createPersonalToken(ctx, { organizationId: small.id, name: 'dated' });
    expect(made.expiresAt?.getTime()).toBeLessThan(Date.now() + 30.1 * 86_400_000);
    const late = createPersonalToken(ctx, {
      organizationId: small.id,
      name: 'late',
      expires: { seconds: 31 * 86_400 },
    });
    expect(await refusal(late)).toMatchObject({ code: 'invalid', field: 'expires' });
    const past = createPersonalToken(ctx, {
      organizationId: small.id,
      name: 'past',
      expires: { at: new Date('2020-01-01') },
    });
    expect((await refusal(past)).code).toBe('invalid');
  });
});

test('last used is kept in memory and written together', async () => {
  const dana = await acme.member('Dana');
  const { secret, id } = await create(dana, 'used');
  const uses = createTokenUses(world.db);
  const at = async () => {
    const { tokens } = await listPersonalTokens(await world.as(dana), acme.organization);
    return tokens.find((token) => token.id === id)?.lastUsedAt ?? null;
  };
  for (let i = 0; i < 3; i += 1) {
    const found = await works(secret);
    if (found) uses.note(found);
  }
  expect(await at()).toBeNull();
  await uses.stop();
  const first = await at();
  expect(first).toBeInstanceOf(Date);
  uses.note({ organizationId: acme.id, tokenId: id, now: new Date('2020-01-01') });
  await uses.flush();
  expect(await at()).toEqual(first);
});

test('where a model has no personal tokens none is made, and the refusal says what there is', async () => {
  const wave = await mintOrganization(world, 'Wave', 'coreweave');
  const refused = await refusal(
    createPersonalToken(await world.as(wave.admin), { organizationId: wave.id, name: 'x' }),
  );
  expect(refused.code).toBe('forbidden');
  expect(refused.message).toContain('has no personal tokens');
  expect(refused.todo).toContain('/org token create');
});
