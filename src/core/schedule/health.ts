import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';

export interface ScheduleState {
  kind: string;
  count: number;
  nextAt: Date;
  /** Slots that nobody has taken, or that were taken and not done, for longer than that should need. */
  overdue: number;
}

/** How the schedules of all organizations stand. */
export const scheduleStates = async (db: Db): Promise<ScheduleState[]> =>
  rowsOf<ScheduleState & Record<string, unknown>>(
    await db.execute(sql`
      select kind, count(*)::int as count, min(next_at) as "nextAt",
        count(*) filter (where next_at < clock_timestamp() - interval '5 minutes'
          or (last_slot < clock_timestamp() - interval '15 minutes' and (done_at is null or done_at < last_slot)))::int
          as overdue
      from schedules group by kind order by kind`),
  );

const WORDS: Readonly<Record<string, string>> = { 'drift-report': 'drift reports', review: 'access reviews' };

export const scheduleHealth = async (db: Db): Promise<{ name: string; ok: boolean; detail: string }> => {
  const states = await scheduleStates(db);
  const overdue = states.reduce((sum, state) => sum + state.overdue, 0);
  const lines = states.map(
    ({ kind, count, nextAt }) =>
      `${count} of ${WORDS[kind] ?? kind}, the next at ${new Date(nextAt).toISOString().slice(0, 16)}Z`,
  );
  return {
    name: 'schedules',
    ok: overdue === 0,
    detail: `${lines.join('; ') || 'None is set'}${overdue > 0 ? `; ${overdue} overdue` : ''}.`,
  };
};
