import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { INSTALLATION_CHAIN } from '../../src/core/audit/append.ts';
import { startEnrolment } from '../../src/core/passkey/enrol.ts';
import { listPasskeys } from '../../src/core/passkey/list.ts';
import { operatorPasskeyLink } from '../../src/core/passkey/operator-link.ts';
import { registerPasskey, showEnrolment } from '../../src/core/passkey/register.ts';
import { relyingPartyOf } from '../../src/core/passkey/relying-party.ts';
import { removePasskey } from '../../src/core/passkey/remove.ts';
import { unlinkAccount } from '../../src/core/user/unlink.ts';
import { rowsOf } from '../../src/db/client.ts';
import { Authenticator } from '../support/authenticator.ts';
import { embeddedDatabase } from '../support/database.ts';
import { asOperator } from '../support/operators.ts';
import { mintOrganization } from '../support/organization.ts';
import { addPasskey, mailedEnrolment, secretOf } from '../support/passkeys.ts';
import { allRows } from '../support/rows.ts';
import { createWorld, type Person, refusal, type World } from '../support/world.ts';

const ORIGIN = 'https://rollcall.example.com';

let world: World;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  await mintOrganization(world);
});

const opened = async (person: Person) => {
  await startEnrolment(await world.as(person), {});
  const token = await mailedEnrolment(world, person);
  return { token, ...(await showEnrolment(world.system, { token })) };
};

const events = async (action: string, target: string) =>
  rowsOf<{ event: string }>(
    await world.db.execute(sql`
      select event from audit where organization_id = ${INSTALLATION_CHAIN} and action = ${action}
        and target = ${target} order by sequence`),
  ).map(({ event }) => JSON.parse(event));

const told = async (notice: string, person: Person): Promise<number> =>
  world.count(
    sql`select count(*) as count from messages where notice = ${notice} and recipient = ${person.account.externalId}`,
  );

describe('adding a passkey', () => {
  test('a mailed link adds it once, tells the person on every account, and is audited for the installation', async () => {
    const ada = await world.person('Ada');
    const second: Person = { ...world.stranger('Ada'), email: ada.email };
    await world.link(second, ada.email);
    const device = await addPasskey(world, ada, 'laptop');
    const [passkey, ...more] = await listPasskeys(await world.as(second));
    expect(more).toEqual([]);
    expect(passkey).toMatchObject({ name: 'laptop', lastUsedAt: null, backedUp: false });
    const [event] = await events('passkey.added', ada.email);
    expect(event).toMatchObject({ actor: ada.email, facts: { passkey: 'laptop' } });
    expect(JSON.stringify(event)).not.toContain(device.id);
    for (const account of [ada, second]) expect(await told('passkey-added', account)).toBe(1);
  });

  test('the page asks for user verification, no attestation, and none of the devices that hold one already', async () => {
    const ada = await world.person('Ada');
    const device = await addPasskey(world, ada);
    const { options, email, name } = await opened(ada);
    expect([email, name]).toEqual([ada.email, 'passkey-2']);
    expect(options).toMatchObject({
      attestation: 'none',
      rp: { id: 'rollcall.example.com' },
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
      excludeCredentials: [{ id: device.id }],
    });
  });

  test('a link works once, is replaced by the next one, and ends', async () => {
    const ada = await world.person('Ada');
    const first = await opened(ada);
    const device = new Authenticator(ORIGIN);
    const next = await opened(ada);
    const show = (token: string) => refusal(showEnrolment(world.system, { token }));
    expect((await show(first.token)).code).toBe('expired');
    const answer = { token: next.token, response: device.register(next.options) };
    await registerPasskey(world.system, answer);
    expect((await refusal(registerPasskey(world.system, answer))).code).toBe('used');
    expect((await show(next.token)).code).toBe('used');
    const late = await opened(ada);
    await world.db.execute(
      sql`update passkey_enrolments set expires_at = clock_timestamp() where used_at is null`,
    );
    const response = new Authenticator(ORIGIN).register(late.options);
    expect((await refusal(registerPasskey(world.system, { token: late.token, response }))).code).toBe(
      'expired',
    );
  });

  test('two devices at one link at once: one is added', async () => {
    const ada = await world.person('Ada');
    const { token, options } = await opened(ada);
    const answers = [1, 2].map(() =>
      registerPasskey(world.system, { token, response: new Authenticator(ORIGIN).register(options) }),
    );
    const results = await Promise.allSettled(answers);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await listPasskeys(await world.as(ada))).toHaveLength(1);
  });

  test.each([
    ['another page', { origin: 'https://rollcall.example.com.evil.example' }],
    ['another domain', { rpId: 'evil.example' }],
    ['a device that did not check the person', { unverified: true }],
  ])('a registration from %s is refused and changes nothing', async (_name, how) => {
    const { token, options } = await opened(await world.person('Ada'));
    const before = await allRows(world.db);
    const response = new Authenticator(ORIGIN).register(options, how);
    expect((await refusal(registerPasskey(world.system, { token, response }))).code).toBe('unproven');
    expect(await allRows(world.db)).toEqual(before);
  });

  test('a registration for another link, and what is none at all, are refused', async () => {
    const [one, other] = [await opened(await world.person('Ada')), await opened(await world.person('Bo'))];
    const before = await allRows(world.db);
    const device = new Authenticator(ORIGIN);
    for (const response of [device.register(other.options), {}, null, 'x', { id: 1 }, { response: [] }]) {
      expect((await refusal(registerPasskey(world.system, { token: one.token, response }))).code).toBe(
        'unproven',
      );
    }
    expect(await allRows(world.db)).toEqual(before);
  });

  test('a passkey that is somebody’s cannot be another person’s too', async () => {
    const device = await addPasskey(world, await world.person('Ada'));
    const { token, options } = await opened(await world.person('Bo'));
    const response = device.register(options);
    expect((await refusal(registerPasskey(world.system, { token, response }))).code).toBe('taken');
  });

  test('a link of an account that has been unlinked since does nothing', async () => {
    const ada = await world.person('Ada');
    const { token, options } = await opened(ada);
    await unlinkAccount(await world.as(ada));
    const response = new Authenticator(ORIGIN).register(options);
    expect((await refusal(registerPasskey(world.system, { token, response }))).code).toBe('not-linked');
  });

  test('an unlinked account, a name in use, no name, and a sixth letter in a while are refused', async () => {
    const stranger = await world.as(world.stranger('Zoe'));
    expect((await refusal(startEnrolment(stranger, {}))).code).toBe('not-linked');
    const ada = await world.person('Ada');
    await addPasskey(world, ada, 'laptop');
    const ctx = await world.as(ada);
    expect((await refusal(startEnrolment(ctx, { name: 'laptop' }))).code).toBe('taken');
    for (const name of ['  ', 'x'.repeat(41), 'a\u202eb']) {
      expect((await refusal(startEnrolment(ctx, { name }))).code).toBe('invalid');
    }
    for (let letter = 2; letter <= 5; letter += 1) await startEnrolment(ctx, { name: 'phone' });
    expect((await refusal(startEnrolment(ctx, { name: 'phone' }))).code).toBe('limit');
  });
});

