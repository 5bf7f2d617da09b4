import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendInvitations } from '../../../src/core/invitation/send.ts';
import { createOrganization } from '../../../src/core/organization/create.ts';
import type { Organization } from '../../../src/core/organization/organization.ts';
import { listSettings, setSetting } from '../../../src/core/organization/set-setting.ts';
import { offersSso } from '../../../src/core/sso/offer.ts';
import { loadProvider, storedProvider } from '../../../src/core/sso/provider.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { type OpenIdProvider, startOpenId } from '../../support/openid.ts';
import { createWorld, type Person, refusal, type World } from '../../support/world.ts';

let world: World;
let admin: Person;
let openId: OpenIdProvider;
let another: OpenIdProvider;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database, { publicUrl: 'http://127.0.0.1:3000' });
  admin = await world.person('Ines');
  const redirect = 'http://127.0.0.1:3000/sso/callback';
  openId = await startOpenId({ redirect });
  another = await startOpenId({ redirect });
});

afterAll(() => Promise.all([openId.stop(), another.stop()]));

let made = 0;
const found = async (model = 'crusoe'): Promise<Organization> => {
  made += 1;
  return createOrganization(await world.as(admin), {
    name: `Org ${made}`,
    model,
    workspace: world.workspace,
  });
};

const set = async (
  { id }: Organization,
  key: string,
  value: string,
  { inForm = true, on = world }: { inForm?: boolean; on?: World } = {},
) => {
  const ctx = { ...(await world.as(admin)), installation: on.installation };
  return setSetting(ctx, { organizationId: id, key, value, workspaceId: world.workspace.id, inForm });
};

const setAll = async (organization: Organization, provider = openId) => {
  await set(organization, 'sso-issuer', provider.issuer);
  await set(organization, 'sso-client-id', provider.clientId);
  await set(organization, 'sso-client-secret', provider.clientSecret);
};

const shown = async (organization: Organization) => {
  const all = await listSettings(await world.as(admin), organization, world.workspace.id);
  return Object.fromEntries(
    all.filter(({ key }) => key.startsWith('sso')).map(({ key, value }) => [key, value]),
  );
};

const inviting = async (organization: Organization, email: string) =>
  sendInvitations(await world.as(admin), { organizationId: organization.id, emails: [email], sso: true });

