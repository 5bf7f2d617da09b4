import { and, eq } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Decision, decide } from '../../src/core/access/decide.ts';
import { evaluate } from '../../src/core/access/evaluate.ts';
import { loadHolders } from '../../src/core/access/holder.ts';
import { prefect } from '../../src/core/access/models/prefect.ts';
import { isKnown } from '../../src/core/access/patterns.ts';
import { newId } from '../../src/core/id.ts';
import type { Database, Db } from '../../src/db/client.ts';
import { grants, members, principals, projects, roles, users } from '../../src/db/schema/index.ts';
import { embeddedDatabase, serverDatabase } from '../support/database.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld } from '../support/world.ts';

const PERMISSIONS = [
  'flows:read',
  'flows:run',
  'flows:delete',
  'runs:read',
  'runs:create:own',
  'grants:write',
  'members:list',
  'audit:read',
  'requests:decide',
  'rollcall:all',
  'nonsense',
  '*:*',
  'flows:*',
  '',
];
const PATTERNS = [
  '*:*',
  '*:read',
  'flows:*',
  'flows:run',
  'runs:create',
  'runs:create:own',
  'rollcall:*',
  'grants:write',
  'members:list',
];
const HOUR = 3_600_000;

interface Built {
  world: Minted;
  emails: string[];
  externalIds: string[];
  projectIds: Map<string, string>;
}

/** A random organization, written in rows: states and times that no order of commands would leave behind are in it. */
const build = async (db: Db, here: Minted, random: (below: number) => number): Promise<Built> => {
  const organizationId = here.id;
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const when = (): Date | null =>
    random(3) === 0 ? new Date(Date.now() + (random(2) === 0 ? -HOUR : HOUR)) : null;
  const made = Array.from({ length: 5 }, (_, i) => ({
    organizationId,
    id: newId(),
    scope: i < 2 ? 'organization' : 'project',
    name: `random-${i}`,
    permissions: PATTERNS.filter(() => random(4) === 0),
  }));
  await db.insert(roles).values(made);
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
      email: `random-${i}@${here.slug}.example.com`,
      externalId: random(2) === 0 ? `ext ${i}` : null,
      state: pick(['active', 'active', 'active', 'deactivated', 'removed']),
      roleId: random(5) === 0 ? null : pick(idsOf('organization')),
      roleUntil: until,
      roleAfterId: until && random(2) === 0 ? pick(idsOf('organization')) : null,
    };
  });
  await db.insert(users).values(people.map(({ id, email }) => ({ id, email })));
  await db.insert(principals).values(
    people.map(({ id, state, roleId, roleUntil, roleAfterId }) => ({
      organizationId,
      id,
      kind: 'member',
      state,
      roleId,
      roleUntil,
      roleAfterId,
    })),
  );
  await db
    .insert(members)
    .values(people.map(({ id, email, externalId }) => ({ organizationId, userId: id, email, externalId })));
  const robot = newId();
  await db.insert(principals).values({ organizationId, id: robot, kind: 'service-account' });
  const given = new Map<string, typeof grants.$inferInsert>();
  for (let i = 0; i < 25; i += 1) {
    const start = when();
    const end = when();
    const grant = {
      organizationId,
      principalId: pick([...people.map((person) => person.id), robot]),
      projectId: pick(projectRows).id,
      roleId: pick(idsOf('project')),
      startsAt: start,
      expiresAt: start && end && end <= start ? null : end,
    };
    given.set([grant.principalId, grant.projectId, grant.roleId].join(), grant);
  }
  await db.insert(grants).values([...given.values()]);
  return {
    world: here,
    emails: people.map((person) => person.email),
    externalIds: people.flatMap((person) => person.externalId ?? []),
    projectIds: new Map(projectRows.map((project) => [project.name, project.id])),
  };
};

