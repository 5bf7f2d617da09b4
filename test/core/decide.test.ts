import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { decide, type Question } from '../../src/core/access/decide.ts';
import { evaluate } from '../../src/core/access/evaluate.ts';
import { loadHolders } from '../../src/core/access/holder.ts';
import { prefect } from '../../src/core/access/models/prefect.ts';
import { isKnown } from '../../src/core/access/patterns.ts';
import { searchResources, searchSubjects } from '../../src/core/access/search.ts';
import type { Database, Db } from '../../src/db/client.ts';
import { embeddedDatabase, serverDatabase } from '../support/database.ts';
import { mintOrganization } from '../support/organization.ts';
import { createWorld } from '../support/world.ts';
import { type Built, buildRandom } from './random-organization.ts';

const ASKED = [
  ['flows', 'read'],
  ['flows', 'run'],
  ['flows', 'delete'],
  ['flows', 'flows:delete:own'],
  ['flows', 'delete:own'],
  ['runs', 'read'],
  ['runs', 'create'],
  ['runs', 'runs:create'],
  ['runs', 'create:own'],
  ['runs', 'flows:run'],
  ['grants', 'write'],
  ['members', 'list'],
  ['project', 'read'],
  ['project', 'flows:run'],
  ['rollcall', 'all'],
  ['nonsense', '*'],
  ['*', 'read'],
  ['flows', ''],
  ['', 'read'],
] as const;

