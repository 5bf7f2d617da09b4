import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { at, createdAt, id, key, organizationId } from './columns.ts';
import { organizations } from './organizations.ts';
import { members } from './principals.ts';

/** One round of asking whether people still need their access; an organization has one open at a time. */
export const reviews = pgTable(
  'reviews',
  {
    organizationId: organizationId(),
    id: id('id'),
    number: integer('number').notNull(),
    /** The project that it is about, by name; everything where there is none. */
    project: text('project'),
    startedBy: uuid('started_by'),
    slot: at('slot'),
    endsAt: at('ends_at').notNull(),
    /** How many of the warnings before the end have been given. */
    warned: integer('warned').notNull().default(0),
    endedAt: at('ended_at'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'reviews_key', columns: [t.organizationId, t.id] }),
    foreignKey({
      name: 'reviews_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
    uniqueIndex('reviews_number').on(t.organizationId, t.number),
    uniqueIndex('reviews_slot').on(t.organizationId, t.slot),
    uniqueIndex('reviews_one_open').on(t.organizationId).where(sql`ended_at is null`),
    index('reviews_ends_at').on(t.endsAt).where(sql`ended_at is null`),
  ],
);

/**
 * One access of one person in a review, with the evidence as it was when the review began. Names, not only ids: the
 * evidence outlives the role and the project that it is about.
 */
export const reviewItems = pgTable(
  'review_items',
  {
    organizationId: organizationId(),
    reviewId: id('review_id'),
    number: integer('number').notNull(),
    userId: id('user_id'),
    email: key('email').notNull(),
    roleId: id('role_id'),
    roleName: text('role_name').notNull(),
    /** None where it is the organization role. */
    projectId: uuid('project_id'),
    projectName: text('project_name'),
    grantedAt: at('granted_at'),
    grantedBy: text('granted_by'),
    request: text('request'),
    expiresAt: at('expires_at'),
    lastUsedAt: at('last_used_at'),
    /** `not-asked`: it ends by itself before the review does. */
    state: text('state').notNull().default('open'),
    decidedBy: uuid('decided_by'),
    decidedByEmail: text('decided_by_email'),
    decidedAt: at('decided_at'),
    restoredAt: at('restored_at'),
    restoredByEmail: text('restored_by_email'),
  },
  (t) => [
    primaryKey({ name: 'review_items_key', columns: [t.organizationId, t.reviewId, t.number] }),
    foreignKey({
      name: 'review_items_review',
      columns: [t.organizationId, t.reviewId],
      foreignColumns: [reviews.organizationId, reviews.id],
    }),
    foreignKey({
      name: 'review_items_member',
      columns: [t.organizationId, t.userId],
      foreignColumns: [members.organizationId, members.userId],
    }),
    index('review_items_open').on(t.organizationId, t.reviewId, t.number).where(sql`state = 'open'`),
    check(
      'review_items_known_state',
      sql`state in ('open', 'kept', 'removed', 'ended', 'gone', 'unanswered', 'not-asked')`,
    ),
  ],
);

/** Who is asked in a review; the id is what their card goes by. */
export const reviewers = pgTable(
  'reviewers',
  {
    organizationId: organizationId(),
    reviewId: id('review_id'),
    userId: id('user_id'),
    cardId: id('card_id'),
  },
  (t) => [
    primaryKey({ name: 'reviewers_key', columns: [t.organizationId, t.reviewId, t.userId] }),
    foreignKey({
      name: 'reviewers_review',
      columns: [t.organizationId, t.reviewId],
      foreignColumns: [reviews.organizationId, reviews.id],
    }),
    foreignKey({
      name: 'reviewers_member',
      columns: [t.organizationId, t.userId],
      foreignColumns: [members.organizationId, members.userId],
    }),
  ],
);
