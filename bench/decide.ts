import { sql } from 'drizzle-orm';
import { decide as decideBatch, type Question } from '../src/core/access/decide.ts';
import { evaluate } from '../src/core/access/evaluate.ts';
import { loadHolders } from '../src/core/access/holder.ts';
import { together } from '../src/core/together.ts';
import { authenticateAll } from '../src/core/token/authenticate.ts';
import { createPersonalToken } from '../src/core/token/create-personal.ts';
import { rowsOf } from '../src/db/client.ts';
import { alone, type Result, rate, sideBySide } from './measure.ts';
import type { Site } from './site.ts';

const MEMBERS = 10_000;
const BATCH = 100;

/**
 * Decisions in one statement, from what is committed at this moment; and as commands make them: one statement loads who
 * holds what now, a pure function decides.
 */
export const decide = async (site: Site): Promise<Result[]> => {
  const { ada, plain } = site;
  const { db } = ada;
  const organization = await site.organization('Decisions', MEMBERS);
  const { id: here, model } = organization;
  const [project] = rowsOf<{ id: string }>(
    await db.execute(sql`select id from projects where organization_id = ${here}`),
  );
  const everybody = rowsOf<{ id: string; email: string }>(
    await db.execute(sql`
      select user_id as id, email from members where organization_id = ${here} and email <> 'ada@example.com'`),
  );
  const some = (index: number, count: number) =>
    Array.from({ length: count }, (_, at) => {
      const found = everybody[(index * 7919 + at * 104_729) % everybody.length];
      if (!found) throw new Error('nobody');
      return found;
    });

  const questions = (index: number, count: number): Question[] =>
    some(index, count).map(({ email }) => ({
      organization,
      subject: { type: 'user', id: email },
      action: 'run',
      resource: { type: 'flows', id: 'nightly', project: 'search-prod' },
    }));
  const decided = async (index: number, count: number): Promise<void> => {
    if ((await decideBatch(db, questions(index, count))).some(({ allowed }) => !allowed))
      throw new Error('a decision is wrong');
  };
  const decider = together((questions: readonly Question[]) => decideBatch(db, questions));
  const together32 = async (index: number): Promise<void> => {
    const [asked] = questions(index, 1);
    if (!asked || !(await decider(asked)).allowed) throw new Error('a decision is wrong');
  };
  const loaded = async (index: number): Promise<void> => {
    const { holders } = await loadHolders(db, here, { ids: some(index, 1).map(({ id }) => id) });
    const question = { permission: 'flows:run', projectId: project?.id };
    const allowed = holders.filter((holder) => evaluate(model, holder, question).length > 0);
    if (allowed.length !== 1) throw new Error('a decision is wrong');
  };
  const secrets = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      createPersonalToken(ada, { organizationId: here, name: `bench-${at}` }),
    ),
  );
  const authenticate = together((texts: readonly string[]) => authenticateAll(db, texts));
  const lookedUp = async (index: number): Promise<void> => {
    const text = secrets[index % secrets.length]?.secret ?? '';
    if (!(await authenticate(text))) throw new Error('a token does not work');
  };
  const row = (index: number) => {
    const [asked] = some(index, 1);
    return plain`select state from principals where organization_id = ${here} and id = ${asked?.id ?? ''}`;
  };
  const rows = (index: number) => {
    const ids = some(index, BATCH).map(({ id }) => id);
    return plain`select state from principals where organization_id = ${here} and id = any(${ids}::uuid[])`;
  };

  return [
    {
      what: 'one decision alone, p50',
      unit: 'µs',
      beside: 'one prepared statement that reads one row',
      ...(await sideBySide(
        () => alone(200, (index) => decided(index, 1)),
        () => alone(200, row),
      )),
    },
    {
      what: 'one decision alone as commands make it, p50',
      unit: 'µs',
      beside: 'the same statement',
      ...(await sideBySide(
        () => alone(200, loaded),
        () => alone(200, row),
      )),
    },
    {
      what: 'one decision, 32 in flight',
      unit: '/s',
      beside: 'the same statement, 32 in flight',
      ...(await sideBySide(
        () => rate(5_000, 32, together32),
        () => rate(5_000, 32, row),
      )),
    },
    {
      what: 'one token looked up, 32 in flight',
      unit: '/s',
      beside: 'the same statement, 32 in flight',
      ...(await sideBySide(
        () => rate(5_000, 32, lookedUp),
        () => rate(5_000, 32, row),
      )),
    },
    {
      what: `decisions in batches of ${BATCH}`,
      unit: '/s',
      beside: `one prepared statement that reads ${BATCH} rows`,
      ...(await sideBySide(
        async () => BATCH * (await rate(40, 2, (index) => decided(index, BATCH))),
        async () => BATCH * (await rate(40, 2, rows)),
      )),
    },
  ];
};
