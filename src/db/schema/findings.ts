import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { at, createdAt, id, key, organizationId } from './columns.ts';
import { organizations } from './organizations.ts';
import { principals } from './principals.ts';

/**
 * One case of access drift. A case that comes back is the same row, open again. While it is not resolved it was seen
 * by the last run that could read its rule, so that a run writes only what is different.
 */
export const findings = pgTable(
  'findings',
  {
    organizationId: organizationId(),
    number: integer('number').notNull(),
    rule: key('rule').notNull(),
    /** What the rule tells its cases apart by. */
    subject: key('subject').notNull(),
    /** 1 is the highest. */
    severity: smallint('severity').notNull(),
    /** What is so, in names and ids as they were when it was last seen to be different. */
    facts: jsonb('facts').$type<Record<string, unknown>>().notNull(),
    state: text('state').$type<'open' | 'snoozed' | 'accepted' | 'resolved'>().notNull().default('open'),
    /** Why it was snoozed or accepted, and by whom. */
    reason: text('reason'),
    settledBy: uuid('settled_by'),
    snoozedUntil: at('snoozed_until'),
    firstSeen: at('first_seen').notNull(),
    resolvedAt: at('resolved_at'),
    changedAt: at('changed_at').notNull(),
    /** When the administrators were told of it by itself. */
    toldAt: at('told_at'),
  },
  (t) => [
    primaryKey({ name: 'findings_key', columns: [t.organizationId, t.number] }),
    foreignKey({
      name: 'findings_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
    foreignKey({
      name: 'findings_settled_by',
      columns: [t.organizationId, t.settledBy],
      foreignColumns: [principals.organizationId, principals.id],
    }),
    unique('findings_subject').on(t.organizationId, t.rule, t.subject),
    index('findings_open').on(t.organizationId, t.severity, t.number).where(sql`state = 'open'`),
    index('findings_resolved').on(t.resolvedAt).where(sql`state = 'resolved'`),
    check('findings_known_state', sql`state in ('open', 'snoozed', 'accepted', 'resolved')`),
    check('findings_severity', sql`severity between 1 and 3`),
    check('findings_snoozed_until', sql`(state = 'snoozed') = (snoozed_until is not null)`),
    check('findings_resolved_at', sql`(state = 'resolved') = (resolved_at is not null)`),
  ],
);

/**
 * What a run that is under way has seen to be different from the findings, until it has brought them up to date. Not
 * logged: whatever a crash leaves is of no use to the next run.
 */
export const driftDifferences = pgTable(
  'drift_differences',
  {
    organizationId: organizationId(),
    runId: id('run_id'),
    position: integer('position').notNull(),
    rule: key('rule').notNull(),
    subject: key('subject').notNull(),
    severity: smallint('severity').notNull(),
    /** What is so now; nothing where it is not so any more. */
    facts: jsonb('facts').$type<Record<string, unknown>>(),
    began: at('began').notNull(),
  },
  (t) => [primaryKey({ name: 'drift_differences_key', columns: [t.organizationId, t.runId, t.position] })],
);

/** One evaluation of all rules, as it ended: what reports compare with, and the trend is drawn from. */
export const driftRuns = pgTable(
  'drift_runs',
  {
    organizationId: organizationId(),
    id: id('id'),
    at: at('at').notNull(),
    milliseconds: integer('milliseconds').notNull(),
    /** Rules that could not be read: what they had found stands, and the run is no clean one. */
    unreadable: text('unreadable').array().notNull(),
    /** Open findings afterwards. */
    high: integer('high').notNull(),
    medium: integer('medium').notNull(),
    low: integer('low').notNull(),
    rules: jsonb('rules').$type<Record<string, number>>().notNull(),
    opened: integer('opened').notNull(),
    resolved: integer('resolved').notNull(),
    members: integer('members').notNull(),
    tokens: integer('tokens').notNull(),
  },
  (t) => [
    primaryKey({ name: 'drift_runs_key', columns: [t.organizationId, t.id] }),
    foreignKey({
      name: 'drift_runs_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
    index('drift_runs_at').on(t.at),
  ],
);

/** "This is how it should be": when somebody said so last. */
export const baselines = pgTable(
  'baselines',
  {
    organizationId: id('organization_id').primaryKey(),
    acceptedBy: uuid('accepted_by'),
    principals: integer('principals').notNull(),
    at: at('at').notNull(),
    /** The first one is not, until all of it has been read; what changes meanwhile is noted already. */
    taken: boolean('taken').notNull().default(true),
  },
  (t) => [
    foreignKey({
      name: 'baselines_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
  ],
);

/** Who held what when the baseline was accepted: a row for whoever held anything, its grants as two lists in step. */
export const baselineHoldings = pgTable(
  'baseline_holdings',
  {
    organizationId: organizationId(),
    principalId: id('principal_id'),
    roleId: uuid('role_id'),
    projectIds: uuid('project_ids').array().notNull(),
    roleIds: uuid('role_ids').array().notNull(),
  },
  (t) => [
    primaryKey({ name: 'baseline_holdings_key', columns: [t.organizationId, t.principalId] }),
    foreignKey({
      name: 'baseline_holdings_principal',
      columns: [t.organizationId, t.principalId],
      foreignColumns: [principals.organizationId, principals.id],
    }),
  ],
);

/**
 * Whose access may not be what the baseline says: noted by triggers on grants and principals for whatever changes it but
 * the passing of time, so that a run compares these and not everybody. Rows are only ever added while a baseline
 * stands: noting never waits for anybody.
 */
export const baselineTouches = pgTable(
  'baseline_touches',
  {
    organizationId: organizationId(),
    principalId: id('principal_id'),
    at: at('at').notNull(),
  },
  (t) => [primaryKey({ name: 'baseline_touches_key', columns: [t.organizationId, t.principalId, t.at] })],
);

/** What somebody was asked about a finding, in a direct message, and what they answered. */
export const findingQuestions = pgTable(
  'finding_questions',
  {
    organizationId: organizationId(),
    id: id('id'),
    finding: integer('finding').notNull(),
    askedBy: id('asked_by'),
    askedOf: id('asked_of'),
    answer: text('answer').$type<'right' | 'wrong'>(),
    note: text('note'),
    answeredAt: at('answered_at'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'finding_questions_key', columns: [t.organizationId, t.id] }),
    foreignKey({
      name: 'finding_questions_finding',
      columns: [t.organizationId, t.finding],
      foreignColumns: [findings.organizationId, findings.number],
    }),
    foreignKey({
      name: 'finding_questions_asked_by',
      columns: [t.organizationId, t.askedBy],
      foreignColumns: [principals.organizationId, principals.id],
    }),
    foreignKey({
      name: 'finding_questions_asked_of',
      columns: [t.organizationId, t.askedOf],
      foreignColumns: [principals.organizationId, principals.id],
    }),
    uniqueIndex('finding_questions_one_open')
      .on(t.organizationId, t.finding, t.askedOf)
      .where(sql`answered_at is null`),
    check('finding_questions_answer', sql`answer in ('right', 'wrong')`),
  ],
);
