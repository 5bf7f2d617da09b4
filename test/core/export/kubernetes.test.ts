import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { coreweave } from '../../../src/core/access/models/coreweave.ts';
import { prefect } from '../../../src/core/access/models/prefect.ts';
import { kubernetesOf, objectName, rulesOf, speaksKubernetes } from '../../../src/core/export/kubernetes.ts';
import { makeExport } from '../../../src/core/export/make.ts';
import { giveGrant } from '../../../src/core/grant/give.ts';
import { newId } from '../../../src/core/id.ts';
import { acceptInvitation } from '../../../src/core/invitation/accept.ts';
import { invitationToken } from '../../../src/core/invitation/secret.ts';
import { sendInvitations } from '../../../src/core/invitation/send.ts';
import { deactivateMember, reactivateMember } from '../../../src/core/member/set-state.ts';
import { createOrganization } from '../../../src/core/organization/create.ts';
import type { Organization } from '../../../src/core/organization/organization.ts';
import { createProject } from '../../../src/core/project/create.ts';
import { rowsOf } from '../../../src/db/client.ts';
import { roles } from '../../../src/db/schema/index.ts';
import { embeddedDatabase } from '../../support/database.ts';
import { createWorld, type Person, refusal, type World } from '../../support/world.ts';

let world: World;
let ada: Person;
let dana: Person;
let acme: Organization;

const someone = async (name: string): Promise<Person> => ({
  ...world.stranger(name),
  email: `${name.toLowerCase()}@example.com`,
});

const joins = async (name: string): Promise<Person> => {
  const person = await someone(name);
  await sendInvitations(await world.as(ada), {
    organizationId: acme.id,
    emails: [person.email],
    projects: [],
  });
  const [row] = rowsOf<{ organizationId: string; id: string; generation: string }>(
    await world.db.execute(sql`
      select organization_id as "organizationId", id, generation from invitations where email = ${person.email}`),
  );
  if (!row) throw new Error(`${name} was not invited`);
  await acceptInvitation(world.system, { token: invitationToken(world.installation.secretKey, row) });
  await world.link(person);
  return person;
};

const grant = async (person: Person, project: string, role: string): Promise<void> => {
  await giveGrant(await world.as(ada), {
    organizationId: acme.id,
    person: { email: person.email },
    project,
    role,
  });
};

const exported = async (): Promise<string> => {
  let text = '';
  for await (const chunk of kubernetesOf(world.db, acme)) text += chunk;
  return text;
};

interface Manifest {
  kind: string;
  metadata: { name: string; namespace: string };
  subjects?: { name: string }[];
}

const documents = async (): Promise<Manifest[]> =>
  parseAllDocuments(await exported(), { version: '1.1' }).map((document) => document.toJS() as Manifest);

const boundIn = async (namespace: string): Promise<string[]> =>
  (await documents())
    .filter(({ metadata }) => metadata.namespace === namespace)
    .flatMap(({ metadata, subjects = [] }) => subjects.map(({ name }) => `${name} ${metadata.name}`));

beforeAll(async () => {
  world = createWorld((await embeddedDatabase()).database);
  ada = await someone('Ada');
  await world.link(ada);
  acme = await createOrganization(await world.as(ada), {
    name: 'Acme',
    slug: 'acme',
    model: coreweave.name,
    workspace: world.workspace,
  });
  for (const name of ['tenant-zeta', 'tenant-alpha'])
    await createProject(await world.as(ada), { organizationId: acme.id, name });
  dana = await joins('Dana');
  const ben = await joins('Ben');
  await grant(dana, 'tenant-zeta', 'namespace-user');
  await grant(ben, 'tenant-zeta', 'namespace-user');
});

test('CW-41 access to namespaces is written as Roles and RoleBindings that read the same every time', async () => {
  const text = await exported();
  await expect(text).toMatchFileSnapshot('./kubernetes.golden.yaml');
  expect(await exported()).toBe(text);
});

test('CW-41 and abuse 47: every object is one of RBAC v1, in a namespace of the organization, ours by its label', async () => {
  const found = await documents();
  expect(found).not.toEqual([]);
  for (const document of found) {
    expect(document).toMatchObject({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: expect.stringMatching(/^(Role|RoleBinding)$/),
      metadata: {
        name: expect.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/),
        namespace: expect.stringMatching(/^tenant-(alpha|zeta)$/),
        labels: { 'app.kubernetes.io/managed-by': 'rollcall' },
      },
    });
  }
  const names = found.map(({ kind, metadata }) => JSON.stringify([kind, metadata]));
  expect(new Set(names).size).toBe(names.length);
});

