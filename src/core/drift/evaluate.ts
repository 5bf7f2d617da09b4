import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { databaseTime } from '../clock.ts';
import type { Context } from '../context.ts';
import type { Organization } from '../organization/organization.ts';
import { loadSettings } from '../organization/settings.ts';
import { listRolesOf } from '../role/find.ts';
import { type Rule, type Scope, severities } from './rule.ts';

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
      select exists (select from baselines where organization_id = ${organizationId}) as baseline,
        array(select r.id::text from roles r where r.organization_id = ${organizationId} and exists (
          select from grants g where g.organization_id = r.organization_id and g.role_id = r.id)) as granted`),
  );
  return { granted: new Set(row?.granted), baseline: row?.baseline === true };
};

/**
 * Asks every rule, and keeps what they see in `drift_seen` until the transaction ends. Nothing is locked meanwhile: at
 * a million rows this takes seconds. A rule that fails does not hold up the ones after it.
 * @returns the rules that could not be read
 */
export const evaluate = async (ctx: Context, scope: Scope, rules: readonly Rule[]): Promise<string[]> => {
  await ctx.db.execute(sql`drop table if exists pg_temp.drift_seen`);
  await ctx.db.execute(
    sql`create temp table drift_seen (rule text, subject text, severity smallint, facts jsonb) on commit drop`,
  );
  const unreadable: string[] = [];
  for (const rule of rules) {
    try {
      await ctx.db.transaction(async (tx) =>
        tx.execute(sql`
          insert into drift_seen
          select ${rule.id}, found.subject, ${rankOf(rule)}::smallint, found.facts from (${rule.find(scope)}) found`),
      );
    } catch (error) {
      unreadable.push(rule.id);
      ctx.log?.error(
        { err: error, rule: rule.id, organizationId: scope.organization.id },
        'a rule of drift could not be read',
      );
    }
  }
  await ctx.db.execute(sql`analyze drift_seen`);
  return unreadable;
};

/** Those of a rule's subjects for which it still holds at this moment. */
export const stillFound = async (db: Db, rule: Rule, scope: Scope): Promise<Set<string>> =>
  new Set(
    rowsOf<{ subject: string }>(
      await db.execute(sql`select found.subject from (${rule.find(scope)}) found`),
    ).map(({ subject }) => subject),
  );
