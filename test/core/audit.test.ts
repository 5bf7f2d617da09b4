import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { INSTALLATION_CHAIN } from '../../src/core/audit/append.ts';
import { listAudit } from '../../src/core/audit/list.ts';
import { verifyAudit, verifyChain } from '../../src/core/audit/verify.ts';
import { createProject } from '../../src/core/project/create.ts';
import { serverDatabase } from '../support/database.ts';
import { invite, type Minted, mintOrganization } from '../support/organization.ts';
import { atOnce, createWorld, fulfilled, refusal, type World } from '../support/world.ts';

let world: World;
let acme: Minted;

beforeAll(async () => {
  world = createWorld((await serverDatabase({ max: 16 })).database);
  acme = await mintOrganization(world);
  for (let i = 0; i < 12; i += 1) await acme.project(`p-${i}`);
});

const verify = async (here = acme) => verifyAudit(await world.as(here.admin), here.organization);

describe('abuse 41: what a database administrator does to the audit is found', () => {
  /** As a superuser with the triggers off; undone afterwards by the copy that was kept. */
  const tamper = async (statement: ReturnType<typeof sql>, chain = acme.id) => {
    await world.db.execute(sql`create table kept as select * from audit`);
    await world.db.execute(sql`alter table audit disable trigger user`);
    try {
      await world.db.execute(statement);
      return await verifyChain(world.db, chain);
    } finally {
      await world.db.execute(sql`delete from audit`);
      await world.db.execute(sql`insert into audit select * from kept`);
      await world.db.execute(sql`drop table kept`);
      await world.db.execute(sql`alter table audit enable trigger user`);
    }
  };
  const at = (sequence: number) => sql`organization_id = ${acme.id} and sequence = ${sequence}`;

  test('an untouched chain holds, and says how long it is and where it ends', async () => {
    const verified = await verify();
    expect(verified).toMatchObject({ events: await acme.sequence(), broken: undefined });
    expect(verified.head).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    [
      'an edited event',
      5,
      (n: number) => sql`update audit set event = replace(event, 'example', 'evil') where ${at(n)}`,
    ],
    [
      'an edited actor beside the event',
      6,
      (n: number) => sql`update audit set actor = 'nobody@example.com' where ${at(n)}`,
    ],
    [
      'an edited action beside the event',
      7,
      (n: number) => sql`update audit set action = 'grant.added' where ${at(n)}`,
    ],
    [
      'an edited target beside the event',
      8,
      (n: number) => sql`update audit set target = null where ${at(n)}`,
    ],
    [
      'an edited time beside the event',
      9,
      (n: number) => sql`update audit set at = at - interval '1 day' where ${at(n)}`,
    ],
    ['an edited hash', 10, (n: number) => sql`update audit set hash = repeat('0', 64) where ${at(n)}`],
    ['a deleted event', 4, (n: number) => sql`delete from audit where ${at(n)}`],
    ['the first event deleted', 1, (n: number) => sql`delete from audit where ${at(n)}`],
    [
      'two events swapped',
      3,
      (n: number) => sql`
        update audit a set event = b.event, action = b.action, target = b.target, at = b.at from audit b
        where a.organization_id = ${acme.id} and b.organization_id = a.organization_id
          and a.sequence in (${n}, ${n + 1}) and b.sequence = ${2 * n + 1} - a.sequence`,
    ],
    [
      'an event of another time copied over',
      6,
      (n: number) => sql`
        update audit a set event = b.event, hash = b.hash, target = b.target from audit b
        where a.organization_id = ${acme.id} and a.sequence = ${n}
          and b.organization_id = a.organization_id and b.sequence = 5`,
    ],
  ] as const)('%s is found at its place', async (_what, sequence, statement) => {
    const { broken, events } = await tamper(statement(sequence));
    expect(broken?.sequence).toBe(sequence);
    expect(events).toBe(sequence - 1);
    expect((await verify()).broken).toBeUndefined();
  });

  test('a chain whose end was cut off, or that was lengthened, is found', async () => {
    const length = await acme.sequence();
    const cut = await tamper(
      sql`delete from audit where organization_id = ${acme.id} and sequence > ${length - 3}`,
    );
    expect(cut.broken).toEqual({ sequence: length - 2, why: 'the end was cut off' });
    const forged = await tamper(sql`
      insert into audit (organization_id, sequence, at, action, actor, target, event, hash)
      select organization_id, sequence + 1, at, action, actor, target, event,
        encode(sha256(convert_to(hash || chr(10) || (sequence + 1) || chr(10) || event, 'UTF8')), 'hex')
      from audit where ${at(length)}`);
    expect(forged.broken?.sequence).toBe(length + 2);
  });

  test('every single event that is edited or deleted is found, wherever it stands', async () => {
    const length = await acme.sequence();
    for (let sequence = 1; sequence <= length; sequence += 1) {
      const edited = await tamper(sql`update audit set event = event || ' ' where ${at(sequence)}`);
      expect(edited.broken?.sequence).toBe(sequence);
    }
  });

  test('the installation’s own chain is held to the same measure', async () => {
    expect((await verifyChain(world.db, INSTALLATION_CHAIN)).broken).toBeUndefined();
    const { broken } = await tamper(
      sql`update audit set event = event || ' ' where organization_id = ${INSTALLATION_CHAIN} and sequence = 1`,
      INSTALLATION_CHAIN,
    );
    expect(broken?.sequence).toBe(1);
  });
});

