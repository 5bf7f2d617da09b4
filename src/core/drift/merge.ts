import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import type { Change } from '../change.ts';
import { followFindings } from '../delivery/follow.ts';
import { comesBack, different, type Evaluation } from './evaluate.ts';
import { instantOf } from './rule.ts';

type Counts = Map<string, number>;

export interface Merged {
  opened: number;
  resolved: number;
}

const countsOf = (result: unknown): Counts =>
  new Map(rowsOf<{ rule: string; count: number }>(result).map(({ rule, count }) => [rule, count]));

const sum = (counts: Counts): number => [...counts.values()].reduce((total, count) => total + count, 0);

/**
 * Brings the findings to some of what a run has seen to be different. What somebody changed since it began (a fix, a
 * later run) is newer than what was seen, and stays.
 */
export const mergeFindings = async (
  c: Change,
  { id, began }: Pick<Evaluation, 'id' | 'began'>,
  positions: { after: number; upTo: number },
): Promise<Merged> => {
  const here = c.organization.id;
  const now = instantOf(c.now);
  const seen = sql`(
    select * from drift_differences where organization_id = ${here} and run_id = ${id}
      and position > ${positions.after} and position <= ${positions.upTo})`;
  const same = sql`f.organization_id = ${here} and f.rule = s.rule and f.subject = s.subject`;
  const untouched = sql`f.changed_at <= ${instantOf(began)}`;
  const resolved = countsOf(
    await c.db.execute(sql`
      with gone as (
        update findings f set state = 'resolved', resolved_at = ${now}, changed_at = ${now}, snoozed_until = null
        from ${seen} s
        where ${same} and ${untouched} and s.facts is null and f.state <> 'resolved'
        returning f.rule
      ) select rule, count(*)::int as count from gone group by rule`),
  );
  const again = comesBack(now);
  const reopened = countsOf(
    await c.db.execute(sql`
      with back as (
        update findings f set facts = s.facts, severity = s.severity, changed_at = ${now},
          state = case when ${again} then 'open' else f.state end,
          first_seen = case when f.state = 'resolved' then ${now} else f.first_seen end,
          told_at = case when f.state = 'resolved' then null else f.told_at end,
          resolved_at = null,
          snoozed_until = case when ${again} then null else f.snoozed_until end,
          reason = case when ${again} then null else f.reason end,
          settled_by = case when ${again} then null else f.settled_by end
        from ${seen} s
        join findings before on before.organization_id = ${here} and before.rule = s.rule and before.subject = s.subject
        where ${same} and ${untouched} and s.facts is not null and ${different({ now, severity: sql`s.severity` })}
        returning f.rule, before.state <> 'open' and f.state = 'open' as opened
      ) select rule, count(*)::int as count from back where opened group by rule`),
  );
  const fresh = countsOf(
    await c.db.execute(sql`
      with fresh as (
        insert into findings (organization_id, number, rule, subject, severity, facts, first_seen, changed_at)
        select ${here}, ${c.counters.findings} + row_number() over (order by s.position), s.rule, s.subject, s.severity,
          s.facts, ${now}, ${now}
        from ${seen} s where s.facts is not null and not exists (select from findings f where ${same})
        returning rule
      ) select rule, count(*)::int as count from fresh group by rule`),
  );
  c.count('findings', sum(fresh));
  const opened = new Map(reopened);
  for (const [rule, count] of fresh) opened.set(rule, (opened.get(rule) ?? 0) + count);
  tell(c, 'finding.opened', opened);
  tell(c, 'finding.resolved', resolved);
  if (opened.size + resolved.size > 0) await followFindings(c);
  return { opened: sum(opened), resolved: sum(resolved) };
};

const tell = (c: Change, action: 'finding.opened' | 'finding.resolved', counts: Counts): void => {
  if (counts.size === 0) return;
  const rules = [...counts].map(([rule, count]) => `${rule}:${count}`).sort();
  c.audit({ action, facts: { count: sum(counts), rules } });
};
