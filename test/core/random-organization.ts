import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { newId } from '../../src/core/id.ts';
import type { Db } from '../../src/db/client.ts';
import {
  grants,
  members,
  principals,
  projects,
  resources,
  roles,
  serviceAccounts,
  tokens,
  users,
} from '../../src/db/schema/index.ts';
import type { Minted } from '../support/organization.ts';

const PATTERNS = [
  '*:*',
  '*:read',
  'flows:*',
  'flows:run',
  'runs:create',
  'runs:create:own',
  'flows:delete:own',
  'rollcall:*',
  'grants:write',
  'members:list',
];
const HOUR = 3_600_000;

export interface Built {
  minted: Minted;
  people: { id: string; email: string; externalId: string | null; state: string }[];
  robots: { id: string; name: string }[];
  tokens: { id: string; name: string; kind: string; principalId: string; works: boolean; state: string }[];
  projects: { id: string; name: string }[];
  things: { id: string; type: string; name: string; projectId: string | null; ownerId: string | null }[];
}

/** A random organization, written in rows: states and times that no order of commands would leave behind are in it. */
export const buildRandom = async (
  db: Db,
  minted: Minted,
  random: (below: number) => number,
  patterns: readonly string[] = PATTERNS,
): Promise<Built> => {
  const organizationId = minted.id;
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const when = (): Date | null =>
    random(3) === 0 ? new Date(Date.now() + (random(2) === 0 ? -HOUR : HOUR)) : null;
  const states = ['active', 'active', 'active', 'deactivated', 'removed'];
  await db.insert(roles).values(
    Array.from({ length: 5 }, (_, i) => ({
      organizationId,
      id: newId(),
      scope: i < 2 ? 'organization' : 'project',
      name: `random-${i}`,
      permissions: patterns.filter(() => random(4) === 0),
    })),
  );
  const all = await db.select().from(roles).where(eq(roles.organizationId, organizationId));
  const idsOf = (scope: string) => all.filter((role) => role.scope === scope).map((role) => role.id);
  const projectRows = Array.from({ length: 4 }, (_, i) => ({
    organizationId,
    id: newId(),
    name: `project-${i}`,
    defaultRoleId: random(3) === 0 ? pick(idsOf('project')) : null,
  }));
  await db.insert(projects).values(projectRows);
  const people = Array.from({ length: 12 }, (_, i) => {
    const until = when();
    return {
      id: newId(),
      email: `random-${i}@${minted.slug}.example.com`,
      externalId: random(2) === 0 ? `ext ${i}` : null,
      state: pick(states),
      roleId: random(5) === 0 ? null : pick(idsOf('organization')),
      roleUntil: until,
      roleAfterId: until && random(2) === 0 ? pick(idsOf('organization')) : null,
    };
  });
  await db.insert(users).values(people.map(({ id, email }) => ({ id, email })));
  await db.insert(principals).values(
    people.map(({ email: _, externalId: __, ...person }) => ({
      organizationId,
      kind: 'member',
      ...person,
    })),
  );
  await db
    .insert(members)
    .values(people.map(({ id, email, externalId }) => ({ organizationId, userId: id, email, externalId })));
  const robots = Array.from({ length: 3 }, (_, i) => ({ id: newId(), name: `robot-${i}` }));
  const owned = Array.from({ length: 4 }, () => newId());
  await db
    .insert(principals)
    .values([
      ...robots.map(({ id }) => ({ organizationId, id, kind: 'service-account', state: pick(states) })),
      ...owned.map((id) => ({ organizationId, id, kind: 'token', state: pick(states) })),
    ]);
  await db.insert(serviceAccounts).values(robots.map((robot) => ({ organizationId, ...robot })));
  const tokenRows = [
    ...owned.map((principalId) => ({ kind: 'organization', principalId })),
    ...people.map(({ id }) => ({ kind: 'personal', principalId: id })),
    ...robots.map(({ id }) => ({ kind: 'service-account', principalId: id })),
  ].map((token, i) => ({
    ...token,
    organizationId,
    id: newId(),
    name: `token-${i % 6}`,
    secretHash: randomBytes(32).toString('hex'),
    fingerprint: 'abcd',
    state: pick(['active', 'active', 'active', 'deactivated', 'revoked']),
    expiresAt: when(),
  }));
  await db.insert(tokens).values(tokenRows);
  const given = new Map<string, typeof grants.$inferInsert>();
  const holders = [...people.map(({ id }) => id), ...robots.map(({ id }) => id), ...owned];
  for (let i = 0; i < 40; i += 1) {
    const start = when();
    const end = when();
    const grant = {
      organizationId,
      principalId: pick(holders),
      projectId: pick(projectRows).id,
      roleId: pick(idsOf('project')),
      startsAt: start,
      expiresAt: start && end && end <= start ? null : end,
    };
    given.set([grant.principalId, grant.projectId, grant.roleId].join(), grant);
  }
  await db.insert(grants).values([...given.values()]);
  const things = Array.from({ length: 10 }, (_, i) => ({
    organizationId,
    id: newId(),
    type: pick(['flows', 'runs']),
    name: `thing-${i}`,
    projectId: random(3) === 0 ? null : pick(projectRows).id,
    ownerId: random(3) === 0 ? null : pick(people).id,
  }));
  await db.insert(resources).values(things);
  return {
    minted,
    people,
    robots,
    tokens: tokenRows.map((token) => ({
      ...token,
      works: token.state === 'active' && (token.expiresAt === null || token.expiresAt > new Date()),
    })),
    projects: projectRows,
    things,
  };
};
