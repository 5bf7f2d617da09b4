import { and, eq, inArray } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { findings } from '../../db/schema/index.ts';
import { type Change, change, look, need, type Standing, transact } from '../change.ts';
import type { Context } from '../context.ts';
import { redrawReports } from '../drift-report/redraw.ts';
import { DomainError } from '../errors.ts';
import type { Organization } from '../organization/organization.ts';
import { loadSettings } from '../organization/settings.ts';
import { needSecondPerson } from '../second-person.ts';
import { sha256 } from '../secret.ts';
import { scopeOf, stillFound } from './evaluate.ts';
import { type Finding, findFinding, findRule, needAsShown, numberOf, openFindings } from './list.ts';
import type { Fix, Rule } from './rule.ts';
import { runRules } from './run.ts';

/** One finding, or all open ones of a rule. */
export type Target = { finding: string; was?: string } | { rule: string };

export interface FixPlan {
  rule: Rule;
  findings: readonly Finding[];
  count: number;
  /** What the presser has seen: a fix that has become another one is not carried out. */
  seen: string;
  /** More than one person may change at once (`bulk-limit`). */
  limit: number;
}

const what = 'fix what has drifted';

/** At once, however many people agree: the rest is a second time. */
const MOST = 1000;

/**
 * What would be fixed, as it stands: what is not so any more is resolved, rather than fixed.
 * @throws DomainError where there is nothing to fix, or no way to
 */
export const planFix = async (ctx: Context, organization: Organization, target: Target): Promise<FixPlan> => {
  const gone = await look(ctx, organization, async (s) => ruleOfGone(s, target));
  if (gone) await runRules(ctx, organization, [gone]);
  return look(ctx, organization, async (s) => planned(s, target));
};

/** The rule of a finding that no longer holds. */
const ruleOfGone = async (s: Standing, target: Target): Promise<Rule | undefined> => {
  need(s, 'drift:read', what);
  if ('rule' in target) return undefined;
  const { rule, subject, state } = await findFinding(s, target.finding);
  if (state === 'resolved') return undefined;
  const scope = await scopeOf(s.db, s.organization);
  return (await stillFound(s.db, rule, { ...scope, subjects: [subject] })).has(subject) ? undefined : rule;
};

const planned = async (s: Standing, target: Target): Promise<FixPlan> => {
  need(s, 'drift:read', what);
  const limit = (await loadSettings(s.db, s.organization.id))['bulk-limit'];
  if ('finding' in target) {
    const finding = await findFinding(s, target.finding);
    needAsShown(finding, target.was);
    if (finding.state === 'resolved') throw nothingToFix(`${finding.name} is resolved`);
    return { rule: finding.rule, findings: [finding], count: 1, seen: seenOf([finding]), limit };
  }
  const rule = findRule(target.rule);
  if (rule.oneByOne) throw oneByOne(rule);
  const found = await openFindings(s, rule, MOST);
  if (found.length === 0) throw nothingToFix(`${rule.id} has found nothing that is open`);
  return { rule, findings: found, count: found.length, seen: seenOf(found), limit };
};

const seenOf = (list: readonly Finding[]): string =>
  sha256(JSON.stringify(list.map(({ name, facts }) => [name, facts]))).slice(0, 16);

const oneByOne = (rule: Rule): DomainError =>
  new DomainError('invalid', `Nothing was changed: findings of ${rule.id} are fixed one by one.`, {
    todo: 'Each of them wants a look of its own. See them with `/org drift show`.',
    field: 'rule',
  });

const nothingToFix = (why: string): DomainError =>
  new DomainError('wrong-state', `Nothing was changed: ${why}.`, {
    todo: 'See what is open with `/org drift show`.',
  });

/** The commands that mend one finding. @throws DomainError where none does */
export const fixesOf = (finding: Finding, given: string): readonly Fix[] => {
  const fixes = finding.rule.fixes(finding.facts, given);
  if (fixes.length > 0) return fixes;
  throw new DomainError('invalid', `${finding.name} was not fixed: no command mends it.`, {
    todo: finding.rule.why,
  });
};

