import { and, count, eq } from 'drizzle-orm';
import { reviewItems } from '../../db/schema/index.ts';
import { change, look, need } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import type { Organization } from '../organization/organization.ts';
import { closeReview } from './close.ts';
import { reviewName } from './item.ts';
import { openReview } from './start.ts';

/**
 * Ends the open review now. What nobody has answered stays as it is: only the date that everybody was told takes
 * access away.
 * @throws DomainError `wrong-state` where none is open
 */
export const endReview = async (
  ctx: Context,
  input: { organizationId: string },
): Promise<{ name: string; unanswered: number }> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'members:write', 'end an access review');
    const review = await openReview(c);
    if (!review) throw noReview(c.organization.name);
    const left = await c.db
      .update(reviewItems)
      .set({ state: 'unanswered', decidedAt: c.now })
      .where(
        and(
          eq(reviewItems.organizationId, c.organization.id),
          eq(reviewItems.reviewId, review.id),
          eq(reviewItems.state, 'open'),
        ),
      )
      .returning({ number: reviewItems.number });
    await closeReview(c, review);
    return { name: reviewName(review), unanswered: left.length };
  });

/** What ending the open review now leaves without an answer. @throws DomainError `wrong-state` where none is open */
export const planEnd = async (
  ctx: Context,
  organization: Organization,
): Promise<{ name: string; open: number }> =>
  look(ctx, organization, async (s) => {
    need(s, 'members:write', 'end an access review');
    const review = await openReview(s);
    if (!review) throw noReview(organization.name);
    const [left] = await s.db
      .select({ open: count() })
      .from(reviewItems)
      .where(
        and(
          eq(reviewItems.organizationId, organization.id),
          eq(reviewItems.reviewId, review.id),
          eq(reviewItems.state, 'open'),
        ),
      );
    return { name: reviewName(review), open: left?.open ?? 0 };
  });

export const noReview = (organization: string): DomainError =>
  new DomainError('wrong-state', `There is no open access review in ${organization}.`, {
    todo: 'Start one with `/org review start`.',
  });
