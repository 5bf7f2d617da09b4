import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { decide } from '../../../src/core/access/decide.ts';
import { giveGrant } from '../../../src/core/grant/give.ts';
import { removeMember } from '../../../src/core/member/remove.ts';
import { deleteProject } from '../../../src/core/project/delete.ts';
import { addResource } from '../../../src/core/resource/add.ts';
import { listResources } from '../../../src/core/resource/list.ts';
import { removeResource } from '../../../src/core/resource/remove.ts';
import { createRole } from '../../../src/core/role/create.ts';
import { resources } from '../../../src/db/schema/index.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { type Minted, mintOrganization } from '../../support/organization.ts';
import { createWorld, refusal, type World } from '../../support/world.ts';

let world: World;
let acme: Minted;

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  acme = await mintOrganization(world);
  await acme.project('alpha');
  await acme.project('beta');
});

const add = async (name: string, more: { project?: string; owner?: { email: string }; type?: string } = {}) =>
  addResource(await world.as(acme.admin), { organizationId: acme.id, type: 'flows', name, ...more });

const stored = async (name: string) =>
  (await world.db.select().from(resources).where(eq(resources.name, name))).at(0);

describe('registering', () => {
  test('CD-02 a thing belongs to exactly one organization, perhaps to a project and an owner, and the audit says so', async () => {
    const before = await acme.sequence();
    const owner = { email: (await acme.member('Dana')).email };
    const made = await add('web-1', { project: 'alpha', owner, type: ' Flows ' });
    expect(made).toMatchObject({ type: 'flows', name: 'web-1', owner: owner.email, project: 'alpha' });
    expect(await stored('web-1')).toMatchObject({ organizationId: acme.id, id: made.id });
    const said = await acme.audited(before);
    expect(said.at(-1)).toMatchObject({ action: 'resource.added', target: 'flows web-1' });
  });

  test('the same name of the same type is there once; of another type or organization it is another thing', async () => {
    await add('twice');
    expect((await refusal(add('twice'))).code).toBe('taken');
    await add('twice', { type: 'runs' });
    const other = await mintOrganization(world, 'Other');
    await addResource(await world.as(other.admin), {
      organizationId: other.id,
      type: 'flows',
      name: 'twice',
    });
  });

  test('a type is a word, and no project', async () => {
    for (const type of ['project', 'two words', 'a:b', '*', '', '-a', 'ü']) {
      expect((await refusal(add('never', { type }))).code).toBe('invalid');
    }
  });

  test('under a closed catalogue the types are those that it speaks of, and a slip hears the nearest', async () => {
    const coder = await mintOrganization(world, 'Coder', 'coder');
    const as = await world.as(coder.admin);
    const refused = await refusal(
      addResource(as, { organizationId: coder.id, type: 'environment', name: 'x' }),
    );
    expect([refused.code, refused.todo]).toEqual(['invalid', 'Closest: environments.']);
    for (const model of ['crusoe', 'coreweave']) {
      const here = await mintOrganization(world, 'Any', model);
      await addResource(await world.as(here.admin), { organizationId: here.id, type: 'gpu', name: 'x' });
    }
  });

  test('unknown owners and projects change nothing; another organization’s are unknown', async () => {
    const other = await mintOrganization(world, 'Other');
    await other.project('theirs');
    expect((await refusal(add('never', { owner: { email: other.admin.email } }))).code).toBe('not-found');
    expect((await refusal(add('never', { project: 'theirs' }))).code).toBe('not-found');
    expect(await stored('never')).toBeUndefined();
  });

  test('who does not hold registry:write can neither register, list nor remove', async () => {
    const member = await world.as(await acme.member('Mia'));
    const thing = { organizationId: acme.id, type: 'flows', name: 'web-1' };
    for (const attempt of [
      addResource(member, { ...thing, name: 'mine' }),
      listResources(member, acme.organization),
      removeResource(member, thing),
      removeResource(member, { ...thing, name: 'no-such' }),
    ]) {
      expect((await refusal(attempt)).code).toBe('forbidden');
    }
    expect(await stored('web-1')).toBeDefined();
  });

  test('who holds registry:write in one project manages what is in that one', async () => {
    const admin = await world.as(acme.admin);
    await createRole(admin, { organizationId: acme.id, name: 'registrar', permissions: ['registry:write'] });
    const person = await acme.member('Rita');
    await giveGrant(admin, {
      organizationId: acme.id,
      person: { email: person.email },
      project: 'alpha',
      role: 'registrar',
    });
    const rita = await world.as(person);
    const thing = { organizationId: acme.id, type: 'flows', name: 'of-rita' };
    await addResource(rita, { ...thing, project: 'alpha' });
    expect((await refusal(addResource(rita, { ...thing, name: 'else' }))).code).toBe('forbidden');
    expect((await refusal(addResource(rita, { ...thing, name: 'else', project: 'beta' }))).code).toBe(
      'not-found',
    );
    expect(
      (await listResources(rita, acme.organization, { project: 'alpha' })).items.map(({ name }) => name),
    ).toContain('of-rita');
    expect((await refusal(listResources(rita, acme.organization))).code).toBe('forbidden');
    await add('of-nobody');
    expect((await refusal(removeResource(rita, { ...thing, name: 'of-nobody' }))).code).toBe('forbidden');
    expect(await removeResource(rita, thing)).toMatchObject({ name: 'of-rita', project: 'alpha' });
  });
});

