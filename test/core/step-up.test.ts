import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deactivateMember } from '../../src/core/member/set-state.ts';
import { setSetting } from '../../src/core/organization/set-setting.ts';
import { approveRequest, denyRequest } from '../../src/core/request/decide.ts';
import { editRequest } from '../../src/core/request/edit.ts';
import { type Opened, openRequest } from '../../src/core/request/open.ts';
import { drawnRequest } from '../../src/core/request/show.ts';
import { beginStepUp } from '../../src/core/step-up/begin.ts';
import { showStepUp } from '../../src/core/step-up/show.ts';
import { unlinkAccount } from '../../src/core/user/unlink.ts';
import { audit, settings } from '../../src/db/schema/index.ts';
import type { Authenticator } from '../support/authenticator.ts';
import { embeddedDatabase } from '../support/database.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { addPasskey, approvalLink, confirm, confirmed, signed } from '../support/passkeys.ts';
import { allRows } from '../support/rows.ts';
import { createWorld, type Person, refusal, type World } from '../support/world.ts';

let world: World;
let acme: Minted;
let globex: Minted;
let device: Authenticator;
let dana: Person;
let request: Opened;

const set = async (here: Minted, value: string) =>
  setSetting(await world.as(here.admin), {
    organizationId: here.id,
    key: 'high-risk-roles',
    value,
    workspaceId: world.workspace.id,
  });

const ask = async (role = 'owner'): Promise<Opened> =>
  openRequest(await world.as(dana), {
    organizationId: acme.id,
    project: 'etl',
    role,
    for: { seconds: 3600 },
    reason: 'INC-77',
  });

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  acme = await mintOrganization(world);
  globex = await mintOrganization(world, 'Globex');
  await acme.project('etl');
  await set(acme, 'owner');
  device = await addPasskey(world, acme.admin, 'laptop');
});

beforeEach(async () => {
  dana = await acme.member('Dana');
  request = await ask();
});

const approve = async (person: Person, name = request.name) =>
  approveRequest(await world.as(person), { organizationId: acme.id, request: name });

const link = (person = acme.admin, name = request.name) => approvalLink(world, person, acme.id, name);

const refusedConfirm = async (answer: Parameters<typeof confirm>[1]): Promise<string> => {
  const before = await allRows(world.db);
  const { code } = await refusal(confirm(world, answer));
  expect(await allRows(world.db)).toEqual(before);
  return code;
};

describe('a high-risk role is approved with a passkey', () => {
  test('chat alone does not approve it; the page does, once, and card and audit say so', async () => {
    const before = await allRows(world.db);
    expect((await refusal(approve(acme.admin))).code).toBe('step-up');
    expect(await allRows(world.db)).toEqual(before);
    const { done } = await confirmed(world, await link(), device);
    expect(done).toMatchObject({ name: request.name, requester: dana.email, role: 'owner' });
    const shown = await drawnRequest(world.db, acme.id, request.id);
    expect(shown).toMatchObject({
      state: 'approved',
      decisions: [{ by: acme.admin.email, passkey: { name: 'laptop', fresh: true } }],
    });
    const [event] = await world.db
      .select({ event: audit.event })
      .from(audit)
      .where(sql`${audit.action} = 'request.approved' and ${audit.target} = ${request.name}`);
    expect(JSON.parse(event?.event ?? '{}')).toMatchObject({
      actor: acme.admin.email,
      facts: { passkey: 'laptop', passkeyId: expect.any(String) },
    });
    expect(event?.event).not.toContain(device.id);
  });

  test('a role that is not marked needs none, and a denial never does', async () => {
    const plain = await ask('runner');
    await approve(acme.admin, plain.name);
    await denyRequest(await world.as(acme.admin), {
      organizationId: acme.id,
      request: request.name,
      reason: 'no',
    });
    expect((await drawnRequest(world.db, acme.id, plain.id))?.decisions[0]?.passkey).toBeNull();
  });

  test('an approval from before the role was marked counts no more: two approvals take two passkeys', async () => {
    const other = await mintOrganization(world, 'Initech');
    await other.project('etl');
    const [ada, ben] = [await other.member('Ada', { role: 'admin' }), await other.member('Ben')];
    const policy = { organizationId: other.id, workspaceId: world.workspace.id };
    await setSetting(await world.as(other.admin), { ...policy, key: 'approvals-required', value: '2' });
    const opened = await openRequest(await world.as(ben), {
      organizationId: other.id,
      project: 'etl',
      role: 'owner',
      reason: 'INC-78',
    });
    await approveRequest(await world.as(ada), { organizationId: other.id, request: opened.name });
    const counted = async () => (await drawnRequest(world.db, other.id, opened.id))?.approvals;
    expect(await counted()).toMatchObject({ counted: [{ by: ada.email }], lost: [] });
    await world.db
      .insert(settings)
      .values({ organizationId: other.id, key: 'high-risk-roles', value: ['owner'] });
    expect(await counted()).toMatchObject({ counted: [], lost: [{ by: ada.email }] });
  });

  test('an approver without a passkey is told to add one', async () => {
    const ada = await acme.member('Ada', { role: 'admin' });
    const refused = await refusal(approve(ada));
    expect([refused.code, refused.todo]).toEqual([
      'no-passkey',
      'Add one; it takes a minute. Then press Approve again.',
    ]);
  });

  test('a passkey that is a day old is no longer called new', async () => {
    await world.db.execute(
      sql`update passkeys set created_at = clock_timestamp() - interval '25 hours' where credential_id = ${device.id}`,
    );
    await confirmed(world, await link(), device);
    const shown = await drawnRequest(world.db, acme.id, request.id);
    expect(shown?.decisions[0]?.passkey).toEqual({ name: 'laptop', fresh: false });
  });

  test('the page shows the request, and what the device signs is another thing for every link and content', async () => {
    const token = await link();
    const shown = await showStepUp(world.system, { token });
    expect(shown).toMatchObject({ name: request.name, by: acme.admin.email });
    expect(shown.shown).toMatchObject({ role: 'owner', project: 'etl', reason: 'INC-77', seconds: 3600 });
    expect(shown.options).toMatchObject({
      rpId: 'rollcall.example.com',
      userVerification: 'required',
      allowCredentials: [{ id: device.id }],
    });
    const challenges = [shown.seen, (await showStepUp(world.system, { token: await link() })).seen];
    await editRequest(await world.as(dana), {
      organizationId: acme.id,
      request: request.name,
      reason: 'INC-78',
    });
    challenges.push((await showStepUp(world.system, { token })).seen);
    expect(new Set(challenges).size).toBe(3);
  });
});