export interface Fixed<T> {
  finding: Finding;
  /** What the command answered, or why it refused. */
  outcome: { did: T } | { refused: DomainError };
  /** Whether the cause is gone. It is not where somebody else has been asked to do it. */
  resolved: boolean;
}

/**
 * Carries a plan out under the actor's own rights of this moment: `apply` runs the commands, each finding by itself,
 * and what is gone afterwards is resolved and audited as fixed, all in one transaction. One that is refused does not
 * hold up the others.
 */
export const fixFindings = async <T>(
  ctx: Context,
  organization: Organization,
  input: { target: Target; seen: string | undefined },
  apply: (ctx: Context, finding: Finding) => Promise<T>,
): Promise<Fixed<T>[]> =>
  transact(ctx, async (db) => {
    const inside: Context = { ...ctx, db, interaction: undefined };
    // The lock is held until everything is done: what is planned here is what is mended.
    const plan = await change(inside, organization.id, async (c) => planned(c, input.target));
    if (input.seen !== undefined && input.seen !== plan.seen) {
      throw new DomainError(
        'changed',
        'Nothing was changed: the findings are not the ones you saw any more.',
        {
          todo: 'Look at them again with `/org drift show`.',
        },
      );
    }
    if (plan.count > plan.limit) needSecondPerson({ ctx: inside }, tooMany(plan));
    const outcomes: { finding: Finding; outcome: Fixed<T>['outcome'] }[] = [];
    for (const finding of plan.findings) {
      outcomes.push({ finding, outcome: await attempt(inside, finding, apply) });
    }
    const gone = await change(inside, organization.id, async (c) => resolve(c, plan, outcomes));
    return outcomes.map((one) => ({ ...one, resolved: gone.has(one.finding.subject) }));
  });

const attempt = async <T>(
  ctx: Context,
  finding: Finding,
  apply: (ctx: Context, finding: Finding) => Promise<T>,
): Promise<Fixed<T>['outcome']> => {
  try {
    const mends = { finding: finding.name, rule: finding.rule.id };
    return { did: await ctx.db.transaction(async (tx) => apply({ ...ctx, mends, db: tx as Db }, finding)) };
  } catch (error) {
    if (error instanceof DomainError) return { refused: error };
    throw error;
  }
};

/** @returns the subjects whose cause is gone */
const resolve = async (
  c: Change,
  { rule }: FixPlan,
  outcomes: readonly { finding: Finding; outcome: object }[],
): Promise<Set<string>> => {
  const done = outcomes.filter(({ outcome }) => 'did' in outcome).map(({ finding }) => finding);
  if (done.length === 0) return new Set();
  const scope = await scopeOf(c.db, c.organization);
  const still = await stillFound(c.db, rule, { ...scope, subjects: done.map(({ subject }) => subject) });
  const gone = done.filter(({ subject }) => !still.has(subject));
  if (gone.length === 0) return new Set();
  await c.db
    .update(findings)
    .set({
      state: 'resolved',
      resolvedAt: c.now,
      changedAt: c.now,
      snoozedUntil: null,
      settledBy: c.me?.id ?? null,
    })
    .where(and(eq(findings.organizationId, c.organization.id), inArray(findings.number, gone.map(numberOf))));
  for (const finding of gone) {
    c.audit({
      action: 'finding.fixed',
      target: finding.name,
      facts: { rule: rule.id, subject: finding.subject },
    });
  }
  c.enqueue(...(await redrawReports(c.db, c.organization.id)));
  return new Set(gone.map(({ subject }) => subject));
};

/** Why one person does not do it alone. */
export const tooMany = ({ rule, count, limit }: Pick<FixPlan, 'rule' | 'count' | 'limit'>): string =>
  `${rule.id} has ${count} findings, and one person may change ${limit} at once (\`bulk-limit\`).`;
