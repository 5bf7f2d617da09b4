import { and, eq, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { grants, principals, reviewItems } from '../../db/schema/index.ts';
import { activeMember, type Change, change, transact } from '../change.ts';
import type { Context, Job } from '../context.ts';
import { DomainError } from '../errors.ts';
import { revokeGrants } from '../grant/revoke.ts';
import { changeMemberRole } from '../member/change-role.ts';
import { roleIdNow } from '../member/principal.ts';
import { redraw } from '../message.ts';
import { accessOf, findItem, itemName, type Review, type ReviewItem, reviewName } from './item.ts';
import { answering } from './rights.ts';

export type Answer = 'keep' | 'remove';

export interface Answered {
  name: string;
  email: string;
  access: string;
  /** `gone`: it had ended already. `asked`: operators alone take it, and this request asks them to. */
  outcome: 'kept' | 'removed' | 'gone' | { asked: string };
}

/** More reviewers than this see their cards change when they look at them next. */
const REDRAWN = 50;

/**
 * Keeps or takes away one access at once, under the answering person's own rights of this moment and through the
 * ordinary verbs. The first answer counts.
 * @throws DomainError `own-request` for one's own access, `wrong-state` where somebody has answered or time is up
 */
export const answerReview = async (
  ctx: Context,
  input: { organizationId: string; item: string; answer: Answer },
): Promise<Answered> =>
  transact(ctx, async (db) => {
    const inside: Context = { ...ctx, db, interaction: undefined };
    const { organizationId } = input;
    const marked = await change(inside, organizationId, async (c) => mark(c, input));
    const { item, name, gone } = marked;
    const answered = { name, email: item.email, access: accessOf(item) };
    if (gone) return { ...answered, outcome: 'gone' };
    if (input.answer === 'keep') return { ...answered, outcome: 'kept' };
    return { ...answered, outcome: await take(inside, organizationId, marked) };
  });

/** Decides the item; whoever comes second finds it decided. */
const mark = async (
  c: Change,
  { item: typed, answer }: { item: string; answer: Answer },
): Promise<{ item: ReviewItem; review: Review; name: string; gone: boolean; base: string | null }> => {
  const me = activeMember(c);
  const { review, item } = await findItem(c, typed);
  const name = itemName(review, item);
  if (review.endedAt !== null || review.endsAt <= c.now) {
    throw new DomainError('wrong-state', `Nothing changed: ${reviewName(review)} is over.`, {
      todo: 'What ended can be restored for a week: see `/org review show`.',
    });
  }
  const { may } = await answering(c, me);
  if (!(await may(me, item))) throw notYours(c, name, item, me.id);
  const gone = !(await stillHeld(c.db, item, c.now));
  const decided = await c.db
    .update(reviewItems)
    .set({
      state: gone ? 'gone' : answer === 'keep' ? 'kept' : 'removed',
      decidedBy: me.id,
      decidedByEmail: me.email,
      decidedAt: c.now,
    })
    .where(and(isItem(item), eq(reviewItems.state, 'open')))
    .returning();
  if (decided.length === 0) throw alreadyAnswered(name, item);
  c.audit({
    action: answer === 'keep' || gone ? 'review.kept' : 'review.removed',
    target: item.email,
    facts: { review: name, role: item.roleName, project: item.projectName, gone },
  });
  c.enqueue(...(await redrawReviewers(c.db, review)));
  const base = c.organization.model.policies.invitation.defaultRole;
  return { item, review, name, gone, base };
};

export const isItem = (item: Pick<ReviewItem, 'organizationId' | 'reviewId' | 'number'>) =>
  and(
    eq(reviewItems.organizationId, item.organizationId),
    eq(reviewItems.reviewId, item.reviewId),
    eq(reviewItems.number, item.number),
  );

const take = async (
  ctx: Context,
  organizationId: string,
  { item, name, base }: { item: ReviewItem; name: string; base: string | null },
): Promise<Answered['outcome']> => {
  const person = { email: item.email };
  const reason = `access review ${name}`;
  if (item.projectName === null) {
    const { outcome } = await changeMemberRole(ctx, { organizationId, person, role: base });
    return typeof outcome === 'object' ? outcome : 'removed';
  }
  await revokeGrants(ctx, {
    organizationId,
    person,
    project: item.projectName,
    role: item.roleName,
    reason,
  });
  return 'removed';
};

/** Whether the access is there still: it may have ended, or been taken away, since the review began. */
export const stillHeld = async (db: Db, item: ReviewItem, now: Date): Promise<boolean> => {
  if (item.projectId === null) {
    const [principal] = await db
      .select()
      .from(principals)
      .where(and(eq(principals.organizationId, item.organizationId), eq(principals.id, item.userId)));
    return principal?.state === 'active' && roleIdNow(principal, now) === item.roleId;
  }
  const [grant] = await db
    .select({ expiresAt: grants.expiresAt })
    .from(grants)
    .where(
      and(
        eq(grants.organizationId, item.organizationId),
        eq(grants.principalId, item.userId),
        eq(grants.projectId, item.projectId),
        eq(grants.roleId, item.roleId),
      ),
    );
  return grant !== undefined && (grant.expiresAt === null || grant.expiresAt > now);
};

export const redrawReviewers = async (
  db: Db,
  review: Pick<Review, 'organizationId' | 'id'>,
): Promise<Job[]> => {
  const cards = rowsOf<{ cardId: string }>(
    await db.execute(sql`
      select card_id as "cardId" from reviewers
      where organization_id = ${review.organizationId} and review_id = ${review.id} limit ${REDRAWN}`),
  );
  return redraw(db, ...cards.map(({ cardId }) => cardId));
};

const notYours = (c: Change, name: string, item: ReviewItem, me: string): DomainError =>
  item.userId === me
    ? new DomainError('own-request', `Nothing changed: ${name} is about your own access.`, {
        todo: 'Somebody else who may take it away answers for it.',
      })
    : new DomainError(
        'forbidden',
        `You can't answer for ${name} in ${c.organization.name}: that takes the right to take this access away.`,
        { todo: 'Leave it to somebody who has that right.' },
      );

const alreadyAnswered = (name: string, item: ReviewItem): DomainError => {
  if (item.state === 'not-asked') {
    return new DomainError('wrong-state', `Nothing changed: ${name} is not asked about: it ends by itself.`, {
      todo: 'Take it away earlier with `/org access revoke` or `/org member role`.',
    });
  }
  if (item.state === 'gone') {
    return new DomainError('wrong-state', `Nothing changed: ${name}: that access has ended already.`, {
      todo: 'See how the review goes with `/org review show`.',
    });
  }
  const what = item.state === 'kept' ? 'kept' : item.state === 'removed' ? 'removed' : 'settled';
  const who = item.decidedByEmail ? `${item.decidedByEmail} has ${what} it already` : `it is ${what} already`;
  return new DomainError('wrong-state', `Nothing changed: ${name}: ${who}.`, {
    todo: 'See how the review goes with `/org review show`.',
  });
};
