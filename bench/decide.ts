import { sql } from 'drizzle-orm';
import { evaluate } from '../src/core/access/evaluate.ts';
import { loadHolders } from '../src/core/access/holder.ts';
import { rowsOf } from '../src/db/client.ts';
import { alone, type Result, rate, sideBySide } from './measure.ts';
import type { Site } from './site.ts';

const MEMBERS = 10_000;
const BATCH = 100;

/** Decisions as every command makes them: one statement loads who holds what now, a pure function decides. */
export const decide = async (site: Site): Promise<Result[]> => {
  const { ada, plain } = site;
  const { db } = ada;
  const organization = await site.organization('Decisions', MEMBERS);
  const { id: here, model } = organization;
  const [project] = rowsOf<{ id: string }>(
    await db.execute(sql`select id from projects where organization_id = ${here}`),
  );
  const ids = rowsOf<{ id: string }>(
    await db.execute(sql`
      select user_id as id from members where organization_id = ${here} and email <> 'ada@example.com'`),
  ).map(({ id }) => id);
  const some = (index: number, count: number): string[] =>
    Array.from({ length: count }, (_, at) => ids[(index * 7919 + at * 104_729) % ids.length] ?? '');

  const ours = async (asked: readonly string[]): Promise<void> => {
    const { holders } = await loadHolders(db, here, { ids: asked });
    const question = { permission: 'flows:run', projectId: project?.id };
    const allowed = holders.filter((holder) => evaluate(model, holder, question).length > 0);
    if (allowed.length !== new Set(asked).size) throw new Error('a decision is wrong');
  };
  const row = (index: number) => {
    const [id = ''] = some(index, 1);
    return plain`select state from principals where organization_id = ${here} and id = ${id}`;
  };
  const rows = (index: number) =>
    plain`select state from principals where organization_id = ${here} and id = any(${some(index, BATCH)}::uuid[])`;

  return [
    {
      what: 'one decision alone, p50',
      unit: 'µs',
      beside: 'one prepared statement that reads one row',
      ...(await sideBySide(
        () => alone(200, (index) => ours(some(index, 1))),
        () => alone(200, row),
      )),
    },
    {
      what: 'one decision, 32 in flight',
      unit: '/s',
      beside: 'the same statement, 32 in flight',
      ...(await sideBySide(
        () => rate(1_000, 32, (index) => ours(some(index, 1))),
        () => rate(1_000, 32, row),
      )),
    },
    {
      what: `decisions in batches of ${BATCH}`,
      unit: '/s',
      beside: `one prepared statement that reads ${BATCH} rows`,
      ...(await sideBySide(
        async () => BATCH * (await rate(40, 2, (index) => ours(some(index, BATCH)))),
        async () => BATCH * (await rate(40, 2, rows)),
      )),
    },
  ];
};
