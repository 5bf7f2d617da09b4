import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { INSTALLATION_CHAIN } from '../../src/core/audit/append.ts';
import { verifyChain } from '../../src/core/audit/verify.ts';
import type { Context } from '../../src/core/context.ts';
import { confirmLink } from '../../src/core/user/confirm-link.ts';
import { linkByProfile } from '../../src/core/user/link-by-profile.ts';
import { writtenLinkCode } from '../../src/core/user/link-letter.ts';
import { makeSetupCode } from '../../src/core/user/make-setup-code.ts';
import { startLink } from '../../src/core/user/start-link.ts';
import { unlinkAccount } from '../../src/core/user/unlink.ts';
import { embeddedDatabase } from '../support/database.ts';
import { createWorld, type Person, refusal, type World } from '../support/world.ts';

let world: World;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
});

const start = async (person: Person, email = person.email) =>
  startLink(await world.as(person), { email, workspaceName: 'Acme HQ' });
const confirm = async (person: Person, code: string) => confirmLink(await world.as(person), { code });
const linked = async (person: Person) => (await world.as(person)).actor;
const events = () =>
  world.count(sql`select count(*) as count from audit where organization_id = ${INSTALLATION_CHAIN}`);

describe('linking a chat account by a mailed code', () => {
  test('the mailed code links the account, in any case and with spaces around it, once', async () => {
    const dana = world.stranger('Dana');
    expect(await start(dana)).toEqual({ email: dana.email, minutes: 15, mailed: true });
    const code = await world.mailedCode(dana.email);
    expect(code).toMatch(/^[A-Z2-9]{8}$/);
    const before = await events();
    expect(await confirm(dana, ` ${code.toLowerCase()} `)).toMatchObject({
      email: dana.email,
      operator: false,
    });
    expect(await linked(dana)).toMatchObject({ email: dana.email, operator: false });
    expect(await events()).toBe(before + 1);
    expect((await refusal(confirm(dana, code))).code).toBe('wrong-code');
    expect((await refusal(start(dana))).code).toBe('taken');
  });

  test('the code stands in no row: not in the message, not in the code’s own', async () => {
    const dana = world.stranger('Dana');
    await start(dana);
    const code = await world.mailedCode(dana.email);
    const message = await world.db.query.messages.findFirst({
      where: (row, { eq }) => eq(row.recipient, dana.email),
    });
    const row = await world.db.query.linkCodes.findFirst({ where: (it, { eq }) => eq(it.email, dana.email) });
    expect(message).toMatchObject({ notice: 'link-code', platform: 'mail' });
    expect(JSON.stringify([message, row])).not.toContain(code);
  });

  test('five wrong tries are allowed; after them even the right code is refused, until a new one is sent', async () => {
    const dana = world.stranger('Dana');
    await start(dana);
    const code = await world.mailedCode(dana.email);
    const left = [];
    for (let i = 0; i < 5; i += 1) left.push((await refusal(confirm(dana, 'AAAAAAAA'))).todo);
    expect(left.slice(0, 4).map((todo) => /\d/.exec(todo ?? '')?.[0])).toEqual(['4', '3', '2', '1']);
    const sixth = await refusal(confirm(dana, code));
    expect(sixth).toMatchObject({ code: 'wrong-code' });
    expect(sixth.message).toContain('five wrong tries');
    expect(await linked(dana)).not.toHaveProperty('email', dana.email);
    await start(dana);
    expect(await confirm(dana, await world.mailedCode(dana.email))).toMatchObject({ email: dana.email });
  });

  test('a code that has expired, was replaced, or was made for another account links nobody', async () => {
    const dana = world.stranger('Dana');
    const thief = world.stranger('Thief');
    await start(dana);
    const first = await world.mailedCode(dana.email);
    expect((await refusal(confirm(thief, first))).code).toBe('wrong-code');
    await start(dana);
    expect((await refusal(confirm(dana, first))).code).toBe('wrong-code');
    const second = await world.mailedCode(dana.email);
    await world.db.execute(sql`
      update link_codes set expires_at = clock_timestamp() where email = ${dana.email} and used_at is null`);
    expect((await refusal(confirm(dana, second))).code).toBe('wrong-code');
    expect(await linked(dana)).toHaveProperty('userId', undefined);
    await expect(world.mailedCode(dana.email)).rejects.toThrow();
  });

  test('no more than five codes are mailed for an account in a quarter of an hour', async () => {
    const dana = world.stranger('Dana');
    for (let i = 0; i < 5; i += 1) await start(dana);
    expect((await refusal(start(dana))).code).toBe('limit');
    expect(
      await world.count(sql`select count(*) as count from messages where recipient = ${dana.email}`),
    ).toBe(5);
  });

  test('abuse 30: the answer is the same whether or not anybody is known under the address', async () => {
    const known = await world.person('Known');
    const asker = world.stranger('Asker');
    const [one, other] = [await start(asker, known.email), await start(asker, 'nobody@example.com')];
    expect({ ...one, email: '' }).toEqual({ ...other, email: '' });
  });

  test('a person may link several accounts, an account belongs to one person', async () => {
    const dana = await world.person('Dana');
    const second: Person = {
      ...dana,
      account: { ...dana.account, externalId: `${dana.account.externalId}2` },
    };
    await world.link(second);
    const [one, two] = [await linked(dana), await linked(second)];
    expect(one).toMatchObject({ email: dana.email });
    expect(two.kind === 'account' && two.userId).toBe(one.kind === 'account' && one.userId);
  });

  test('abuse 2: the same user id in another workspace is somebody else', async () => {
    const dana = await world.person('Dana');
    const twin: Person = { ...dana, account: { ...dana.account, workspaceId: 'T-FOREIGN' } };
    expect(await linked(twin)).toHaveProperty('userId', undefined);
  });

  test('unlinking is remembered, and undoes the link at once', async () => {
    const dana = await world.person('Dana');
    expect(await unlinkAccount(await world.as(dana))).toEqual({ email: dana.email });
    expect(await linked(dana)).toHaveProperty('userId', undefined);
    expect((await refusal(unlinkAccount(await world.as(dana)))).code).toBe('not-linked');
    const rows = sql`select count(*) as count from accounts where external_id = ${dana.account.externalId}`;
    expect(await world.count(rows)).toBe(1);
    await world.link(dana);
    expect(await world.count(rows)).toBe(2);
    expect((await verifyChain(world.db, INSTALLATION_CHAIN)).broken).toBeUndefined();
  });
});