test('many changes at one instant make one chain without a gap', async () => {
  const ines = await world.as(acme.admin);
  const before = await acme.sequence();
  const results = await atOnce(
    world,
    acme.id,
    Array.from(
      { length: 30 },
      (_, i) => () => createProject(ines, { organizationId: acme.id, name: `at-once-${i}` }),
    ),
  );
  expect(fulfilled(results)).toHaveLength(30);
  expect(await acme.sequence()).toBe(before + 60);
  expect((await verify()).broken).toBeUndefined();
});

test('verifying while others write finds nothing broken', async () => {
  const ines = await world.as(acme.admin);
  let writing = true;
  const writer = (async () => {
    for (let i = 0; writing; i += 1)
      await createProject(ines, { organizationId: acme.id, name: `busy-${i}` });
  })();
  const broken = [];
  for (let i = 0; i < 20; i += 1) broken.push((await verify()).broken);
  writing = false;
  await writer;
  expect(broken.filter(Boolean)).toEqual([]);
});

describe('reading the audit', () => {
  test('who may read it narrows it by actor, target, action and time, page by page', async () => {
    const dana = await acme.member('Dana');
    const ines = await world.as(acme.admin);
    const list = (input: object) => listAudit(ines, acme.organization, input);
    const joined = await list({ target: dana.email.toUpperCase(), action: 'member.joined' });
    expect(joined.items).toMatchObject([{ action: 'member.joined', target: dana.email, actor: dana.email }]);
    expect((await list({ actor: dana.email })).items.every((event) => event.actor === dana.email)).toBe(true);
    expect((await list({ since: new Date(Date.now() + 60_000) })).items).toEqual([]);
    const first = await list({ size: 5 });
    const second = await list({ size: 5, before: Number(first.next) });
    expect([...first.items, ...second.items].map((event) => event.sequence)).toEqual(
      Array.from({ length: 10 }, (_, i) => (first.items[0]?.sequence ?? 0) - i),
    );
  });

  test('a plain member reads and verifies nothing', async () => {
    const plain = await world.as(await acme.member('Plain'));
    expect((await refusal(listAudit(plain, acme.organization, {}))).code).toBe('forbidden');
    expect((await refusal(verifyAudit(plain, acme.organization))).code).toBe('forbidden');
  });

  test('abuse 35: an event is one line, whatever somebody puts into it', async () => {
    const email = 'line@example.com';
    await invite(acme, email);
    const [row] = (await acme.audited()).slice(-1);
    expect(row?.target).toBe(email);
    const events = await world.count(
      sql`select count(*) as count from audit where event like '%' || chr(10) || '%'`,
    );
    expect(events).toBe(0);
  });
});
