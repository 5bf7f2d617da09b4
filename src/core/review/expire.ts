import { and, eq, isNull, lte, or, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { reviewers, reviews } from '../../db/schema/index.ts';
import { type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { inEachOrganization } from '../each-organization.ts';
import { directMessages } from '../message.ts';
import { closeReview, endUnanswered } from './close.ts';
import { accessOf, type Review, reviewName } from './item.ts';
import { cardFor } from './start.ts';

const DAYS = [2, 1] as const;
/** People who are warned in one change, and access that one warning names. */
const WARNED = 500;

/**
 * Does what time asks of open reviews: warns those who are asked two days and one day before the end, warns at the last
 * those whose access is about to end, and ends what nobody answered. @returns how much was ended
 */
export const expireReviews = async (ctx: Context): Promise<number> => {
  const due = await ctx.db
    .select({ organizationId: reviews.organizationId })
    .from(reviews)
    .where(
      and(
        isNull(reviews.endedAt),
        or(lte(reviews.endsAt, sql`clock_timestamp()`), ...DAYS.map((days, index) => isDue(days, index))),
      ),
    );
  return inEachOrganization(due, async (organizationId) => {
    let total = 0;
    for (;;) {
      const { settled, over } = await change(ctx, organizationId, async (c) => step(c));
      total += settled;
      if (over) return total;
    }
  });
};

const isDue = (days: number, warned: number) =>
  and(
    eq(reviews.warned, warned),
    lte(reviews.endsAt, sql`clock_timestamp() + make_interval(days => ${days}::int)`),
  );

const step = async (c: Change): Promise<{ settled: number; over: boolean }> => {
  const [review] = await c.db
    .select()
    .from(reviews)
    .where(and(eq(reviews.organizationId, c.organization.id), isNull(reviews.endedAt)));
  if (!review) return { settled: 0, over: true };
  if (review.endsAt > c.now) {
    await warn(c, review);
    return { settled: 0, over: true };
  }
  const settled = await endUnanswered(c, review);
  if (settled > 0) return { settled, over: false };
  await closeReview(c, review);
  return { settled, over: true };
};

/** Each warning is given once: whoever counts it first gives it. */
const warn = async (c: Change, review: Review): Promise<void> => {
  const left = (review.endsAt.getTime() - c.now.getTime()) / 86_400_000;
  const given = DAYS.filter((days) => left <= days).length;
  const counted = await c.db
    .update(reviews)
    .set({ warned: given })
    .where(
      and(
        eq(reviews.organizationId, c.organization.id),
        eq(reviews.id, review.id),
        sql`${reviews.warned} < ${given}`,
      ),
    )
    .returning({ id: reviews.id });
  if (counted.length === 0) return;
  const days = DAYS[given - 1] ?? 1;
  const asked = await c.db
    .select()
    .from(reviewers)
    .where(and(eq(reviewers.organizationId, c.organization.id), eq(reviewers.reviewId, review.id)));
  for (const reviewer of asked) c.say(...(await cardFor(c, reviewer, days)));
  if (given === DAYS.length) await warnHolders(c, review);
};

const warnHolders = async (c: Change, review: Review): Promise<void> => {
  const rows = rowsOf<{ userId: string; access: { roleName: string; projectName: string | null }[] }>(
    await c.db.execute(sql`
      select user_id as "userId", json_agg(json_build_object('roleName', role_name, 'projectName', project_name)
        order by number) as access
      from review_items where organization_id = ${c.organization.id} and review_id = ${review.id} and state = 'open'
      group by user_id limit ${WARNED}`),
  );
  for (const { userId, access } of rows) {
    const data = {
      review: reviewName(review),
      endsAt: review.endsAt.toISOString(),
      access: access.map(accessOf),
    };
    c.say(...(await directMessages(c.db, c.organization.id, [userId], { notice: 'review-ending', data })));
  }
};
