import { and, asc, eq, sql } from 'drizzle-orm';
import { grants, principals, reviewItems, reviews } from '../../db/schema/index.ts';
import type { Change } from '../change.ts';
import { endGrants } from '../grant/revoke.ts';
import { toAdministrators } from '../member/administrators.ts';
import { countAdministrators, fetchPrincipal } from '../member/principal.ts';
import { directMessages } from '../message.ts';
import { listRolesOf } from '../role/find.ts';
import { isItem, redrawReviewers, stillHeld } from './answer.ts';
import { accessOf, itemName, type Review, type ReviewItem, reviewName } from './item.ts';
import { answering } from './rights.ts';

/** One change stays short, however much a review has left unanswered. */
const AT_ONCE = 200;

/**
 * Ends access that nobody has said is still needed, some at a time. What nobody could have answered for stays, and so
 * does the last administrator's role. @returns how many were settled
 */
export const endUnanswered = async (c: Change, review: Review): Promise<number> => {
  const items = await c.db
    .select()
    .from(reviewItems)
    .where(
      and(
        eq(reviewItems.organizationId, c.organization.id),
        eq(reviewItems.reviewId, review.id),
        eq(reviewItems.state, 'open'),
      ),
    )
    .orderBy(asc(reviewItems.number))
    .limit(AT_ONCE);
  const { holders, may } = await answering(c);
  const ended = new Map<string, string[]>();
  for (const item of items) {
    const state = await settled(c, review, item, async () => {
      for (const holder of holders) if (await may(holder, item)) return true;
      return false;
    });
    await c.db
      .update(reviewItems)
      .set({ state, decidedAt: c.now })
      .where(and(isItem(item), eq(reviewItems.state, 'open')));
    if (state === 'ended') ended.set(item.userId, [...(ended.get(item.userId) ?? []), accessOf(item)]);
  }
  for (const [userId, access] of ended) {
    const data = { review: reviewName(review), access };
    c.say(
      ...(await directMessages(c.db, c.organization.id, [userId], { notice: 'review-access-ended', data })),
    );
  }
  return items.length;
};

const settled = async (
  c: Change,
  review: Review,
  item: ReviewItem,
  answerable: () => Promise<boolean>,
): Promise<'gone' | 'ended' | 'unanswered'> => {
  if (!(await stillHeld(c.db, item, c.now))) return 'gone';
  if (!(await answerable())) return 'unanswered';
  const facts = { review: itemName(review, item), role: item.roleName, project: item.projectName };
  if (item.projectId !== null) {
    await endGrants(
      c,
      and(
        eq(grants.principalId, item.userId),
        eq(grants.projectId, item.projectId),
        eq(grants.roleId, item.roleId),
      ),
    );
    c.audit({ action: 'grant.ended', target: item.email, reason: 'nobody kept it in the review', facts });
    return 'ended';
  }
  return (await endRole(c, item)) ? 'ended' : 'unanswered';
};

/** Back to the role that every member has, unless that leaves the organization without an administrator (rule 6). */
const endRole = async (c: Change, item: ReviewItem): Promise<boolean> => {
  const before = await fetchPrincipal(c, item.userId);
  const roles = await listRolesOf(c.db, c.organization.id);
  const administers = roles.some(({ id, administers: runs }) => id === item.roleId && runs);
  if (administers && before.roleUntil === null && c.counters.admins <= 1) return false;
  const { defaultRole } = c.organization.model.policies.invitation;
  const base = roles.find(({ scope, name }) => scope === 'organization' && name === defaultRole);
  const after = { roleId: base?.id ?? null, roleUntil: null, roleAfterId: null, roleWarnAt: null };
  await c.db
    .update(principals)
    .set(after)
    .where(and(eq(principals.organizationId, c.organization.id), eq(principals.id, item.userId)));
  await countAdministrators(c, before, { ...before, ...after });
  c.audit({
    action: 'member.role-changed',
    target: item.email,
    reason: 'nobody kept it in the review',
    facts: { before: item.roleName, after: base?.name ?? null, until: null },
  });
  return true;
};

/** A review with nothing left to ask is over: the cards lose their buttons, and who runs it has the result. */
export const closeReview = async (c: Change, review: Review): Promise<boolean> => {
  const closed = await c.db
    .update(reviews)
    .set({ endedAt: c.now })
    .where(
      and(
        eq(reviews.organizationId, c.organization.id),
        eq(reviews.id, review.id),
        sql`${reviews.endedAt} is null`,
      ),
    )
    .returning({ id: reviews.id });
  if (closed.length === 0) return false;
  c.audit({ action: 'review.ended', target: reviewName(review) });
  c.enqueue(...(await redrawReviewers(c.db, review)));
  const said = {
    notice: 'review-done',
    data: { organizationId: c.organization.id, reviewId: review.id },
    subjectId: review.id,
  };
  c.say(
    ...(review.startedBy
      ? await directMessages(c.db, c.organization.id, [review.startedBy], said)
      : await toAdministrators(c, said)),
  );
  return true;
};
