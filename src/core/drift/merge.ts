import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import type { Change } from '../change.ts';
import { instantOf } from './rule.ts';

type Counts = Map<string, number>;

export interface Merged {
  opened: Counts;
  resolved: Counts;
}

const countsOf = (result: unknown): Counts =>
  new Map(rowsOf<{ rule: string; count: number }>(result).map(({ rule, count }) => [rule, count]));

export const sum = (counts: Counts): number =>
  [...counts.values()].reduce((total, count) => total + count, 0);

/**
 * Brings the findings of these rules to what was seen. What somebody changed since the evaluation began (a fix, a
 * later run) is newer than what was seen, and stays.
 */
export const mergeFindings = async (c: Change, rules: readonly string[], began: Date): Promise<Merged> => {
  const here = c.organization.id;
  const now = instantOf(c.now);
  const read = sql`${sql.param([...rules])}::text[]`;
  const untouched = sql`f.organization_id = ${here} and f.changed_at <= ${instantOf(began)}`;
  const resolved = countsOf(
    await c.db.execute(sql`
      with gone as (
        update findings f set state = 'resolved', resolved_at = ${now}, changed_at = ${now}, snoozed_until = null
        where ${untouched} and f.state <> 'resolved' and f.rule = any(${read})
          and not exists (select from drift_seen s where s.rule = f.rule and s.subject = f.subject)
        returning f.rule
      ) select rule, count(*)::int as count from gone group by rule`),
  );
  const again = sql`(f.state = 'resolved' or (f.state = 'snoozed' and f.snoozed_until <= ${now})
    or (f.state = 'accepted' and f.facts <> s.facts))`;
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
        from drift_seen s, (select organization_id, number, state from findings) before
        where ${untouched} and f.rule = s.rule and f.subject = s.subject
          and before.organization_id = f.organization_id and before.number = f.number
          and (${again} or f.facts <> s.facts or f.severity <> s.severity)
        returning f.rule, before.state <> 'open' and f.state = 'open' as opened
      ) select rule, count(*)::int as count from back where opened group by rule`),
  );
  const fresh = countsOf(
    await c.db.execute(sql`
      with fresh as (
        insert into findings (organization_id, number, rule, subject, severity, facts, first_seen, changed_at)
        select ${here}, ${c.counters.findings} + row_number() over (order by s.severity, s.rule, s.subject),
          s.rule, s.subject, s.severity, s.facts, ${now}, ${now}
        from drift_seen s
        where not exists (select from findings f where f.organization_id = ${here} and f.rule = s.rule
          and f.subject = s.subject)
        returning rule
      ) select rule, count(*)::int as count from fresh group by rule`),
  );
  c.count('findings', sum(fresh));
  const opened = new Map(reopened);
  for (const [rule, count] of fresh) opened.set(rule, (opened.get(rule) ?? 0) + count);
  tell(c, 'finding.opened', opened);
  tell(c, 'finding.resolved', resolved);
  return { opened, resolved };
};

const tell = (c: Change, action: 'finding.opened' | 'finding.resolved', counts: Counts): void => {
  if (counts.size === 0) return;
  const rules = [...counts].map(([rule, count]) => `${rule}:${count}`).sort();
  c.audit({ action, facts: { count: sum(counts), rules } });
};
