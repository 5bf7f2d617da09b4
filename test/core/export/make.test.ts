import { parse } from 'csv-parse/sync';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Exported, makeExport } from '../../../src/core/export/make.ts';
import { giveGrant } from '../../../src/core/grant/give.ts';
import { newId } from '../../../src/core/id.ts';
import { deactivateMember } from '../../../src/core/member/set-state.ts';
import { createPersonalToken } from '../../../src/core/token/create-personal.ts';
import { members, principals, users } from '../../../src/db/schema/index.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { invite, type Minted, mintOrganization } from '../../support/organization.ts';
import { createWorld, type Person, refusal, type World } from '../../support/world.ts';

let world: World;
let acme: Minted;
let other: Minted;
let dana: Person;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  acme = await mintOrganization(world);
  other = await mintOrganization(world, 'Other');
  await acme.project('alpha');
  await other.project('secret-project');
  dana = await acme.member('Dana', { projects: [{ project: 'alpha', role: 'developer' }] });
  await other.member('Olga', { projects: [{ project: 'secret-project', role: 'runner' }] });
  await invite(acme, 'pending@example.com', { projects: [{ project: 'alpha', role: 'runner' }] });
});

const textOf = async (content: AsyncIterable<string>): Promise<string> => {
  let text = '';
  for await (const chunk of content) text += chunk;
  return text;
};

const exportOf = async (what: Exported, person = acme.admin) => {
  const made = await makeExport(await world.as(person), { organizationId: acme.id, what, format: 'json' });
  return JSON.parse(await textOf(made.content())) as Record<string, unknown>[];
};

test('members come with role, state and nothing of another organization', async () => {
  const rows = await exportOf('members');
  expect(rows.map(({ email, role, state }) => [email, role, state])).toEqual(
    [
      [acme.admin.email, 'admin', 'active'],
      [dana.email, 'member', 'active'],
    ].sort(),
  );
});

test('access tells organization roles, grants with their ends, and default roles once for everyone', async () => {
  const until = new Date(Date.now() + 3_600_000);
  await giveGrant(await world.as(acme.admin), {
    organizationId: acme.id,
    person: { email: dana.email },
    project: 'alpha',
    role: 'runner',
    for: { at: until },
    reason: '=cmd()',
  });
  await world.db.execute(sql`
    update projects set default_role_id = (select id from roles where organization_id = ${acme.id}
      and scope = 'project' and name = 'read-only') where organization_id = ${acme.id} and name = 'alpha'`);
  const rows = await exportOf('access');
  expect(rows).toContainEqual(
    expect.objectContaining({
      kind: 'member',
      holder: dana.email,
      project: 'alpha',
      role: 'runner',
      through: 'grant',
      until: until.toISOString(),
      grantedBy: acme.admin.email,
      reason: '=cmd()',
    }),
  );
  expect(rows).toContainEqual(
    expect.objectContaining({ holder: acme.admin.email, project: null, role: 'admin' }),
  );
  expect(rows.filter(({ through }) => through === 'default-role')).toEqual([
    expect.objectContaining({ kind: 'everyone', project: 'alpha', role: 'read-only' }),
  ]);
  expect(JSON.stringify(rows)).not.toContain('secret-project');
});

test('abuse 34: the same in CSV, its formula neutralised', async () => {
  const made = await makeExport(await world.as(acme.admin), { organizationId: acme.id, what: 'access' });
  const rows = parse(await textOf(made.content()), { bom: true, columns: true }) as Record<string, string>[];
  expect(rows.map(({ reason }) => reason)).toContain("'=cmd()");
  expect(made).toMatchObject({ format: 'csv', mime: 'text/csv' });
  expect(made.name).toMatch(new RegExp(`^${acme.slug}-access-\\d{4}-\\d\\d-\\d\\d\\.csv$`));
});

test('invitations come with what they give and never with a secret', async () => {
  const rows = await exportOf('invitations');
  expect(rows).toContainEqual(
    expect.objectContaining({
      email: 'pending@example.com',
      state: 'pending',
      role: 'member',
      projects: ['alpha:runner'],
      invitedBy: acme.admin.email,
    }),
  );
  const secret = await acme.token('pending@example.com');
  expect(JSON.stringify(rows)).not.toContain(secret);
  expect(Object.keys(rows[0] ?? {}).join()).not.toMatch(/secret|hash|token/i);
});

