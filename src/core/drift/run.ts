import { and, desc, eq, lt, or, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { driftDifferences, driftRuns } from '../../db/schema/index.ts';
import { type Change, change, look, need } from '../change.ts';
import { databaseTime } from '../clock.ts';
import type { Context } from '../context.ts';
import { redrawReports } from '../drift-report/redraw.ts';
import { newId } from '../id.ts';
import type { Organization } from '../organization/organization.ts';
import { type Evaluation, evaluate, planForScans } from './evaluate.ts';
import { type Merged, mergeFindings } from './merge.ts';
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

/** How many differences one change brings in: whoever else changes the organization waits for no more than that. */
const AT_ONCE = 10_000;
/** After so long a run is no longer under way, in milliseconds. */
const ABANDONED = 24 * 3600 * 1000;

/** Evaluates every rule at this moment, brings the findings up to date, and remembers how the run ended. */
export const runDrift = async (given: Context, organization: Organization): Promise<DriftRun> =>
  (await runAndRead(given, organization, async () => undefined)).run;

/** The same, and reads more of the very moment at which what is open is counted. */
export const runAndRead = async <T>(
  given: Context,
  organization: Organization,
  more: (db: Db, unreadable: readonly string[]) => Promise<T>,
): Promise<{ run: DriftRun; read: T }> => {
  const ctx = await mayRun(given, organization);
  const { began, unreadable, opened, resolved } = await bringUpToDate(ctx, organization, rules);
  // Counting a million takes as long as looking at them, and nobody should have to wait for it.
  const { counted, open, tokens, read } = await ctx.db.transaction(
    async (tx) => {
      const db = tx as Db;
      const counted = await databaseTime(db);
      await planForScans(db);
      const open = await openNow(db, organization.id);
      const tokens = await activeTokens(db, organization.id);
      return { counted, open, tokens, read: await more(db, unreadable) };
    },
    { isolationLevel: 'repeatable read' },
  );
  const run = await change(ctx, organization.id, async (c) => {
    mayStillRun(c);
    const row = {
      organizationId: organization.id,
      id: newId(),
      at: began,
      // A date has no microseconds, and nothing that this run found may seem newer than its count.
      milliseconds: counted.getTime() - began.getTime() + 1,
      unreadable: [...unreadable],
      ...open.counts,
      rules: open.rules,
      opened,
      resolved,
      members: c.counters.members,
      tokens,
    };
    await c.db.insert(driftRuns).values(row);
    return runOf(row);
  });
  return { run, read };
};

/** Runs some rules only, for jobs and events that concern no others. */
export const runRules = async (
  ctx: Context,
  organization: Organization,
  some: readonly Rule[],
): Promise<Merged> => bringUpToDate(await mayRun(ctx, organization), organization, some);

const mayRun = async (given: Context, organization: Organization): Promise<Context> => {
  // A delivery is claimed by what it changes: looking may be done twice.
  const ctx: Context = { ...given, interaction: undefined };
  if (ctx.actor.kind !== 'system') await look(ctx, organization, async (s) => need(s, 'drift:read', what));
  return ctx;
};

const mayStillRun = (c: Change): void => {
  if (c.ctx.actor.kind !== 'system') need(c, 'drift:read', what);
};

/**
 * What is different is found without the organization's lock, and brought into the findings by one change for each so
 * many. A run that ends in between leaves the rest to the next one, which sees it again.
 */
const bringUpToDate = async (
  ctx: Context,
  organization: Organization,
  asked: readonly Rule[],
): Promise<Evaluation & Merged> => {
  const evaluation = await evaluate(ctx, organization, asked);
  const total: Merged = { opened: 0, resolved: 0 };
  for (let after = 0; after < evaluation.differences; after += AT_ONCE) {
    const merged = await change(ctx, organization.id, async (c) => {
      mayStillRun(c);
      const some = await mergeFindings(c, evaluation, { after, upTo: after + AT_ONCE });
      // What is found anew stands in no report yet.
      if (some.resolved > 0) c.enqueue(...(await redrawReports(c.db, organization.id)));
      return some;
    });
    total.opened += merged.opened;
    total.resolved += merged.resolved;
  }
  await forgetDifferences(ctx.db, organization.id, evaluation);
  return { ...evaluation, ...total };
};

/** Those of this run, and of runs that ended before their time. */
const forgetDifferences = async (
  db: Db,
  organizationId: string,
  { id, began }: Evaluation,
): Promise<void> => {
  await db
    .delete(driftDifferences)
    .where(
      and(
        eq(driftDifferences.organizationId, organizationId),
        or(eq(driftDifferences.runId, id), lt(driftDifferences.began, new Date(began.getTime() - ABANDONED))),
      ),
    );
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
        and (expires_at is null or expires_at > statement_timestamp())`),
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
