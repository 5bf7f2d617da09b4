import { and, eq, isNull } from 'drizzle-orm';
import { reviewItems } from '../../db/schema/index.ts';
import { activeMember, type Change, change, transact } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { giveGrant } from '../grant/give.ts';
import { changeMemberRole } from '../member/change-role.ts';
import { isItem } from './answer.ts';
import { accessOf, findItem, itemName, type ReviewItem } from './item.ts';

const WEEK_MS = 7 * 86_400_000;

export interface Restored {
  name: string;
  email: string;
  access: string;
  /** Operators alone give it, and this request asks them to. */
  asked: string | undefined;
}

/**
 * Gives back what ended because nobody answered: a new grant with the same terms, under the rights of whoever gives it
 * back, for a week.
 * @throws DomainError `wrong-state` where it did not end by silence, was restored already, or is over by its own time
 */
export const restoreReviewed = async (
  ctx: Context,
  input: { organizationId: string; item: string },
): Promise<Restored> =>
  transact(ctx, async (db) => {
    const inside: Context = { ...ctx, db, interaction: undefined };
    const { organizationId } = input;
    const { item, name } = await change(inside, organizationId, async (c) => claim(c, input.item));
    const until = item.expiresAt ? { for: { at: item.expiresAt } } : {};
    const person = { email: item.email };
    const given =
      item.projectName === null
        ? await changeMemberRole(inside, { organizationId, person, role: item.roleName, ...until })
        : await giveGrant(inside, {
            organizationId,
            person,
            project: item.projectName,
            role: item.roleName,
            reason: `restored after access review ${name}`,
            ...until,
          });
    const asked = typeof given.outcome === 'object' ? given.outcome.asked : undefined;
    return { name, email: item.email, access: accessOf(item), asked };
  });

const claim = async (c: Change, typed: string): Promise<{ item: ReviewItem; name: string }> => {
  const me = activeMember(c);
  const { review, item } = await findItem(c, typed);
  const name = itemName(review, item);
  const refuse = (why: string): never => {
    throw new DomainError('wrong-state', `Nothing was restored: ${name} ${why}.`, {
      todo: 'Give the access anew with `/org access grant`.',
    });
  };
  if (item.state !== 'ended') refuse('did not end in the review');
  if (review.endedAt && c.now.getTime() - review.endedAt.getTime() > WEEK_MS) refuse('ended over a week ago');
  if (item.expiresAt && item.expiresAt <= c.now) refuse('would be over by now anyway');
  const claimed = await c.db
    .update(reviewItems)
    .set({ restoredAt: c.now, restoredByEmail: me.email })
    .where(and(isItem(item), eq(reviewItems.state, 'ended'), isNull(reviewItems.restoredAt)))
    .returning();
  if (claimed.length === 0) refuse(`was restored already by ${item.restoredByEmail ?? 'somebody'}`);
  c.audit({
    action: 'review.restored',
    target: item.email,
    facts: { review: name, role: item.roleName, project: item.projectName },
  });
  return { item, name };
};