describe('linking by a verified profile address', () => {
  const byProfile = async (person: Person, trusted: string[]) => {
    const ctx: Context = await world.as(person);
    return linkByProfile(
      { ...ctx, installation: { ...ctx.installation, linkByEmail: trusted } },
      person.email,
    );
  };

  test('only workspaces that the settings name are trusted', async () => {
    const dana = world.stranger('Dana');
    expect(await byProfile(dana, [])).toBeUndefined();
    expect(await byProfile(dana, ['T-OTHER'])).toBeUndefined();
    expect(await byProfile(dana, [world.workspace.id])).toMatchObject({ email: dana.email });
  });

  test('whoever has unlinked is not linked again by their profile', async () => {
    const dana = await world.person('Dana');
    await unlinkAccount(await world.as(dana));
    expect(await byProfile(dana, [world.workspace.id])).toBeUndefined();
  });
});

describe('the first operator', () => {
  test('the printed code makes one operator, once, and none is made while there is one', async () => {
    const fresh = createWorld(world.database);
    const [code, other] = [await makeSetupCode(fresh.system), await makeSetupCode(fresh.system)];
    const [olga, mallory] = [fresh.stranger('Olga'), fresh.stranger('Mallory')];
    const use = async (person: Person, typed: string | undefined, email?: string) =>
      confirmLink(await fresh.as(person), { code: typed ?? '', email });
    expect((await refusal(use(olga, code))).field).toBe('email');
    expect(await use(olga, code, olga.email.toUpperCase())).toMatchObject({
      email: olga.email,
      operator: true,
    });
    expect(await linked(olga)).toMatchObject({ operator: true });
    expect((await refusal(use(mallory, code, mallory.email))).code).toBe('wrong-code');
    expect((await refusal(use(mallory, other, mallory.email))).code).toBe('wrong-code');
    expect(await linked(mallory)).toMatchObject({ operator: false, userId: undefined });
    expect(await makeSetupCode(fresh.system)).toBeUndefined();
  });

  test('guesses at the printed code are counted like any others', async () => {
    const mallory = world.stranger('Mallory');
    for (let i = 0; i < 5; i += 1) {
      const guess = confirmLink(await world.as(mallory), { code: `AAAAAAA${i + 2}`, email: mallory.email });
      expect((await refusal(guess)).code).toBe('wrong-code');
    }
    const sixth = confirmLink(await world.as(mallory), { code: 'AAAAAAA9', email: mallory.email });
    expect((await refusal(sixth)).message).toContain('five wrong tries');
  });

  test('a letter that is written after its code was used has nothing to say', async () => {
    const dana = await world.person('Dana');
    const row = await world.db.query.linkCodes.findFirst({ where: (it, { eq }) => eq(it.email, dana.email) });
    expect(await writtenLinkCode(world.db, world.installation.secretKey, row?.id ?? '')).toBeUndefined();
  });
});
