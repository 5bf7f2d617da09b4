import { and, asc, eq, gt, inArray, or, type SQL, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { findings } from '../../db/schema/index.ts';
import { holds, look, need, type Standing } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import type { Page } from '../member/list.ts';
import type { Organization } from '../organization/organization.ts';
import { rankOf } from './evaluate.ts';
import { type Rule, type Severity, severities } from './rule.ts';
import { ruleNamed, rules } from './rules/index.ts';

export const findingStates = ['open', 'snoozed', 'accepted', 'resolved'] as const;
export type FindingState = (typeof findingStates)[number];

export interface Finding {
  /** `DRF-7` */
  name: string;
  rule: Rule;
  severity: Severity;
  subject: string;
  facts: Readonly<Record<string, unknown>>;
  state: FindingState;
  firstSeen: Date;
  /** When it was resolved, or when it was last seen. */
  resolvedAt: Date | null;
  snoozedUntil: Date | null;
  reason: string | null;
  settledBy: string | null;
}

export type FindingRow = typeof findings.$inferSelect;

export const findingName = ({ number }: { number: number }): string => `DRF-${number}`;

export const numberOf = ({ name }: Pick<Finding, 'name'>): number => Number(name.slice('DRF-'.length));

/** For selects from findings alone, where a column would lose its table's name and mean the member's own. */
export const settledBy = sql<string | null>`(select m.email from members m
  where m.organization_id = findings.organization_id and m.user_id = findings.settled_by)`;

/** A finding whose rule is no longer known stays in the database and is shown nowhere. */
const known = sql`${findings.rule} = any(${sql.param(rules.map(({ id }) => id))}::text[])`;

const findingOf = ({ row, by }: { row: FindingRow; by: string | null }): Finding[] => {
  const rule = ruleNamed(row.rule);
  const severity = severities[row.severity - 1];
  if (!rule || !severity) return [];
  const { subject, facts, state, firstSeen, resolvedAt, snoozedUntil, reason } = row;
  return [
    {
      name: findingName(row),
      rule,
      severity,
      subject,
      facts,
      state,
      firstSeen,
      resolvedAt,
      snoozedUntil,
      reason,
      settledBy: by,
    },
  ];
};

export interface FindingPage extends Page<Finding> {
  /** Open findings in all. */
  counts: Readonly<Record<Severity, number>>;
  mayChange: boolean;
}

/** Findings by severity, then in the order they were found. */
export const listFindings = async (
  ctx: Context,
  organization: Organization,
  input: { rule?: string; state?: FindingState; after?: string; size?: number } = {},
): Promise<FindingPage> =>
  look(ctx, organization, async (s) => {
    need(s, 'drift:read', 'see what has drifted');
    const rule = input.rule === undefined ? undefined : findRule(input.rule);
    const size = input.size ?? 10;
    const items = await select(
      s,
      and(
        eq(findings.state, input.state ?? 'open'),
        rule && eq(findings.rule, rule.id),
        afterOf(input.after),
      ),
      size + 1,
    );
    const page = items.slice(0, size);
    const last = page.at(-1);
    return {
      items: page,
      next: items.length > size && last ? `${rankOf(last)}-${numberOf(last)}` : undefined,
      counts: await countsOf(s),
      mayChange: holds(s, 'drift:write'),
    };
  });

/** Some findings by their numbers, however they stand now. */
export const findingsNumbered = async (s: Place, numbers: readonly number[]): Promise<Finding[]> =>
  select(s, inArray(findings.number, [...numbers]), numbers.length);

type Place = Pick<Standing, 'db' | 'organization'>;

const select = async (s: Place, which: SQL | undefined, most: number): Promise<Finding[]> =>
  (
    await s.db
      .select({ row: findings, by: settledBy })
      .from(findings)
      .where(and(eq(findings.organizationId, s.organization.id), known, which))
      .orderBy(asc(findings.severity), asc(findings.number))
      .limit(most)
  ).flatMap(findingOf);

const afterOf = (after: string | undefined): SQL | undefined => {
  const [severity, number] = after?.split('-').map(Number) ?? [];
  if (!severity || !number) return undefined;
  return or(
    gt(findings.severity, severity),
    and(eq(findings.severity, severity), gt(findings.number, number)),
  );
};

export const countsOf = async (s: Standing): Promise<Record<Severity, number>> => {
  const [row] = rowsOf<Record<Severity, number>>(
    await s.db.execute(sql`
      select count(*) filter (where severity = 1)::int as high, count(*) filter (where severity = 2)::int as medium,
        count(*) filter (where severity = 3)::int as low
      from findings where organization_id = ${s.organization.id} and state = 'open'`),
  );
  return row ?? { high: 0, medium: 0, low: 0 };
};

/** @throws DomainError `not-found`, which names the rules there are */
export const findRule = (typed: string): Rule => {
  const rule = ruleNamed(typed.trim().toLowerCase());
  if (rule) return rule;
  throw new DomainError('not-found', `There is no rule \`${typed.slice(0, 60)}\`.`, {
    todo: `The rules are ${rules.map(({ id }) => id).join(', ')}.`,
    field: 'rule',
  });
};

/** @throws DomainError `not-found` */
export const findFinding = async (s: Standing, typed: string): Promise<Finding> => {
  const number = Number(/^(?:drf-)?(\d{1,9})$/i.exec(typed.trim())?.[1]);
  const [found] = Number.isNaN(number) ? [] : await select(s, eq(findings.number, number), 1);
  if (found) return found;
  throw new DomainError(
    'not-found',
    `There is no finding \`${typed.slice(0, 60)}\` in ${s.organization.name}.`,
    {
      todo: 'See them with `/org drift show`.',
      field: 'finding',
    },
  );
};

/**
 * A button says how what it is about stood when it was drawn.
 * @throws DomainError `wrong-state` where somebody has settled it otherwise since
 */
export const needAsShown = (finding: Finding, was: string | undefined): void => {
  const { name, state, settledBy: by, reason } = finding;
  if (was === undefined || was === state) return;
  const how = `${name} is ${state} now${by ? `, by ${by}` : ''}${reason ? `: ${reason}` : ''}`;
  throw new DomainError('wrong-state', `Nothing was changed: ${how.replace(/[.!?]$/, '')}.`, {
    todo:
      state === 'resolved'
        ? 'There is nothing left to do about it.'
        : `Look at it again with \`/org drift show ${name}\`.`,
  });
};

/** One finding, as it stands. */
export const showFinding = async (
  ctx: Context,
  organization: Organization,
  typed: string,
): Promise<{ finding: Finding; mayChange: boolean }> =>
  look(ctx, organization, async (s) => {
    need(s, 'drift:read', 'see what has drifted');
    return { finding: await findFinding(s, typed), mayChange: holds(s, 'drift:write') };
  });

const openOf = (rule: Rule): SQL | undefined => and(eq(findings.rule, rule.id), eq(findings.state, 'open'));

/** The open findings of one rule, up to so many. */
export const openFindings = async (s: Standing, rule: Rule, most: number): Promise<Finding[]> =>
  select(s, openOf(rule), most);
