import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { giveGrant } from '../../../src/core/grant/give.ts';
import { replaceAccess } from '../../../src/core/grant/replace.ts';
import { revokeGrants } from '../../../src/core/grant/revoke.ts';
import { editableAccess } from '../../../src/core/grant/whole.ts';
import { authenticate } from '../../../src/core/token/authenticate.ts';
import { createOrganizationToken } from '../../../src/core/token/create-organization.ts';
import { listTokens } from '../../../src/core/token/list.ts';
import { mayAsk } from '../../../src/core/token/may-ask.ts';
import { revokeToken } from '../../../src/core/token/revoke.ts';
import { rowsOf } from '../../../src/db/client.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { type Minted, mintOrganization } from '../../support/organization.ts';
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
  dana = await wave.member('Dana');
});

const create = async (name: string, more: object = {}, by: Person = wave.admin) =>
  createOrganizationToken(await world.as(by), { organizationId: wave.id, name, ...more });

const asks = async (secret: string): Promise<boolean> => {
  const caller = await authenticate(world.db, secret);
  return caller !== undefined && mayAsk(caller);
};

const admins = async (): Promise<number> => {
  const [row] = rowsOf<{ admins: number }>(
    await world.db.execute(sql`select admins from ledgers where organization_id = ${wave.id}`),
  );
  return row?.admins ?? 0;
};

const save = async (name: string, role: string | null, by: Person = wave.admin) =>
  replaceAccess(await world.as(by), {
    organizationId: wave.id,
    person: { token: name },
    role,
    projects: [],
  });

describe('an organization token with an organization role', () => {
  test('asks for decisions by admin-read, and is listed and audited with it', async () => {
    const before = await wave.sequence();
    const { secret, role } = await create('gateway', { role: 'admin-read' });
    expect(role).toBe('admin-read');
    expect(await asks(secret)).toBe(true);
    const [event] = rowsOf<{ event: string }>(
      await world.db.execute(sql`
        select event from audit where organization_id = ${wave.id} and sequence > ${before}`),
    );
    expect(JSON.parse(event?.event ?? '{}')).toMatchObject({
      action: 'token.created',
      facts: { role: 'admin-read' },
    });
    const { items } = await listTokens(await world.as(wave.admin), wave.organization);
    expect(items.find((token) => token.name === 'gateway')).toMatchObject({ role: 'admin-read' });
    expect(await asks((await create('plain')).secret)).toBe(false);
  });

  test('CW-08 never runs the organization: the administrator role is for people, and rule 6 counts them alone', async () => {
    const counted = await admins();
    expect(await refusal(create('chief', { role: 'admin' }))).toMatchObject({
      code: 'forbidden',
      field: 'role',
    });
    await create('climber', { role: 'member' });
    expect(await refusal(save('climber', 'admin'))).toMatchObject({ code: 'forbidden', field: 'role' });
    const { roles } = await editableAccess(await world.as(wave.admin), wave.organization, {
      token: 'climber',
    });
    expect(roles).toEqual(['admin-read', 'member']);
    expect(await admins()).toBe(counted);
  });

  test('is given and taken one by the access form, under tokens:write and with its audit', async () => {
    const { secret } = await create('turning');
    const before = await wave.sequence();
    await save('turning', 'admin-read');
    expect(await asks(secret)).toBe(true);
    await save('turning', null);
    expect(await asks(secret)).toBe(false);
    expect(await wave.audited(before)).toEqual([
      expect.objectContaining({ action: 'token.role-changed', target: 'token:turning' }),
      expect.objectContaining({ action: 'token.role-changed', target: 'token:turning' }),
    ]);
  });

  test('CW-05 a member gives none, by creating or by the form; nor does another organization’s administrator', async () => {
    await create('kept', { role: 'admin-read' });
    const before = await wave.sequence();
    expect((await refusal(create('mine', { role: 'member' }, dana))).code).toBe('forbidden');
    expect((await refusal(save('kept', null, dana))).code).toBe('forbidden');
    expect((await refusal(create('theirs', { role: 'member' }, rival.admin))).code).toBe('not-found');
    expect((await refusal(create('odd', { role: 'namespace-user' }))).code).toBe('not-found');
    expect(await wave.sequence()).toBe(before);
  });

  test('CW-33 changing a member’s namespaces leaves it as it was, and CW-06 revoking it leaves nothing', async () => {
    const { secret } = await create('steady', { role: 'admin-read', member: { email: dana.email } });
    const before = JSON.stringify((await authenticate(world.db, secret))?.principal);
    const access = { organizationId: wave.id, person: { email: dana.email }, project: 'wave-alpha' };
    await giveGrant(await world.as(wave.admin), { ...access, role: 'namespace-user' });
    await revokeGrants(await world.as(wave.admin), access);
    expect(JSON.stringify((await authenticate(world.db, secret))?.principal)).toBe(before);
    await revokeToken(await world.as(wave.admin), { organizationId: wave.id, name: 'steady' });
    expect(await authenticate(world.db, secret)).toBeUndefined();
    expect(
      await world.count(sql`
        select count(*) as count from principals where organization_id = ${wave.id} and kind = 'token'
          and state = 'removed' and role_id is not null`),
    ).toBe(0);
  });

  test('a service account has none, and Postgres refuses one', async () => {
    const write = world.db.execute(sql`
      insert into principals (organization_id, id, kind, role_id)
      select organization_id, gen_random_uuid(), 'service-account', id from roles
      where organization_id = ${wave.id} and name = 'member'`);
    await expect(write).rejects.toMatchObject({ cause: { code: '23514' } });
  });
});
