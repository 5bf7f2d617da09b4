import { and, eq, inArray, type SQL } from 'drizzle-orm';
import { findings } from '../../db/schema/index.ts';
import { type Change, change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { redrawReports } from '../drift-report/redraw.ts';
import { endOf, type When } from '../duration.ts';
import { DomainError } from '../errors.ts';
import { type Finding, type FindingState, findFinding, needAsShown, numberOf } from './list.ts';

interface Input {
  organizationId: string;
  finding: string;
  /** The state that the pressed button was drawn for. */
  was?: string | undefined;
}

const row = (c: Change, finding: Finding): SQL | undefined =>
  and(eq(findings.organizationId, c.organization.id), eq(findings.number, numberOf(finding)));

/** A conditional change of a finding's state. @throws DomainError `wrong-state` where it is in none of these */
const move = async (
  c: Change,
  finding: Finding,
  from: readonly FindingState[],
  to: Partial<typeof findings.$inferInsert>,
): Promise<void> => {
  const moved = await c.db
    .update(findings)
    .set({ ...to, settledBy: c.me?.id ?? null, changedAt: c.now })
    .where(and(row(c, finding), inArray(findings.state, [...from])))
    .returning({ number: findings.number });
  c.enqueue(...(await redrawReports(c.db, c.organization.id)));
  if (moved.length > 0) return;
  throw new DomainError('wrong-state', `Nothing changed: ${finding.name} is ${finding.state}.`, {
    todo: finding.state === 'resolved' ? 'There is nothing left to do about it.' : 'Look at it again.',
  });
};

const facts = ({ rule }: Finding) => ({ rule: rule.id });

/** Puts a finding off until a time; then it is open again by itself, if what it says is still so. */
export const snoozeFinding = async (
  ctx: Context,
  input: Input & { until: When; reason: string },
): Promise<{ finding: Finding; until: Date }> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'drift:write', 'snooze findings');
    const finding = await findFinding(c, input.finding);
    needAsShown(finding, input.was);
    const until = endOf(input.until, c.now, c.now, 'until');
    const reason = needReason(input.reason, 'snoozed', finding);
    await move(c, finding, ['open', 'snoozed', 'accepted'], {
      state: 'snoozed',
      snoozedUntil: until,
      reason,
    });
    c.audit({
      action: 'finding.snoozed',
      target: finding.name,
      reason,
      facts: { ...facts(finding), until: until.toISOString() },
    });
    return { finding: { ...finding, state: 'snoozed' }, until };
  });

/** Says that this is how it should be: the finding is not reported again until what it says has changed. */
export const acceptFinding = async (ctx: Context, input: Input & { reason: string }): Promise<Finding> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'drift:write', 'accept findings');
    const finding = await findFinding(c, input.finding);
    needAsShown(finding, input.was);
    const { adopt } = finding.rule;
    // What is taken into the baseline is explained by who approved it; anything else wants to be explained.
    const reason = adopt ? input.reason : needReason(input.reason, 'accepted', finding);
    const state = adopt ? 'resolved' : 'accepted';
    const resolvedAt = adopt ? c.now : null;
    await move(c, finding, ['open', 'snoozed'], { state, resolvedAt, snoozedUntil: null, reason });
    await adopt?.(c, finding.subject);
    c.audit({ action: 'finding.accepted', target: finding.name, reason, facts: facts(finding) });
    return { ...finding, state };
  });

/** Takes a snooze or an acceptance back. */
export const reopenFinding = async (ctx: Context, input: Input): Promise<Finding> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'drift:write', 'reopen findings');
    const finding = await findFinding(c, input.finding);
    await move(c, finding, ['snoozed', 'accepted'], { state: 'open', snoozedUntil: null, reason: null });
    c.audit({ action: 'finding.reopened', target: finding.name, facts: facts(finding) });
    return { ...finding, state: 'open' };
  });

const needReason = (given: string, done: string, finding: Finding): string => {
  const reason = given.trim();
  if (reason !== '') return reason;
  throw new DomainError('invalid', `${finding.name} was not ${done}: it needs a reason.`, {
    todo: 'Say why, for whoever reads the next report.',
    field: 'reason',
  });
};