test('abuse 47: a read that fails ends in an error, and never in a file that asks for less', async () => {
  const { db } = world;
  const failing = new Proxy(db, {
    get: (target, key) => {
      const value = Reflect.get(target, key);
      if (key === 'execute') return async () => Promise.reject(new Error('the database is gone'));
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const read = async () => {
    let text = '';
    for await (const chunk of kubernetesOf(failing, acme)) text += chunk;
    return text;
  };
  await expect(read()).rejects.toThrow('the database is gone');
});

test('CW-46 nobody but its owner may write pods, run commands in them included', async () => {
  const user = rulesOf(
    coreweave,
    coreweave.roles.find(({ name }) => name === 'namespace-user')?.permissions ?? [],
  );
  const pods = user.filter(({ resources }) => resources?.some((name) => name.startsWith('pods')));
  expect(pods.flatMap(({ verbs }) => verbs)).not.toContain('create');
  const owner = rulesOf(coreweave, ['w:full']);
  expect(owner).toContainEqual({ apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] });
  const every = coreweave.catalogue === 'open' ? [] : coreweave.catalogue.map(({ name }) => name);
  const writing = every.filter((name) => name.startsWith('w:') && name !== 'w:full');
  expect(owner).toEqual(rulesOf(coreweave, writing));
  expect(rulesOf(coreweave, ['members:list'])).toEqual([]);
});

test('every permission of the catalogue but w:full has rules of its own', () => {
  const entries = coreweave.catalogue === 'open' ? [] : coreweave.catalogue;
  expect(entries.filter(({ kubernetes }) => !kubernetes).map(({ name }) => name)).toEqual(['w:full']);
});

describe('what is not true at this moment is not in it', () => {
  test('rule 3: somebody deactivated', async () => {
    expect(await boundIn('tenant-zeta')).toContain('dana@example.com rollcall-project-namespace-user');
    const ctx = await world.as(ada);
    await deactivateMember(ctx, { organizationId: acme.id, person: { email: dana.email } });
    expect((await boundIn('tenant-zeta')).join()).not.toContain('dana');
    await reactivateMember(ctx, { organizationId: acme.id, person: { email: dana.email } });
    expect((await boundIn('tenant-zeta')).join()).toContain('dana');
  });

  test('rule 4: a grant outside its time', async () => {
    await grant(dana, 'tenant-alpha', 'namespace-user');
    expect((await boundIn('tenant-alpha')).join()).toContain('dana');
    await world.db.execute(sql`
      update grants set expires_at = clock_timestamp() - interval '1 second'
      where expires_at is null and principal_id = (select id from users where email = ${dana.email})
        and project_id = (select id from projects where name = 'tenant-alpha')`);
    expect((await boundIn('tenant-alpha')).join()).not.toContain('dana');
  });
});

describe('rule 1: whichever way a role is held, it is in it', () => {
  const roleId = newId();
  beforeAll(async () => {
    await world.db.insert(roles).values({
      organizationId: acme.id,
      id: roleId,
      scope: 'organization',
      name: 'auditor',
      permissions: ['r:pods'],
    });
  });

  test('an organization role holds in every namespace, whatever other role has its name', async () => {
    await world.db.execute(sql`
      update principals set role_id = ${roleId} where organization_id = ${acme.id}
        and id = (select id from users where email = ${dana.email})`);
    for (const namespace of ['tenant-alpha', 'tenant-zeta']) {
      expect(await boundIn(namespace)).toContain('dana@example.com rollcall-organization-auditor');
    }
  });

  test('a default role holds for every active member', async () => {
    await world.db.execute(sql`
      update projects set default_role_id = (select id from roles where organization_id = ${acme.id}
        and name = 'pod-writer') where organization_id = ${acme.id} and name = 'tenant-alpha'`);
    const bound = (await boundIn('tenant-alpha')).filter((line) => line.endsWith('pod-writer'));
    expect(bound.map((line) => line.split('@')[0])).toEqual(['ada', 'ben', 'dana']);
  });
});

describe('names', () => {
  test('that another YAML would take for something else stay names', async () => {
    await createProject(await world.as(ada), { organizationId: acme.id, name: 'no' });
    expect(await exported()).toContain('namespace: "no"');
    expect((await boundIn('no')).length).toBeGreaterThan(0);
  });

  test('are the same for the same role, and never two for one name', () => {
    expect(objectName('project', 'namespace-user')).toBe('rollcall-project-namespace-user');
    const odd = ['Data Team', 'data-team', 'data team', 'x'.repeat(90), `${'x'.repeat(90)}y`, '日本語', 'a-'];
    const names = odd.map((role) => objectName('project', role));
    expect(new Set(names).size).toBe(odd.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
    expect(names).toEqual(odd.map((role) => objectName('project', role)));
  });
});

test('is made by the command like every export, as YAML alone', async () => {
  const made = await makeExport(await world.as(ada), { organizationId: acme.id, what: 'kubernetes' });
  expect(made.name).toMatch(/^acme-kubernetes-.*\.yaml$/);
  let text = '';
  for await (const chunk of made.content()) text += chunk;
  expect(text).toBe(await exported());
  const asked = makeExport(await world.as(ada), {
    organizationId: acme.id,
    what: 'kubernetes',
    format: 'csv',
  });
  expect((await refusal(asked)).message).toContain('takes YAML');
  const refused = makeExport(await world.as(dana), { organizationId: acme.id, what: 'kubernetes' });
  expect((await refusal(refused)).code).toBe('forbidden');
  expect([speaksKubernetes(coreweave), speaksKubernetes(prefect)]).toEqual([true, false]);
});
