import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, ne, or, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { reviewItems, reviews } from '../../db/schema/index.ts';
import { loadHolder } from '../access/holder.ts';
import { holds, look, need } from '../change.ts';
import type { Context } from '../context.ts';
import type { Organization } from '../organization/organization.ts';
import { noReview } from './end.ts';
import { type Review, type ReviewItem, reviewName } from './item.ts';
import { answering, type Reach, reachOf } from './rights.ts';

export type ItemState = 'open' | 'kept' | 'removed' | 'ended' | 'gone' | 'unanswered' | 'not-asked';

export interface Progress {
  review: Review;
  name: string;
  startedBy: string | null;
  counts: Readonly<Record<ItemState, number>>;
  /** Who was asked, and how much each has answered. */
  reviewers: readonly { email: string; answered: number }[];
  /** Of what is wanted: open questions while it runs, what ended by silence afterwards. */
  items: readonly ReviewItem[];
  /** The numbers of those that whoever looks may answer for. */
  mine: readonly number[];
  next: string | undefined;
  /** Whether whoever looks runs reviews. */
  mayRun: boolean;
}

export type Result = Pick<Progress, 'review' | 'name' | 'counts' | 'items' | 'mine'>;

const PAGE = 5;

const countsOf = async (db: Db, review: Review): Promise<Progress['counts']> => {
  const rows = rowsOf<{ state: ItemState; count: number }>(
    await db.execute(sql`
      select state, count(*)::int as count from review_items
      where organization_id = ${review.organizationId} and review_id = ${review.id} group by state`),
  );
  const of = (state: ItemState): number => rows.find((row) => row.state === state)?.count ?? 0;
  return {
    open: of('open'),
    kept: of('kept'),
    removed: of('removed'),
    ended: of('ended'),
    gone: of('gone'),
    unanswered: of('unanswered'),
    'not-asked': of('not-asked'),
  };
};

/** How the open review goes, or how the last one went. @throws DomainError `wrong-state` where there was none */
export const showReview = async (
  ctx: Context,
  organization: Organization,
  input: { after?: string } = {},
): Promise<Progress> =>
  look(ctx, organization, async (s) => {
    const me = need(s, 'members:read', 'see access reviews');
    const [review] = await s.db
      .select()
      .from(reviews)
      .where(eq(reviews.organizationId, organization.id))
      .orderBy(desc(reviews.number))
      .limit(1);
    if (!review) throw noReview(organization.name);
    const found = await itemsOf(s.db, review, Number(input.after ?? 0));
    const asked = rowsOf<{ email: string; answered: number; starter: boolean }>(
      await s.db.execute(sql`
        select m.email, (select count(*)::int from review_items i where i.organization_id = w.organization_id
          and i.review_id = w.review_id and i.decided_by = w.user_id) as answered
        from reviewers w join members m on m.organization_id = w.organization_id and m.user_id = w.user_id
        where w.organization_id = ${organization.id} and w.review_id = ${review.id} order by answered desc, m.email`),
    );
    const starter = review.startedBy ? await loadHolder(s.db, organization.id, review.startedBy) : undefined;
    const { may } = await answering(s, me);
    const mine: number[] = [];
    for (const item of found.items) if (await may(me, item)) mine.push(item.number);
    return {
      review,
      name: reviewName(review),
      startedBy: starter?.email ?? null,
      mine,
      counts: await countsOf(s.db, review),
      reviewers: asked,
      ...found,
      mayRun: holds(s, 'members:write'),
    };
  });

/** What a review came to, with what ended by silence. */
export const reviewResult = async (
  db: Db,
  organization: Organization,
  reviewId: string,
): Promise<Result | undefined> => {
  const [review] = await db
    .select()
    .from(reviews)
    .where(and(eq(reviews.organizationId, organization.id), eq(reviews.id, reviewId)));
  if (!review) return undefined;
  const { items } = await itemsOf(db, review, 0);
  const mine = items.map(({ number }) => number);
  return { review, name: reviewName(review), counts: await countsOf(db, review), items, mine };
};

const itemsOf = async (
  db: Db,
  review: Review,
  after: number,
): Promise<{ items: ReviewItem[]; next: string | undefined }> => {
  const rows = await db
    .select()
    .from(reviewItems)
    .where(
      and(
        eq(reviewItems.organizationId, review.organizationId),
        eq(reviewItems.reviewId, review.id),
        eq(reviewItems.state, review.endedAt === null ? 'open' : 'ended'),
        gt(reviewItems.number, after),
      ),
    )
    .orderBy(asc(reviewItems.number))
    .limit(PAGE + 1);
  const items = rows.slice(0, PAGE);
  return { items, next: rows.length > PAGE ? String(items.at(-1)?.number) : undefined };
};

export interface Questions {
  organization: Organization;
  review: Review;
  name: string;
  /** The next that this person may answer for. */
  items: readonly ReviewItem[];
  /** How many more they may answer for, at least. */
  more: number;
  answered: number;
}

const within = ({ roles, everywhere, projectIds }: Reach) =>
  or(
    roles ? isNull(reviewItems.projectId) : undefined,
    everywhere ? isNotNull(reviewItems.projectId) : inArray(reviewItems.projectId, [...projectIds]),
  );

/** Looked through for one card; a reviewer with more gets the rest once these are answered. */
const SCANNED = 500;

/** What one reviewer is asked at this moment. */
export const questionsFor = async (
  db: Db,
  organization: Organization,
  { reviewId, userId }: { reviewId: string; userId: string },
): Promise<Questions | undefined> => {
  const [review] = await db
    .select()
    .from(reviews)
    .where(and(eq(reviews.organizationId, organization.id), eq(reviews.id, reviewId)));
  const holder = await loadHolder(db, organization.id, userId);
  if (!review || !holder) return undefined;
  const { may } = await answering({ db, organization }, holder);
  const reach = reachOf(organization.model, holder);
  const open =
    review.endedAt === null
      ? await db
          .select()
          .from(reviewItems)
          .where(
            and(
              eq(reviewItems.organizationId, organization.id),
              eq(reviewItems.reviewId, reviewId),
              eq(reviewItems.state, 'open'),
              ne(reviewItems.userId, userId),
              within(reach),
            ),
          )
          .orderBy(asc(reviewItems.number))
          .limit(SCANNED)
      : [];
  const mine: ReviewItem[] = [];
  for (const item of open) if (await may(holder, item)) mine.push(item);
  const [answered] = rowsOf<{ count: number }>(
    await db.execute(sql`
      select count(*)::int as count from review_items where organization_id = ${organization.id}
        and review_id = ${reviewId} and decided_by = ${userId}`),
  );
  return {
    organization,
    review,
    name: reviewName(review),
    items: mine.slice(0, PAGE),
    more: Math.max(0, mine.length - PAGE),
    answered: answered?.count ?? 0,
  };
};