describe('what is not this approver’s answer to this very request is refused and changes nothing', () => {
  test.each([
    ['another page', { origin: 'https://rollcall.example.com.evil.example' }],
    ['another domain', { rpId: 'evil.example' }],
    ['a device that did not check the person', { unverified: true }],
    ['a copied device, whose counter went back', { counter: 0 }],
  ])('an answer from %s', async (_name, how) => {
    expect(await refusedConfirm(await signed(world, await link(), device, how))).toBe('unproven');
  });

  test('another person’s passkey', async () => {
    const ada = await acme.member('Ada', { role: 'admin' });
    const other = await addPasskey(world, ada);
    expect(await refusedConfirm(await signed(world, await link(), other))).toBe('unproven');
  });

  test('a passkey that was removed meanwhile', async () => {
    const ada = await acme.member('Ada', { role: 'admin' });
    const removed = await addPasskey(world, ada);
    const answer = await signed(world, await link(ada), removed);
    await world.db.execute(sql`delete from passkeys where credential_id = ${removed.id}`);
    expect(await refusedConfirm(answer)).toBe('unproven');
  });

  test('an answer that was given on another link, and the same answer again', async () => {
    const [one, other] = [
      await signed(world, await link(), device),
      await signed(world, await link(), device),
    ];
    expect(await refusedConfirm({ ...one, response: other.response })).toBe('unproven');
    expect(await refusedConfirm({ ...one, seen: other.seen, response: other.response })).toBe('changed');
    await confirm(world, other);
    expect(await refusedConfirm(other)).toBe('used');
    expect(await refusedConfirm(one)).toBe('wrong-state');
  });

  test('an answer for another request', async () => {
    const second = await ask('owner').catch(async () => request);
    expect(second.id).toBe(request.id);
    const eve = await acme.member('Eve');
    const other = await openRequest(await world.as(eve), {
      organizationId: acme.id,
      project: 'etl',
      role: 'owner',
      reason: 'x',
    });
    const [mine, theirs] = [
      await signed(world, await link(), device),
      await signed(world, await link(acme.admin, other.name), device),
    ];
    expect(await refusedConfirm({ ...mine, response: theirs.response })).toBe('unproven');
  });

  test('abuse 13: a request that was edited in between', async () => {
    const answer = await signed(world, await link(), device);
    await editRequest(await world.as(dana), {
      organizationId: acme.id,
      request: request.name,
      reason: 'more',
    });
    expect(await refusedConfirm(answer)).toBe('changed');
  });

  test('an expired link', async () => {
    const answer = await signed(world, await link(), device);
    await world.db.execute(sql`update step_ups set expires_at = clock_timestamp()`);
    expect(await refusedConfirm(answer)).toBe('expired');
  });

  test('abuse 10: an approver who lost the right, is deactivated, or unlinked the account', async () => {
    const lost = async (how: (ada: Person) => Promise<unknown>): Promise<string> => {
      const ada = await acme.member('Ada', { projects: [{ project: 'etl', role: 'owner' }] });
      const own = await addPasskey(world, ada);
      const answer = await signed(world, await link(ada), own);
      await how(ada);
      return refusedConfirm(answer);
    };
    const ines = await world.as(acme.admin);
    expect(
      await lost(async (ada) => {
        await world.db.execute(sql`delete from grants where principal_id = ${await acme.userId(ada.email)}`);
      }),
    ).toBe('forbidden');
    expect(
      await lost((ada) => deactivateMember(ines, { organizationId: acme.id, person: { email: ada.email } })),
    ).toBe('deactivated');
    expect(await lost(async (ada) => unlinkAccount(await world.as(ada)))).toBe('not-linked');
  });

  test('what is no answer at all', async () => {
    const { token, seen } = await signed(world, await link(), device);
    for (const response of [undefined, null, 'x', {}, { id: device.id }, { response: { signature: 1 } }]) {
      expect(await refusedConfirm({ token, seen, response })).toBe('unproven');
    }
  });

  test('abuse 30: a link that is not real, whatever it looks like', async () => {
    const token = await link();
    const words = new Set<string>();
    for (const guess of [
      '',
      'x',
      `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      token.replace(/^.{22}/, 'A'.repeat(22)),
    ]) {
      const { code, message } = await refusal(showStepUp(world.system, { token: guess }));
      words.add(`${code} ${message}`);
    }
    expect([...words]).toEqual(['not-found This link does not work.']);
  });
});

describe('who may begin', () => {
  const begin = async (person: Person, organizationId: string, subject = request.name) =>
    beginStepUp(await world.as(person), { organizationId, action: 'request.approve', subject });

  test('a plain member, and rule 10: the requester, get no link', async () => {
    const before = await allRows(world.db);
    const plain = await acme.member('Plain');
    const then = await allRows(world.db);
    expect((await refusal(begin(plain, acme.id))).code).toBe('forbidden');
    expect((await refusal(begin(dana, acme.id))).code).toBe('own-request');
    expect(await allRows(world.db)).toEqual(then);
    expect(then).not.toEqual(before);
  });

  test('rule 8: another organization’s administrator gets none, there or at home', async () => {
    const before = await allRows(world.db);
    expect((await refusal(begin(globex.admin, acme.id))).code).toBe('not-found');
    expect((await refusal(begin(globex.admin, globex.id, request.id))).code).toBe('not-found');
    expect(await allRows(world.db)).toEqual(before);
  });
});

describe('the setting', () => {
  test('takes roles of both scopes, and refuses roles that there are not', async () => {
    expect(await set(globex, 'Admin, owner,admin')).toMatchObject({ after: 'admin, owner' });
    const { code, todo, field } = await refusal(set(globex, 'admin,onwer'));
    expect([code, field]).toEqual(['not-found', 'value']);
    expect(todo).toContain('Closest: owner.');
    expect((await refusal(set(globex, ' , '))).code).toBe('invalid');
  });

  test('abuse 22: nobody changes it back alone', async () => {
    const wonka = await mintOrganization(world, 'Wonka');
    await set(wonka, 'admin');
    for (const value of ['none', 'admin,owner']) {
      expect((await refusal(set(wonka, value))).code).toBe('needs-approval');
    }
  });

  test('is refused where no browser makes passkeys, and nothing is still nothing there', async () => {
    const wayne = await mintOrganization(world, 'Wayne');
    const ctx = await world.as(wayne.admin);
    const installation = { ...world.installation, publicUrl: 'http://10.0.0.1' };
    const at = (value: string) =>
      setSetting(
        { ...ctx, installation },
        { organizationId: wayne.id, key: 'high-risk-roles', value, workspaceId: world.workspace.id },
      );
    expect((await refusal(at('admin'))).code).toBe('unavailable');
    await at('none');
  });
});

describe('nobody has a passkey yet', () => {
  const wanted = async (person: Person): Promise<number> =>
    world.count(sql`
      select count(*) as count from messages where notice = 'passkey-wanted' and recipient = ${person.account.externalId}`);

  test('whoever may decide and who asked hear it at once, and the request stands', async () => {
    const initech = await mintOrganization(world, 'Initech');
    await set(initech, 'admin');
    const sam = await initech.member('Sam');
    const open = async () =>
      openRequest(await world.as(sam), { organizationId: initech.id, role: 'admin', reason: 'x' });
    const first = await open();
    expect([await wanted(initech.admin), await wanted(sam)]).toEqual([1, 1]);
    expect((await drawnRequest(world.db, initech.id, first.id))?.state).toBe('pending');
    await denyRequest(await world.as(initech.admin), {
      organizationId: initech.id,
      request: first.name,
      reason: 'later',
    });
    await addPasskey(world, initech.admin);
    await open();
    expect([await wanted(initech.admin), await wanted(sam)]).toEqual([1, 1]);
  });
});

test('no row holds the secret of a link, nor what is signed on it', async () => {
  const token = await link();
  const rows = JSON.stringify(await allRows(world.db));
  expect(rows).not.toContain(token.split('.')[1]);
  const { seen } = await showStepUp(world.system, { token });
  expect(rows).not.toContain(seen);
});