/** How a question names its subject, its resource and what it says of that. */
const drawn = fc.record({
  at: fc.nat(),
  n: fc.nat(),
  m: fc.nat(),
  subject: fc.constantFrom(
    'email',
    'external',
    'foreign',
    'unknown',
    'capitals',
    'robot',
    'robot id',
    'token id',
    'token name',
    'thing',
  ),
  asked: fc.constantFrom(...ASKED),
  resource: fc.constantFrom('registered', 'registered id', 'other'),
  project: fc.constantFrom(undefined, 'project-0', 'project-1', 'project-2', 'project-3', 'no-such', 'id'),
  owner: fc.constantFrom(undefined, 'email', 'external', 'nobody'),
  organization: fc.constantFrom(undefined, undefined, undefined, 'slug', 'id', 'other'),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

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
        built.push(await buildRandom(db, await mintOrganization(world, 'Random'), random));
      }
    }, 60_000);

    const of = <T>(from: readonly T[], n: number): T => from[n % from.length] as T;

    const questionOf = (d: Drawn): { here: Built; question: Question } => {
      const here = of(built, d.at);
      const other = of(built, d.at + 1);
      const person = of(here.people, d.n);
      const token = of(here.tokens, d.n);
      const subject = {
        email: { type: 'user', id: person.email },
        external: { type: 'user', id: person.externalId ?? 'nobody' },
        foreign: { type: 'user', id: of(other.people, d.n).email },
        unknown: { type: 'user', id: 'no address' },
        capitals: { type: 'user', id: person.email.toUpperCase() },
        robot: { type: 'service-account', id: of(here.robots, d.n).name },
        'robot id': { type: 'service-account', id: of(here.robots, d.n).id },
        'token id': { type: 'token', id: token.id },
        'token name': { type: 'token', id: token.name },
        thing: { type: 'thing', id: person.email },
      }[d.subject];
      const [type, action] = d.asked;
      const thing = of(
        here.things.filter((each) => each.type === type),
        d.m,
      );
      const project = d.project === 'id' ? of(here.projects, d.m).id : d.project;
      const owner = of(here.people, d.m);
      return {
        here,
        question: {
          organization: { id: here.minted.id, model: prefect },
          asker: of(here.people, d.m).id,
          subject,
          action,
          resource: {
            type,
            id:
              type === 'project'
                ? (project ?? 'none')
                : d.resource === 'other' || !thing
                  ? 'elsewhere'
                  : d.resource === 'registered'
                    ? thing.name
                    : thing.id,
            project,
            owner:
              d.owner === 'email'
                ? owner.email
                : d.owner === 'external'
                  ? (owner.externalId ?? 'x')
                  : d.owner,
            organization:
              d.organization === 'slug'
                ? here.minted.slug
                : d.organization === 'id'
                  ? here.minted.id
                  : d.organization && other.minted.slug,
          },
        },
      };
    };

    const principalOf = (here: Built, { subject, asker }: Question): string | undefined => {
      const { type, id } = subject;
      if (type === 'user') {
        const email = id.toLowerCase();
        return here.people.find((each) => each.email === email || each.externalId === id)?.id;
      }
      if (type === 'service-account')
        return here.robots.find((each) => [each.id, each.name].includes(id))?.id;
      if (type !== 'token') return undefined;
      const byId = here.tokens.find((each) => each.id === id);
      const named = here.tokens.filter((each) => each.name === id && each.state !== 'revoked');
      const own = named.filter((each) => each.principalId === asker);
      const candidates = byId
        ? [byId]
        : own.length > 0
          ? own
          : named.filter((each) => each.kind === 'organization');
      return candidates.find((each) => each.works)?.principalId;
    };

    /** The same by hand, one question at a time, with the pure evaluator. */
    const byHand = async (here: Built, question: Question): Promise<boolean> => {
      const { type, id, project, owner, organization } = question.resource;
      const name = question.action.replace(/:own$/, '');
      const permission = name.includes(':') ? name : `${type}:${name}`;
      if (!/^[a-z]/.test(type) || !isKnown(prefect, permission)) return false;
      if (name.includes(':') && type !== 'project' && !name.startsWith(`${type}:`)) return false;
      const principal = principalOf(here, question);
      if (principal === undefined) return false;
      const thing = here.things.find((each) => each.type === type && [each.name, each.id].includes(id));
      const named = type === 'project' ? id : project;
      const stated = here.projects.find(
        (each) => named !== undefined && [each.name, each.id].includes(named),
      );
      if (!thing && named !== undefined && !stated) return false;
      if (!thing && organization && ![here.minted.slug, here.minted.id].includes(organization)) return false;
      const ownerId = thing
        ? thing.ownerId
        : here.people.find((each) => owner !== undefined && [each.email, each.externalId].includes(owner))
            ?.id;
      const [holder] = (await loadHolders(db, here.minted.id, { ids: [principal] })).holders;
      return (
        holder !== undefined &&
        evaluate(prefect, holder, {
          permission,
          projectId: (thing ? thing.projectId : stated?.id) ?? undefined,
          own: !thing && owner === undefined ? question.action.endsWith(':own') : ownerId === principal,
        }).length > 0
      );
    };

    test('the one statement and the pure evaluator agree on thousands of random questions', async () => {
      const asked = fc.sample(drawn, { seed: 77, numRuns: worlds * 150 }).map(questionOf);
      const answers: boolean[] = [];
      for (let start = 0; start < asked.length; start += 250) {
        const batch = asked.slice(start, start + 250).map(({ question }) => question);
        answers.push(...(await decide(db, batch)).map(({ allowed }) => allowed));
      }
      const expected: boolean[] = [];
      for (const { here, question } of asked) expected.push(await byHand(here, question));
      const wrong = asked.filter((_, i) => answers[i] !== expected[i]).map(({ question }) => question);
      expect(wrong).toEqual([]);
      const yes = expected.filter(Boolean).length;
      expect(yes).toBeGreaterThan(asked.length / 20);
      expect(yes).toBeLessThan(asked.length / 2);
    }, 60_000);

    test('a search finds exactly those for whom the decision is yes', async () => {
      const asked = fc.sample(drawn, { seed: 78, numRuns: worlds * 4 }).map(questionOf);
      let found = 0;
      for (const { here, question } of asked) {
        const { organization, asker } = question;
        const among = async (candidates: Question[]) => {
          const answers = await decide(db, candidates);
          return candidates.filter((_, i) => answers[i]?.allowed);
        };
        for (const type of ['user', 'service-account', 'token']) {
          const ids =
            type === 'user'
              ? [...here.people, { email: here.minted.admin.email, externalId: null }].map(
                  (each) => each.externalId ?? each.email,
                )
              : (type === 'token' ? here.tokens : here.robots).map((each) => each.id);
          const yes = await among(ids.map((id) => ({ ...question, subject: { type, id } })));
          const { results } = await searchSubjects(db, { ...question, subject: { type }, limit: 1000 });
          expect(results.map(({ id }) => id).sort()).toEqual(yes.map(({ subject }) => subject.id).sort());
          found += yes.length;
        }
        const { type } = question.resource;
        const ids = type === 'project' ? here.projects : here.things.filter((thing) => thing.type === type);
        const yes = await among(ids.map(({ name }) => ({ ...question, resource: { type, id: name } })));
        const { results } = await searchResources(db, {
          organization,
          asker,
          subject: question.subject,
          action: question.action,
          resource: { type },
          limit: 1000,
        });
        expect(results.map(({ id }) => id)).toEqual(yes.map(({ resource }) => resource.id).sort());
        found += yes.length;
      }
      expect(found).toBeGreaterThan(asked.length / 4);
    }, 60_000);

    test('a batch answers in its order, and an empty one asks nothing', async () => {
      const here = built[0] as Built;
      const asked = (type: string, action: string): Question => ({
        organization: here.minted.organization,
        subject: { type: 'user', id: here.minted.admin.email },
        action,
        resource: { type, id: 'any' },
      });
      const questions = [
        asked('flows', 'read'),
        asked('nonsense', '*'),
        asked('audit', 'read'),
        asked('', ''),
      ];
      const allowed = async (batch: Question[]) => (await decide(db, batch)).map((answer) => answer.allowed);
      expect(await allowed(questions)).toEqual([true, false, true, false]);
      expect(await allowed([...questions].reverse())).toEqual([false, true, false, true]);
      expect(await allowed([])).toEqual([]);
    });
  },
);
