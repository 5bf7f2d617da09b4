import { beforeAll, describe, expect, test } from 'vitest';
import { decide, type Question } from '../../src/core/access/decide.ts';
import { deactivateMember } from '../../src/core/member/set-state.ts';
import { together } from '../../src/core/together.ts';
import { serverDatabase } from '../support/database.ts';
import { type Minted, mintOrganization } from '../support/organization.ts';
import { createWorld, type Person } from '../support/world.ts';

describe('questions that arrive together', () => {
  let here: Minted;
  let members: Person[];
  const batches: number[] = [];
  let ask: (question: Question) => Promise<{ allowed: boolean }>;

  beforeAll(async () => {
    const world = await createWorld((await serverDatabase()).database);
    here = await mintOrganization(world);
    await here.project('alpha');
    members = [];
    for (const name of ['Dana', 'Eli', 'Finn']) {
      members.push(await here.member(name, { projects: [{ project: 'alpha', role: 'developer' }] }));
    }
    ask = together((questions: readonly Question[]) => {
      batches.push(questions.length);
      return decide(world.db, questions);
    });
  });

  const about = (email: string, action = 'run'): Question => ({
    organization: here.organization,
    subject: { type: 'user', id: email },
    action,
    resource: { type: 'flows', id: 'nightly', project: 'alpha' },
  });

  test('each gets its own answer, in a few statements of at most 16', async () => {
    batches.length = 0;
    const asked = Array.from({ length: 100 }, (_, at) =>
      at % 3 === 0 ? about('nobody@example.com') : about(members[at % 3]?.email ?? ''),
    );
    const answers = await Promise.all(asked.map(ask));
    expect(answers.map(({ allowed }) => allowed)).toEqual(asked.map((_, at) => at % 3 !== 0));
    expect(Math.max(...batches)).toBe(16);
    expect(batches.reduce((total, size) => total + size, 0)).toBe(100);
    expect(batches.length).toBeLessThan(10);
  });

  test('a question that is asked after a change is answered from after it, however busy it is', async () => {
    const [dana] = members;
    const world = here.world;
    const noise = Array.from({ length: 200 }, () => ask(about(members[1]?.email ?? '')));
    expect((await ask(about(dana?.email ?? ''))).allowed).toBe(true);
    await deactivateMember(await world.as(here.admin), {
      organizationId: here.id,
      person: { email: dana?.email ?? '' },
    });
    const more = Array.from({ length: 200 }, () => ask(about(members[1]?.email ?? '')));
    expect((await ask(about(dana?.email ?? ''))).allowed).toBe(false);
    expect((await Promise.all([...noise, ...more])).every(({ allowed }) => allowed)).toBe(true);
  });

  test('one statement that fails fails for those that it would have answered, and the next is answered', async () => {
    let failing = true;
    const flaky = together(async (questions: readonly number[]) => {
      if (failing) throw new Error('the database is away');
      return questions.map((number) => number * 2);
    });
    const first = await Promise.allSettled([flaky(1), flaky(2)]);
    expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    failing = false;
    expect(await Promise.all([flaky(3), flaky(4)])).toEqual([6, 8]);
  });

  test('an answer too few is an error for all of them, never the answer to another question', async () => {
    const short = together(async (questions: readonly number[]) => questions.slice(1));
    const answers = await Promise.allSettled([short(1), short(2)]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
