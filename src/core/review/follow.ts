import { and, eq, isNull, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { reviews } from '../../db/schema/index.ts';
import { currentRoleId } from '../access/holder.ts';
import type { NewEvent } from '../audit/event.ts';
import type { Change } from '../change.ts';
import { redraw } from '../message.ts';
import { redrawReviewers } from './answer.ts';

/** After which somebody may hold less than before, or answer for less. They name whom, or what it was of. */
const ENDING =
  /^(?:grant\.(?:changed|ended|returned|revoked)|member\.(?:deactivated|left|reactivated|removed|role-changed|role-ended)|project\.deleted|request\.(?:ended|returned)|role\.deleted)$/;

export const mayEndAccess = (events: readonly NewEvent[]): boolean =>
  events.some(({ action }) => ENDING.test(action));

/**
 * Settles what an open review asks about access that this change has ended: nobody is asked for an answer that would do
 * nothing. What only rests, because its holder is deactivated, is still asked about. Belongs to the change that caused it.
 */
export const followReview = async (c: Change, events: readonly NewEvent[]): Promise<void> => {
  const [review] = await c.db
    .select()
    .from(reviews)
    .where(and(eq(reviews.organizationId, c.organization.id), isNull(reviews.endedAt)));
  if (!review) return;
  const names = events.flatMap(({ action, target }) => (ENDING.test(action) && target ? [target] : []));
  const named = sql`any(${sql.param(names)}::text[])`;
  const now = sql`${c.now.toISOString()}::timestamptz`;
  const gone = rowsOf(
    await c.db.execute(sql`
      update review_items i set state = 'gone', decided_at = ${now}
      where i.organization_id = ${review.organizationId} and i.review_id = ${review.id} and i.state = 'open'
        and (i.email = ${named} or i.project_name = ${named} or i.role_name = ${named} or i.request = ${named})
        and case when i.project_id is null then not exists (
          select from principals p where p.organization_id = i.organization_id and p.id = i.user_id
            and p.state <> 'removed' and ${currentRoleId} = i.role_id)
        else not exists (
          select from grants g where g.organization_id = i.organization_id and g.principal_id = i.user_id
            and g.project_id = i.project_id and g.role_id = i.role_id
            and (g.expires_at is null or g.expires_at > ${now})) end
      returning i.number`),
  );
  if (gone.length > 0) return c.enqueue(...(await redrawReviewers(c.db, review)));
  const asked = rowsOf<{ cardId: string }>(
    await c.db.execute(sql`
      select w.card_id as "cardId" from reviewers w
      join members m on m.organization_id = w.organization_id and m.user_id = w.user_id
      where w.organization_id = ${review.organizationId} and w.review_id = ${review.id} and m.email = ${named}`),
  );
  c.enqueue(...(await redraw(c.db, ...asked.map(({ cardId }) => cardId))));
};