describe('an organization’s OpenID provider', () => {
  test('is asked what it is before it is taken, and shown but for its secret', async () => {
    const acme = await found();
    await setAll(acme);
    expect(await shown(acme)).toEqual({
      'sso-issuer': openId.issuer,
      'sso-client-id': 'rollcall',
      'sso-client-secret': 'set, and never shown again',
    });
    expect(await loadProvider(world.db, world.installation, acme.id)).toMatchObject({
      issuer: openId.issuer,
      clientSecret: openId.clientSecret,
    });
  });

  test('keeps its secret encrypted, for this organization and this provider alone', async () => {
    const [acme, globex] = [await found(), await found()];
    await setAll(acme);
    await setAll(globex, another);
    const everything = JSON.stringify([
      await storedProvider(world.db, acme.id),
      (await world.db.execute(sql`select event from audit`)) as unknown,
      (await world.db.execute(sql`select * from settings`)) as unknown,
    ]);
    expect(everything).toContain('sso-client-secret');
    expect(everything).not.toContain(openId.clientSecret);
    const { secretKey } = world.installation;
    expect(await loadProvider(world.db, { secretKey: `${secretKey}!` }, acme.id)).toBeUndefined();
    await world.db.execute(sql`
      update sso_providers set client_secret = (select client_secret from sso_providers
        where organization_id = ${acme.id}) where organization_id = ${globex.id}`);
    expect(await loadProvider(world.db, world.installation, globex.id)).toBeUndefined();
    await world.db.execute(sql`
      update sso_providers set issuer = ${another.issuer} where organization_id = ${acme.id}`);
    expect(await loadProvider(world.db, world.installation, acme.id)).toBeUndefined();
  });

  test('takes its client and secret with it when another is named, so that no secret is sent elsewhere', async () => {
    const acme = await found();
    await setAll(acme);
    await set(acme, 'sso-issuer', openId.issuer);
    expect((await shown(acme))['sso-client-secret']).toContain('set,');
    await set(acme, 'sso-issuer', another.issuer);
    expect(await storedProvider(world.db, acme.id)).toMatchObject({
      issuer: another.issuer,
      clientId: null,
      clientSecret: null,
    });
    await set(acme, 'sso-issuer', 'none');
    expect((await shown(acme))['sso-issuer']).toBe('not set');
  });

  test('its secret is not taken from a message, and not before the provider', async () => {
    const acme = await found();
    expect((await refusal(set(acme, 'sso-client-secret', 'x', { inForm: false }))).todo).toContain(
      'the form',
    );
    expect((await refusal(set(acme, 'sso-client-secret', 'x'))).todo).toBe('Set `sso-issuer` first.');
    expect((await storedProvider(world.db, acme.id)).clientSecret).toBeNull();
  });

  test.each([
    'id.example.com',
    'ftp://id.example.com',
    'http://id.example.com',
    'https://user:pass@id.example.com',
    'https://id.example.com/?a=b',
    'https://id.example.com/#a',
    'https://id.example.com/.well-known/openid-configuration',
  ])('is not named %s', async (issuer) => {
    expect((await refusal(set(await found(), 'sso-issuer', issuer))).code).toBe('invalid');
  });

  test('is not taken where none answers, or one of another name', async () => {
    const acme = await found();
    expect((await refusal(set(acme, 'sso-issuer', 'http://127.0.0.1:1'))).code).toBe('unavailable');
    const byAnotherName = openId.issuer.replace('127.0.0.1', 'localhost');
    expect((await refusal(set(acme, 'sso-issuer', byAnotherName))).code).toBe('unavailable');
    expect((await storedProvider(world.db, acme.id)).issuer).toBeNull();
  });

  test('abuse 45: is not on this machine, or inside, for an installation that is reached from outside', async () => {
    const outside = {
      ...world,
      installation: { ...world.installation, publicUrl: 'https://rollcall.example.com' },
    };
    const acme = await found();
    for (const [issuer, code] of [
      [openId.issuer, 'invalid'],
      [openId.issuer.replace('http:', 'https:'), 'unavailable'],
      ['https://169.254.169.254', 'unavailable'],
      ['https://10.0.0.1', 'unavailable'],
    ] as const) {
      expect((await refusal(set(acme, 'sso-issuer', issuer, { on: outside }))).code).toBe(code);
    }
  });

  test('is named by who may change settings alone, and nobody else makes us ask anywhere', async () => {
    const acme = await found();
    const stranger = await world.person('Mallory');
    const asStranger = setSetting(await world.as(stranger), {
      organizationId: acme.id,
      key: 'sso-issuer',
      value: 'http://127.0.0.1:1',
      workspaceId: world.workspace.id,
    });
    expect((await refusal(asStranger)).code).toBe('not-found');
  });
});

describe('CR-04 the choice of single sign-on', () => {
  test('is there once all of the provider is set, and only then', async () => {
    const acme = await found();
    const error = await refusal(inviting(acme, 'dana@example.com'));
    expect([error.code, error.field]).toEqual(['invalid', 'sso']);
    await set(acme, 'sso-issuer', openId.issuer);
    await set(acme, 'sso-client-id', openId.clientId);
    expect(await offersSso(world.db, world.installation, acme)).toBe(false);
    await set(acme, 'sso-client-secret', openId.clientSecret);
    expect(await offersSso(world.db, world.installation, acme)).toBe(true);
    expect(await inviting(acme, 'dana@example.com')).toMatchObject({ sso: true });
    expect(
      await world.count(sql`
        select count(*)::int as count from invitations where organization_id = ${acme.id} and sso_required`),
    ).toBe(1);
  });

  test('is not there under a model that does not know it', async () => {
    const acme = await found('prefect');
    await setAll(acme);
    expect((await refusal(inviting(acme, 'dana@example.com'))).message).toContain(
      'do not ask for single sign-on',
    );
  });
});
