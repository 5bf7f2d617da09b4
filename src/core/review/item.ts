import { and, eq } from 'drizzle-orm';
import { reviewItems, reviews } from '../../db/schema/index.ts';
import type { Standing } from '../change.ts';
import { DomainError } from '../errors.ts';

export type Review = typeof reviews.$inferSelect;
export type ReviewItem = typeof reviewItems.$inferSelect;

export type Place = Pick<Standing, 'db' | 'organization'>;

export const reviewName = ({ number }: Pick<Review, 'number'>): string => `REV-${number}`;

/** `REV-2.15` is the fifteenth access of the second review. */
export const itemName = (review: Pick<Review, 'number'>, item: Pick<ReviewItem, 'number'>): string =>
  `${reviewName(review)}.${item.number}`;

/** What somebody has, as people say it: `developer in etl`, or an organization role alone. */
export const accessOf = (item: Pick<ReviewItem, 'roleName' | 'projectName'>): string =>
  item.projectName === null ? item.roleName : `${item.roleName} in ${item.projectName}`;

/** @throws DomainError `not-found` */
export const findItem = async (s: Place, typed: string): Promise<{ review: Review; item: ReviewItem }> => {
  const [, review, item] = /^(?:rev-)?(\d{1,9})\.(\d{1,9})$/i.exec(typed.trim()) ?? [];
  const [found] =
    review === undefined
      ? []
      : await s.db
          .select({ review: reviews, item: reviewItems })
          .from(reviewItems)
          .innerJoin(
            reviews,
            and(eq(reviews.organizationId, reviewItems.organizationId), eq(reviews.id, reviewItems.reviewId)),
          )
          .where(
            and(
              eq(reviewItems.organizationId, s.organization.id),
              eq(reviews.number, Number(review)),
              eq(reviewItems.number, Number(item)),
            ),
          );
  if (found) return found;
  throw new DomainError(
    'not-found',
    `There is no \`${typed.slice(0, 40)}\` in an access review of ${s.organization.name}.`,
    { todo: 'Write it like REV-2.15, or press the button beside it in `/org review show`.', field: 'item' },
  );
};
