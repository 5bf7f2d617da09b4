import { expect, test } from 'vitest';
import { decide } from '../../src/core/access/decide.ts';
import { models } from '../../src/core/access/models/index.ts';
import { patternsFor } from '../../src/core/access/patterns.ts';
import { DomainError } from '../../src/core/errors.ts';
import { giveGrant } from '../../src/core/grant/give.ts';
import { approveRequest } from '../../src/core/request/decide.ts';
import { openRequest } from '../../src/core/request/open.ts';
import { drawnRequest } from '../../src/core/request/show.ts';
import { createRole } from '../../src/core/role/create.ts';
import { listRolesOf } from '../../src/core/role/find.ts';
import { createOrganizationToken } from '../../src/core/token/create-organization.ts';
import { createPersonalToken } from '../../src/core/token/create-personal.ts';
import { embeddedDatabase } from '../support/database.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person } from '../support/world.ts';

const world = createWorld((await embeddedDatabase()).database, { operators: ['olga@operators.example'] });
const PLACES = ['alpha', 'beta'] as const;
/** Where the catalogue is open, what roles can differ in. */
const OPEN = ['flows:create', 'flows:read', 'flows:update', 'flows:delete', 'flows:run', 'grants:write'];

const catalogueOf = ({ organization: { model } }: Minted): string[] =>
  model.catalogue === 'open' ? OPEN : model.catalogue.map((entry) => entry.name);

/** Every permission that somebody has, as `place permission`, by the statement that answers programs. */
const decided = async (here: Minted, person: Person): Promise<Set<string>> => {
  const asked = PLACES.flatMap((place) => catalogueOf(here).map((permission) => ({ place, permission })));
  const answers = await decide(
    world.db,
    asked.map(({ place, permission }) => ({
      organization: here.organization,
      subject: { type: 'user', id: person.email },
      action: permission,
      resource: { type: 'project', id: place },
    })),
  );
  return new Set(
    asked.flatMap(({ place, permission }, at) => (answers[at]?.allowed ? [`${place} ${permission}`] : [])),
  );
};

const covers = (here: Minted, patterns: readonly string[], permission: string): boolean =>
  patternsFor(here.organization.model, permission).some((pattern) => patterns.includes(pattern));

test.each(Object.keys(models))(
  'what the card says is what changes: every role that can be asked for, under %s',
  async (model) => {
    const here = await mintOrganization(world, `Cards ${model}`, model);
    for (const place of PLACES) await here.project(place);
    const ctx = await world.as(here.admin);
    for (const scope of here.organization.model.policies.customRoles) {
      const permissions = catalogueOf(here).filter((_, at) => at % 3 === 0);
      await createRole(ctx, { organizationId: here.id, scope, name: `custom-${scope}`, permissions });
    }
    const roles = (await listRolesOf(world.db, here.id)).filter((role) => !role.administers);
    const projectRoles = roles.filter((role) => role.scope === 'project');
    let compared = 0;
    for (const [at, role] of roles.entries()) {
      const person = await here.member(`Asker${at}`, { projects: [] });
      const held = projectRoles[at % Math.max(projectRoles.length, 1)];
      const give = {
        organizationId: here.id,
        person: { email: person.email },
        project: 'alpha',
        role: held?.name ?? '',
      };
      if (held && at % 2 === 0) await giveGrant(ctx, give);
      const opened = await openRequest(await world.as(person), {
        organizationId: here.id,
        role: role.name,
        project: role.scope === 'project' ? 'alpha' : undefined,
        for: { seconds: 3600 },
        reason: 'to compare',
      }).catch((error: unknown) => {
        if (error instanceof DomainError && error.code === 'wrong-state') return undefined;
        throw error;
      });
      if (!opened || opened.toOperators) continue;
      const before = await decided(here, person);
      const card = await drawnRequest(world.db, here.id, opened.id);
      if (!card) throw new Error('no card');
      await approveRequest(ctx, { organizationId: here.id, request: opened.name });
      const after = await decided(here, person);
      compared += 1;
      for (const place of PLACES) {
        for (const permission of catalogueOf(here)) {
          const key = `${place} ${permission}`;
          const there = role.scope === 'organization' || place === 'alpha';
          const said = there && covers(here, [...card.gains, ...card.operatorOnly], permission);
          if (!before.has(key)) expect([role.name, key, after.has(key)]).toEqual([role.name, key, said]);
          if (before.has(key) && !after.has(key)) {
            expect(covers(here, card.loses, permission), `${role.name} takes ${key} away`).toBe(true);
          }
        }
      }
    }
    expect(compared).toBeGreaterThan(0);
  },
);

test('the card names the tokens that follow whoever gets the role, and those that do not', async () => {
  const here = await mintOrganization(world, 'Tokens');
  await here.project('alpha');
  const person = await here.member('Holder');
  await createPersonalToken(await world.as(person), { organizationId: here.id, name: 'laptop' });
  const opened = await openRequest(await world.as(person), {
    organizationId: here.id,
    role: 'developer',
    project: 'alpha',
    reason: 'to see',
  });
  expect((await drawnRequest(world.db, here.id, opened.id))?.tokens).toEqual({
    personal: 1,
    organization: [],
    serviceAccounts: [],
  });
  const wave = await mintOrganization(world, 'Wave', 'coreweave');
  await wave.project('gamma');
  const member = await wave.member('Owner', { projects: [] });
  await createOrganizationToken(await world.as(wave.admin), {
    organizationId: wave.id,
    name: 'ci',
    member: { email: member.email },
  });
  const asked = await openRequest(await world.as(member), {
    organizationId: wave.id,
    role: 'namespace-user',
    project: 'gamma',
    reason: 'to see',
  });
  expect((await drawnRequest(world.db, wave.id, asked.id))?.tokens).toMatchObject({
    personal: 0,
    organization: [{ name: 'ci' }],
  });
});
