import { desc, eq, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { driftRuns } from '../../db/schema/index.ts';
import { type Change, change, look, need } from '../change.ts';
import type { Context } from '../context.ts';
import { newId } from '../id.ts';
import type { Organization } from '../organization/organization.ts';
import { evaluate, scopeOf } from './evaluate.ts';
import { type Merged, mergeFindings, sum } from './merge.ts';
import { type Rule, type Severity, severities } from './rule.ts';
import { rules } from './rules/index.ts';

/** One evaluation of all rules as it ended. */
export interface DriftRun {
  id: string;
  at: Date;
  milliseconds: number;
  /** Rules that could not be read; a run with any is incomplete, and never a clean one. */
  unreadable: readonly string[];
  /** Findings that are open now, neither snoozed nor accepted. */
  counts: Readonly<Record<Severity, number>>;
  rules: Readonly<Record<string, number>>;
  /** What is different from the run before. */
  opened: number;
  resolved: number;
  members: number;
  tokens: number;
}

const what = 'see what has drifted';

/** Evaluates every rule at this moment, brings the findings up to date, and remembers how the run ended. */
export const runDrift = async (ctx: Context, organization: Organization): Promise<DriftRun> =>
  evaluated(ctx, organization, rules, async (c, merged, { began, unreadable }) => {
    const open = await openNow(c.db, organization.id);
    const row = {
      organizationId: organization.id,
      id: newId(),
      at: began,
      milliseconds: c.now.getTime() - began.getTime(),
      unreadable: [...unreadable],
      ...open.counts,
      rules: open.rules,
      opened: sum(merged.opened),
      resolved: sum(merged.resolved),
      members: c.counters.members,
      tokens: await activeTokens(c.db, organization.id),
    };
    await c.db.insert(driftRuns).values(row);
    return runOf(row);
  });

/** Evaluates some rules only, for jobs and events that concern no others; `then` runs in the same change. */
export const runRules = async <T>(
  ctx: Context,
  organization: Organization,
  some: readonly Rule[],
  then: (c: Change, merged: Merged) => Promise<T>,
): Promise<T> => evaluated(ctx, organization, some, then);

interface Evaluation {
  began: Date;
  unreadable: readonly string[];
}

const evaluated = async <T>(
  given: Context,
  organization: Organization,
  asked: readonly Rule[],
  then: (c: Change, merged: Merged, evaluation: Evaluation) => Promise<T>,
): Promise<T> => {
  // A delivery is claimed by what it changes: looking may be done twice.
  const ctx: Context = { ...given, interaction: undefined };
  if (ctx.actor.kind !== 'system') await look(ctx, organization, async (s) => need(s, 'drift:read', what));
  return ctx.db.transaction(async (tx) => {
    const inside: Context = { ...ctx, db: tx as Db };
    const scope = await scopeOf(inside.db, organization);
    const unreadable = await evaluate(inside, scope, asked);
    const readable = asked.map(({ id }) => id).filter((id) => !unreadable.includes(id));
    return change(inside, organization.id, async (c) => {
      if (ctx.actor.kind !== 'system') need(c, 'drift:read', what);
      return then(c, await mergeFindings(c, readable, scope.now), { began: scope.now, unreadable });
    });
  });
};

const openNow = async (db: Db, organizationId: string): Promise<Pick<DriftRun, 'counts' | 'rules'>> => {
  const rows = rowsOf<{ rule: string; severity: number; count: number }>(
    await db.execute(sql`
      select rule, severity, count(*)::int as count from findings
      where organization_id = ${organizationId} and state = 'open' group by rule, severity`),
  );
  const of = (severity: Severity): number =>
    rows
      .filter((row) => severities[row.severity - 1] === severity)
      .reduce((total, row) => total + row.count, 0);
  return {
    counts: { high: of('high'), medium: of('medium'), low: of('low') },
    rules: Object.fromEntries(rows.map(({ rule, count }) => [rule, count])),
  };
};

const activeTokens = async (db: Db, organizationId: string): Promise<number> => {
  const [row] = rowsOf<{ count: number }>(
    await db.execute(sql`
      select count(*)::int as count from tokens where organization_id = ${organizationId} and state = 'active'
        and (expires_at is null or expires_at > clock_timestamp())`),
  );
  return row?.count ?? 0;
};

type Row = typeof driftRuns.$inferSelect;

const runOf = ({ high, medium, low, ...row }: Row): DriftRun => ({ ...row, counts: { high, medium, low } });

/** The last runs, newest first: for the trend, and for comparing with the one before. */
export const lastRuns = async (db: Db, organizationId: string, most: number): Promise<DriftRun[]> =>
  (
    await db
      .select()
      .from(driftRuns)
      .where(eq(driftRuns.organizationId, organizationId))
      .orderBy(desc(driftRuns.id))
      .limit(most)
  ).map(runOf);