describe('removing a passkey', () => {
  test('it is forgotten, told and audited; the way back is to add it again', async () => {
    const ada = await world.person('Ada');
    await addPasskey(world, ada, 'laptop');
    const ctx = await world.as(ada);
    await removePasskey(ctx, { name: 'laptop' });
    expect(await listPasskeys(ctx)).toEqual([]);
    expect(await told('passkey-removed', ada)).toBe(1);
    expect(await events('passkey.removed', ada.email)).toHaveLength(1);
    await addPasskey(world, ada, 'laptop');
  });

  test('another person’s is not found, and stays', async () => {
    const [ada, bo] = [await world.person('Ada'), await world.person('Bo')];
    await addPasskey(world, ada, 'laptop');
    const before = await allRows(world.db);
    const { code, message } = await refusal(removePasskey(await world.as(bo), { name: 'laptop' }));
    expect([code, message]).toEqual(['not-found', 'You have no passkey `laptop`.']);
    expect(await allRows(world.db)).toEqual(before);
  });
});

describe('without mail', () => {
  let silent: World;

  beforeAll(() => {
    silent = createWorld(world.database, { mail: false, operators: [] });
  });

  const operatorOf = async (name: string) => {
    const person = await world.person(name);
    const ctx = await asOperator(world, person);
    return { email: person.email, ctx: { ...ctx, installation: silent.installation } };
  };

  test('an operator hands the link over, and the audit says who', async () => {
    const ada = await world.person('Ada');
    const ctx = { ...(await world.as(ada)), installation: silent.installation };
    expect(await startEnrolment(ctx, { name: 'laptop' })).toMatchObject({ mailed: false });
    const { ctx: operator } = await operatorOf('Ops');
    const shown = await operatorPasskeyLink(operator, { email: ada.email });
    const { options } = await showEnrolment({ ...silent.system }, { token: secretOf(shown.link) });
    const response = new Authenticator(ORIGIN).register(options);
    await registerPasskey(silent.system, { token: secretOf(shown.link), response });
    expect(await events('passkey-link.shown', ada.email)).toHaveLength(1);
  });

  test('nobody else sees it, not even an operator their own, nor where there is mail', async () => {
    const ada = await world.person('Ada');
    const plain = { ...(await world.as(ada)), installation: silent.installation };
    await startEnrolment(plain, {});
    expect((await refusal(operatorPasskeyLink(plain, { email: ada.email }))).code).toBe('forbidden');
    const { ctx: operator, email } = await operatorOf('Ops');
    const own = await refusal(operatorPasskeyLink(operator, { email }));
    expect(own.message).toContain('nobody vouches for themselves');
    const mailing = { ...operator, installation: world.installation };
    expect((await refusal(operatorPasskeyLink(mailing, { email: ada.email }))).code).toBe('forbidden');
    const none = await refusal(operatorPasskeyLink(operator, { email: 'nobody@example.com' }));
    expect(none.code).toBe('not-found');
  });
});

describe('where browsers make passkeys', () => {
  test.each([
    ['https://rollcall.example.com', 'rollcall.example.com'],
    ['https://rollcall.example.com:8443/', 'rollcall.example.com'],
    ['http://localhost:3000', 'localhost'],
    ['http://rollcall.example.com', undefined],
    ['http://127.0.0.1:3000', undefined],
    ['https://10.0.0.1', undefined],
    ['https://[::1]', undefined],
  ])('%s belongs to %s', (publicUrl, id) => {
    expect(relyingPartyOf(publicUrl)?.id).toBe(id);
  });

  test('elsewhere none is added, and the refusal says what has to change', async () => {
    const ada = await world.person('Ada');
    const plain = { ...world.installation, publicUrl: 'http://rollcall.example.com' };
    const refused = await refusal(startEnrolment({ ...(await world.as(ada)), installation: plain }, {}));
    expect([refused.code, refused.todo]).toEqual([
      'unavailable',
      'Whoever runs this installation has to set PUBLIC_URL to an https address.',
    ]);
  });
});
