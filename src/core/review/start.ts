import { and, eq, isNull, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { reviewers, reviews } from '../../db/schema/index.ts';
import { type Change, change, look, need, type Standing } from '../change.ts';
import type { Context } from '../context.ts';
import { endOf, type When } from '../duration.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../id.ts';
import { directMessages, type NewMessage } from '../message.ts';
import type { Organization } from '../organization/organization.ts';
import { loadSettings } from '../organization/settings.ts';
import { findProject } from '../project/find.ts';
import { slotDone } from '../schedule/slot.ts';
import { type Asked, collectAccess, countAccess } from './collect.ts';
import { type Review, reviewName } from './item.ts';
import { answering } from './rights.ts';

interface Input {
  /** A project by its name; everything where none is named. */
  scope?: string | undefined;
  until?: When | undefined;
}

export interface Started {
  name: string;
  endsAt: Date;
  accesses: number;
  /** Not asked about: they end by themselves before. */
  ending: number;
  /** Who was asked, by address. */
  reviewers: string[];
}

const EVERYTHING = 'all';
const DAY_MS = 86_400_000;
/** People of one project, to find somebody there who is not the reviewer under another address. */
const ENOUGH = 5;

const scopeOf = async (s: Parameters<typeof findProject>[0], scope: string | undefined) => ({
  organization: s.organization,
  project:
    scope === undefined || scope.trim().toLowerCase() === EVERYTHING
      ? undefined
      : await findProject(s, scope),
});

/** What a review would ask and until when, before it begins. */
export const planReview = async (
  ctx: Context,
  organization: Organization,
  input: Input,
): Promise<Asked & { endsAt: Date }> =>
  look(ctx, organization, async (s) => {
    need(s, 'members:write', 'start an access review');
    const open = await openReview(s);
    if (open) throw alreadyOpen(s, open);
    const endsAt = await endOfReview(s, input);
    const asked = await countAccess(s.db, await scopeOf(s, input.scope), endsAt);
    if (asked.accesses === 0) throw nothingToAsk(asked);
    return { ...asked, endsAt };
  });

const endOfReview = async (s: Standing, { until }: Input): Promise<Date> => {
  const settings = await loadSettings(s.db, s.organization.id);
  return endOf(until ?? { seconds: settings['review-life'] }, s.now, s.now, 'until');
};

/**
 * Asks everybody who may take access away whether those who have it still need it.
 * @throws DomainError `wrong-state` where one is open already, `invalid` where there is nothing to ask
 */
export const startReview = async (
  ctx: Context,
  organizationId: string,
  input: Input & { slot?: Date },
): Promise<Started | undefined> =>
  change(ctx, organizationId, async (c) => {
    const { slot } = input;
    const system = ctx.actor.kind === 'system';
    if (!system) need(c, 'members:write', 'start an access review');
    if (slot) await slotDone(c.db, { organizationId, kind: 'review', slot }, c.now);
    const open = await openReview(c);
    // A review that begins by itself waits for no other: the next slot comes.
    if (open && system) return undefined;
    if (open) throw alreadyOpen(c, open);
    const scope = await scopeOf(c, input.scope);
    const endsAt = await endOfReview(c, input);
    const found = await countAccess(c.db, scope, endsAt);
    const { accesses, ending } = found;
    if (accesses === 0 && system) return undefined;
    if (accesses === 0) throw nothingToAsk(found);
    const left = endsAt.getTime() - c.now.getTime();
    const review = {
      organizationId,
      id: newId(),
      number: await nextNumber(c),
      project: scope.project?.name ?? null,
      startedBy: c.me?.id ?? null,
      slot: slot ?? null,
      endsAt,
      warned: left <= DAY_MS ? 2 : left <= 2 * DAY_MS ? 1 : 0,
    };
    await c.db.insert(reviews).values(review);
    await collectAccess(c.db, review, scope);
    const asked = await askReviewers(c, review);
    const name = reviewName(review);
    c.audit({
      action: 'review.started',
      target: name,
      facts: {
        scope: review.project ?? EVERYTHING,
        accesses,
        ending,
        until: endsAt.toISOString(),
        reviewers: asked.length,
      },
    });
    return { name, endsAt, accesses, ending, reviewers: asked };
  });

export const openReview = async (c: Pick<Change, 'db' | 'organization'>): Promise<Review | undefined> => {
  const [open] = await c.db
    .select()
    .from(reviews)
    .where(and(eq(reviews.organizationId, c.organization.id), isNull(reviews.endedAt)));
  return open;
};

const nothingToAsk = ({ ending }: Asked): DomainError =>
  ending > 0
    ? new DomainError('invalid', 'No review was started: all access there ends by itself before it would.', {
        todo: 'Let it end earlier with `until:`.',
        field: 'until',
      })
    : new DomainError('invalid', 'No review was started: nobody has access that could be asked about.', {
        todo: 'Roles that every member has, and default roles, are not reviewed.',
        field: 'scope',
      });

const alreadyOpen = (c: Standing, open: Review): DomainError =>
  new DomainError(
    'wrong-state',
    `No review was started: ${reviewName(open)} of ${c.organization.name} is still open.`,
    { todo: 'See how it goes with `/org review show`, or end it with `/org review end`.' },
  );

const nextNumber = async (c: Change): Promise<number> => {
  const [row] = rowsOf<{ last: number | null }>(
    await c.db.execute(
      sql`select max(number) as last from reviews where organization_id = ${c.organization.id}`,
    ),
  );
  return (row?.last ?? 0) + 1;
};

/** Everybody who may answer for at least one access gets a card; @returns their addresses */
const askReviewers = async (c: Change, review: { id: string }): Promise<string[]> => {
  const about = rowsOf<{ projectId: string | null; roleId: string; userIds: string[] }>(
    await c.db.execute(sql`
      select project_id as "projectId", min(role_id::text) as "roleId",
        (array_agg(distinct user_id))[1:${sql.raw(String(ENOUGH))}] as "userIds"
      from review_items where organization_id = ${c.organization.id} and review_id = ${review.id} and state = 'open'
      group by project_id, case when project_id is null then role_id end`),
  ).flatMap(({ userIds, ...where }) => userIds.map((userId) => ({ ...where, userId })));
  const { holders, may } = await answering(c);
  const asked: string[] = [];
  const cards: NewMessage[] = [];
  for (const holder of holders) {
    let any = false;
    for (const item of about) {
      any = await may(holder, item);
      if (any) break;
    }
    if (!any) continue;
    const cardId = newId();
    await c.db
      .insert(reviewers)
      .values({ organizationId: c.organization.id, reviewId: review.id, userId: holder.id, cardId });
    cards.push(...(await cardFor(c, { reviewId: review.id, userId: holder.id, cardId })));
    asked.push(holder.email);
  }
  c.say(...cards);
  return asked;
};

/** The questions of one reviewer, drawn when they are sent; `days` makes it a warning. */
export const cardFor = async (
  c: Pick<Change, 'db' | 'organization'>,
  { reviewId, userId, cardId }: { reviewId: string; userId: string; cardId: string },
  days?: number,
): Promise<NewMessage[]> =>
  directMessages(c.db, c.organization.id, [userId], {
    notice: 'review',
    data: { organizationId: c.organization.id, reviewId, userId, ...(days === undefined ? {} : { days }) },
    subjectId: cardId,
  });