describe.each([
  ['a server', 30, () => serverDatabase()],
  ['the embedded database', 10, () => embeddedDatabase()],
] satisfies [string, number, () => Promise<{ database: Database }>][])(
  'decisions on %s',
  (_name, worlds, open) => {
    let db: Db;
    const built: Built[] = [];

    beforeAll(async () => {
      const world = createWorld((await open()).database);
      db = world.db;
      const sampled = fc.sample(fc.array(fc.nat(), { minLength: 400, maxLength: 400 }), {
        seed: 20261121,
        numRuns: worlds,
      });
      for (const numbers of sampled) {
        let next = 0;
        const random = (below: number) => (numbers[next++ % numbers.length] ?? 0) % below;
        built.push(await build(db, await mintOrganization(world, 'Random'), random));
      }
    }, 60_000);

    const question = fc.record({
      at: fc.nat(),
      subject: fc.nat(),
      by: fc.constantFrom('email', 'external', 'foreign', 'unknown', 'capitals'),
      permission: fc.constantFrom(...PERMISSIONS),
      project: fc.constantFrom(undefined, 'project-0', 'project-1', 'project-2', 'project-3', 'no-such'),
    });

    const asked = (
      drawn: typeof question extends fc.Arbitrary<infer Drawn> ? Drawn : never,
    ): { question: Decision; here: Built } => {
      const here = built[drawn.at % built.length] as Built;
      const other = built[(drawn.at + 1) % built.length] as Built;
      const of = (from: string[]) => from[drawn.subject % Math.max(1, from.length)] ?? 'nobody';
      const subject =
        drawn.by === 'email'
          ? { email: of(here.emails) }
          : drawn.by === 'external'
            ? { externalId: of(here.externalIds) }
            : drawn.by === 'foreign'
              ? { email: of(other.emails) }
              : drawn.by === 'capitals'
                ? { email: of(here.emails).toUpperCase() }
                : { email: 'no address' };
      return {
        here,
        question: {
          organizationId: here.world.id,
          subject,
          permission: drawn.permission,
          project: drawn.project,
        },
      };
    };

    const byHand = async ({
      question: { organizationId, subject, permission, project },
      here,
    }: ReturnType<typeof asked>) => {
      const [member] = await db
        .select({ id: members.userId })
        .from(members)
        .where(
          and(
            eq(members.organizationId, organizationId),
            'email' in subject
              ? eq(members.email, subject.email.toLowerCase())
              : eq(members.externalId, subject.externalId),
          ),
        );
      const projectId = project === undefined ? undefined : here.projectIds.get(project);
      if (!member || (project !== undefined && !projectId) || !isKnown(prefect, permission)) return false;
      const [holder] = (await loadHolders(db, organizationId, { ids: [member.id] })).holders;
      return holder !== undefined && evaluate(prefect, holder, { permission, projectId }).length > 0;
    };

    test('the one statement and the pure evaluator agree on thousands of random questions', async () => {
      const drawn = fc.sample(question, { seed: 77, numRuns: worlds * 100 }).map(asked);
      const answers: boolean[] = [];
      for (let start = 0; start < drawn.length; start += 250) {
        answers.push(
          ...(await decide(
            db,
            drawn.slice(start, start + 250).map((each) => each.question),
            prefect,
          )),
        );
      }
      const expected: boolean[] = [];
      for (const each of drawn) expected.push(await byHand(each));
      const wrong = drawn.filter((_, i) => answers[i] !== expected[i]).map((each) => each.question);
      expect(wrong).toEqual([]);
      const yes = expected.filter(Boolean).length;
      expect(yes).toBeGreaterThan(drawn.length / 20);
      expect(yes).toBeLessThan(drawn.length / 2);
    }, 60_000);

    test('a batch answers in its order, and an empty one asks nothing', async () => {
      const here = built[0] as Built;
      const admin = (permission: string): Decision => ({
        organizationId: here.world.id,
        subject: { email: here.world.admin.email },
        permission,
      });
      const questions = ['flows:read', 'nonsense', 'audit:read', ''].map(admin);
      expect(await decide(db, questions, prefect)).toEqual([true, false, true, false]);
      expect(await decide(db, [...questions].reverse(), prefect)).toEqual([false, true, false, true]);
      expect(await decide(db, [], prefect)).toEqual([]);
    });

    test('rule 2: a service account has neither a default role nor a person’s address', async () => {
      const here = built[0] as Built;
      const robot = {
        organizationId: here.world.id,
        subject: { email: '' },
        permission: 'flows:read',
        project: 'project-0',
      };
      const nobody = { ...robot, subject: { externalId: '' } };
      expect(await decide(db, [robot, nobody], prefect)).toEqual([false, false]);
    });
  },
);
