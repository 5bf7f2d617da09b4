import { type SQL, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { databaseTime } from '../clock.ts';
import type { Context } from '../context.ts';
import { newId } from '../id.ts';
import type { Organization } from '../organization/organization.ts';
import { loadSettings } from '../organization/settings.ts';
import { listRolesOf } from '../role/find.ts';
import { instantOf, type Rule, type Scope, severities } from './rule.ts';

export const rankOf = ({ severity }: Pick<Rule, 'severity'>): number => severities.indexOf(severity) + 1;

export const scopeOf = async (db: Db, organization: Pick<Organization, 'id' | 'model'>): Promise<Scope> => ({
  organization,
  settings: await loadSettings(db, organization.id),
  roles: await listRolesOf(db, organization.id),
  ...(await presentIn(db, organization.id)),
  now: await databaseTime(db),
});

const presentIn = async (db: Db, organizationId: string): Promise<Pick<Scope, 'granted' | 'baseline'>> => {
  const [row] = rowsOf<{ granted: string[]; baseline: boolean }>(
    await db.execute(sql`
      select exists (select from baselines where organization_id = ${organizationId} and taken) as baseline,
        array(select r.id::text from roles r where r.organization_id = ${organizationId} and exists (
          select from grants g where g.organization_id = r.organization_id and g.role_id = r.id)) as granted`),
  );
  return { granted: new Set(row?.granted), baseline: row?.baseline === true };
};

/** What a run has seen to be different from the findings, by its id in `drift_differences`. */
export interface Evaluation {
  id: string;
  began: Date;
  differences: number;
  /** Rules that could not be read. */
  unreadable: readonly string[];
}

/**
 * Asks every rule, and keeps what is not as the findings have it. Nothing of the organization is locked meanwhile: at a
 * million rows this takes seconds. A rule that fails does not hold up the ones after it.
 */
export const evaluate = async (
  ctx: Context,
  organization: Scope['organization'],
  rules: readonly Rule[],
): Promise<Evaluation> =>
  ctx.db.transaction(async (tx) => {
    const scope = await scopeOf(tx as Db, organization);
    const run = { id: newId(), began: scope.now, differences: 0 };
    const unreadable: string[] = [];
    await planForScans(tx as Db);
    for (const rule of rules) {
      try {
        run.differences += await tx.transaction(async (inner) =>
          keepDifferences(inner as Db, scope, rule, run),
        );
      } catch (error) {
        unreadable.push(rule.id);
        ctx.log?.error(
          { err: error, rule: rule.id, organizationId: organization.id },
          'a rule of drift could not be read',
        );
      }
    }
    if (run.differences > 0) await tx.execute(sql`analyze drift_differences`);
    return { ...run, unreadable };
  });

/**
 * Until the transaction ends: few of many rows are looked up rather than joined whole, and nothing is compiled first,
 * which takes longer than it saves.
 */
export const planForScans = async (db: Db): Promise<unknown> =>
  db.execute(sql`
    select set_config('random_page_cost', '1.1', true), set_config('jit', 'off', true), set_config('work_mem', '64MB', true)`);

/** @returns how many there are */
const keepDifferences = async (
  db: Db,
  scope: Scope,
  rule: Rule,
  run: Pick<Evaluation, 'id' | 'began' | 'differences'>,
): Promise<number> => {
  const here = scope.organization.id;
  const rank = sql`${rankOf(rule)}::smallint`;
  const [row] = rowsOf<{ count: number }>(
    await db.execute(sql`
      with kept as (
        insert into drift_differences (organization_id, run_id, position, rule, subject, severity, facts, began)
        select ${here}, ${run.id}, ${run.differences} + row_number() over (order by subject), ${rule.id}, subject, ${rank},
          facts, ${instantOf(run.began)}
        from (
          select coalesce(s.subject, f.subject) as subject, s.facts from (${rule.find(scope)}) s
          full join (select * from findings where organization_id = ${here} and rule = ${rule.id}) f
            on f.subject = s.subject
          where case when s.subject is null then f.state <> 'resolved'
            else f.subject is null or ${different({ now: instantOf(run.began), severity: rank })} end
        ) different
        returning 1
      ) select count(*)::int as count from kept`),
  );
  return row?.count ?? 0;
};

/** The finding `f` comes back: what is seen, `s`, is not what somebody settled, or the time they gave it is over. */
export const comesBack = (
  now: SQL,
): SQL => sql`(f.state = 'resolved' or (f.state = 'snoozed' and f.snoozed_until <= ${now})
  or (f.state = 'accepted' and f.facts <> s.facts))`;

/** The finding `f` is not as `s` has it. */
export const different = ({ now, severity }: { now: SQL; severity: SQL }): SQL =>
  sql`(${comesBack(now)} or f.facts <> s.facts or f.severity <> ${severity})`;

/** Those of a rule's subjects for which it still holds at this moment. */
export const stillFound = async (db: Db, rule: Rule, scope: Scope): Promise<Set<string>> =>
  new Set(
    rowsOf<{ subject: string }>(
      await db.execute(sql`select found.subject from (${rule.find(scope)}) found`),
    ).map(({ subject }) => subject),
  );