test('rule 9: the audit says who took out what, and the exported audit says so too', async () => {
  const before = await acme.sequence();
  const rows = await exportOf('audit');
  expect(await acme.audited(before)).toEqual([
    expect.objectContaining({ action: 'export.made', target: 'audit' }),
  ]);
  expect(rows.map(({ sequence }) => sequence)).toEqual(rows.map((_, index) => index + 1));
  expect(rows.at(-1)).toMatchObject({
    action: 'export.made',
    actor: acme.admin.email,
    facts: { format: 'json' },
  });
});

test('the same delivery makes one export', async () => {
  const before = await acme.sequence();
  const ctx = await world.as(acme.admin, 'slack:the-same');
  await makeExport(ctx, { organizationId: acme.id, what: 'members' });
  expect((await refusal(makeExport(ctx, { organizationId: acme.id, what: 'members' }))).code).toBe(
    'duplicate',
  );
  expect(await acme.audited(before)).toHaveLength(1);
});

describe('who may not read it may not take it out', () => {
  test.each([
    ['members', 'member', true],
    ['access', 'member', true],
    ['invitations', 'member', false],
    ['audit', 'member', false],
  ] as const)('%s by a %s', async (what, _, allowed) => {
    const before = await acme.sequence();
    const run = exportOf(what, dana);
    if (allowed) await expect(run).resolves.not.toEqual([]);
    else {
      expect((await refusal(run)).code).toBe('forbidden');
      expect(await acme.audited(before)).toEqual([]);
    }
  });

  test('rule 8: an administrator of another organization', async () => {
    expect((await refusal(exportOf('members', other.admin))).code).toBe('not-found');
  });

  test('rule 3: somebody deactivated', async () => {
    const eve = await acme.member('Eve');
    await deactivateMember(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: eve.email },
    });
    expect((await refusal(exportOf('members', eve))).code).toBe('deactivated');
  });
});

test('many rows come whole and in order, a batch at a time, each once', async () => {
  const big = await mintOrganization(world, 'Big');
  const people = Array.from({ length: 1_203 }, (_, index) => ({
    id: newId(),
    email: `p${String(index).padStart(5, '0')}-${big.slug}@example.com`,
  }));
  await world.db.insert(users).values(people);
  await world.db
    .insert(principals)
    .values(people.map(({ id }) => ({ organizationId: big.id, id, kind: 'member' })));
  await world.db
    .insert(members)
    .values(people.map(({ id, email }) => ({ organizationId: big.id, userId: id, email })));
  const made = await makeExport(await world.as(big.admin), { organizationId: big.id, what: 'members' });
  const chunks: string[] = [];
  for await (const chunk of made.content()) chunks.push(chunk);
  expect(chunks.length).toBeGreaterThan(3);
  for (const chunk of chunks) expect(chunk.split('\r\n').length).toBeLessThanOrEqual(501);
  const rows = parse(chunks.join(''), { bom: true, columns: true }) as { email: string }[];
  expect(rows.map(({ email }) => email)).toEqual(
    [...people.map(({ email }) => email), big.admin.email].sort(),
  );
  const again = await textOf(made.content());
  expect(again).toBe(chunks.join(''));
});

test('tokens come with whom they act as and never with anything of their secret, to who may read tokens alone', async () => {
  const made = await createPersonalToken(await world.as(dana), { organizationId: acme.id, name: 'laptop' });
  const rows = await exportOf('tokens');
  expect(rows).toEqual([
    expect.objectContaining({ name: 'laptop', kind: 'personal', state: 'active', actsAs: dana.email }),
  ]);
  const text = JSON.stringify(rows);
  expect(text).not.toContain(made.secret);
  expect((await refusal(exportOf('tokens', dana))).code).toBe('forbidden');
});

test('CW-41 a model whose permissions mean nothing to Kubernetes says so instead of an empty file', async () => {
  const error = await refusal(
    makeExport(await world.as(acme.admin), { organizationId: acme.id, what: 'kubernetes' }),
  );
  expect(error.message).toContain('workspaces are no Kubernetes namespaces');
});