test('things are listed by type and name, a page at a time, and by what is asked for', async () => {
  const here = await mintOrganization(world, 'Listed');
  await here.project('alpha');
  const admin = await world.as(here.admin);
  const dana = { email: (await here.member('Dana')).email };
  for (const [type, name] of [
    ['b', 'two words'],
    ['b', 'a'],
    ['a', 'z'],
    ['b', 'zz'],
  ] as const) {
    const more = name === 'a' ? { owner: dana, project: 'alpha' } : {};
    await addResource(admin, { organizationId: here.id, type, name, ...more });
  }
  const pages: string[][] = [];
  let after: string | undefined;
  do {
    const page = await listResources(admin, here.organization, { after, size: 2 });
    pages.push(page.items.map(({ type, name }) => `${type} ${name}`));
    after = page.next;
  } while (after !== undefined);
  expect(pages).toEqual([
    ['a z', 'b a'],
    ['b two words', 'b zz'],
  ]);
  const names = async (input: object) =>
    (await listResources(admin, here.organization, input)).items.map(({ name }) => name);
  expect(await names({ type: 'a' })).toEqual(['z']);
  expect(await names({ owner: dana })).toEqual(['a']);
  expect(await names({ project: 'alpha' })).toEqual(['a']);
  expect((await refusal(listResources(admin, here.organization, { after: 'nonsense' }))).code).toBe(
    'invalid',
  );
});

describe('what goes takes nothing along', () => {
  test('removing is told to the audit, twice is refused with the nearest name', async () => {
    await add('gone-1');
    await add('gone-2');
    const before = await acme.sequence();
    const thing = { organizationId: acme.id, type: 'flows', name: 'gone-1' };
    await removeResource(await world.as(acme.admin), thing);
    expect((await acme.audited(before)).at(-1)).toMatchObject({
      action: 'resource.removed',
      target: 'flows gone-1',
    });
    const again = await refusal(removeResource(await world.as(acme.admin), thing));
    expect([again.code, again.todo]).toEqual(['not-found', 'Closest: gone-2.']);
  });

  test('a deleted project leaves its things to the organization, and nobody who came by it reaches them', async () => {
    await acme.project('doomed');
    await add('survivor', { project: 'doomed' });
    const dana = await acme.member('Dana', { projects: [{ project: 'doomed', role: 'owner' }] });
    const may = async (id: string) => {
      const [answer] = await decide(world.db, [
        {
          organization: acme.organization,
          subject: { type: 'user', id },
          action: 'delete',
          resource: { type: 'flows', id: 'survivor', project: 'alpha' },
        },
      ]);
      return answer?.allowed;
    };
    expect(await may(dana.email)).toBe(true);
    await deleteProject(await world.as(acme.admin), { organizationId: acme.id, project: 'doomed' });
    expect(await stored('survivor')).toMatchObject({ projectId: null });
    expect([await may(dana.email), await may(acme.admin.email)]).toEqual([false, true]);
  });

  test('rule 12: who is removed owns nothing any more, a return included', async () => {
    const dana = await acme.member('Dana');
    await add('orphan', { owner: { email: dana.email } });
    await removeMember(await world.as(acme.admin), {
      organizationId: acme.id,
      person: { email: dana.email },
    });
    expect(await stored('orphan')).toMatchObject({ ownerId: null });
  });
});
