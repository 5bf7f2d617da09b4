import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { at, createdAt, id, organizationId } from './columns.ts';
import { organizations } from './organizations.ts';
import { principals, roles } from './principals.ts';
import { projects } from './projects.ts';

/** A command that waits for a second person, as text; it never holds a secret. */
export interface StoredChange {
  command: string;
  args: Record<string, string>;
  /** The permission that whoever decides holds as well, where the command needs one. */
  permission: string | null;
  /** What the card says will be done: shown and hashed as it stands. */
  title: string;
  lines: string[];
  /** Why it needs somebody else. */
  why: string;
}

/**
 * `role_version` and `content_hash` are compared at approval: the role must still mean what the card said, and the
 * request must be the one that the card showed. A request without a project asks for an organization role.
 */
export const requests = pgTable(
  'requests',
  {
    organizationId: organizationId(),
    id: id('id'),
    number: integer('number').notNull(),
    state: text('state').notNull().default('pending'),
    /**
     * `access` is asked for oneself, `break-glass` was taken by oneself, a `change` is a command that waits for a second
     * person; the others are asked of operators, for somebody else.
     */
    kind: text('kind').notNull().default('access'),
    requesterId: id('requester_id'),
    /** Who gets what is asked for; the requester where a member asks for themselves. */
    beneficiaryId: id('beneficiary_id'),
    /** Names as they were: requests outlive the role and the project that they were about. */
    roleName: text('role_name').notNull(),
    projectName: text('project_name'),
    roleId: uuid('role_id'),
    roleScope: text('role_scope').notNull(),
    roleVersion: integer('role_version').notNull(),
    projectId: uuid('project_id'),
    startsAt: at('starts_at'),
    /** What was asked for: seconds from approval, or none for access without an end. */
    seconds: integer('seconds'),
    reason: text('reason').notNull().default(''),
    change: jsonb('change').$type<StoredChange>(),
    contentHash: text('content_hash').notNull(),
    toOperators: boolean('to_operators').notNull().default(false),
    askedOn: text('asked_on').notNull(),
    askedIn: text('asked_in').notNull(),
    expiresAt: at('expires_at').notNull(),
    accessEndsAt: at('access_ends_at'),
    settledAt: at('settled_at'),
    /** When it went to the operators, where it was not theirs from the start. */
    escalatedAt: at('escalated_at'),
    /** When those who may decide were last reminded of it. */
    remindedAt: at('reminded_at'),
    /** When somebody else has looked at what was taken without approval. */
    reviewedAt: at('reviewed_at'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'requests_key', columns: [t.organizationId, t.id] }),
    foreignKey({
      name: 'requests_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
    foreignKey({
      name: 'requests_requester',
      columns: [t.organizationId, t.requesterId],
      foreignColumns: [principals.organizationId, principals.id],
    }),
    foreignKey({
      name: 'requests_beneficiary',
      columns: [t.organizationId, t.beneficiaryId],
      foreignColumns: [principals.organizationId, principals.id],
    }),
    foreignKey({
      name: 'requests_role',
      columns: [t.organizationId, t.roleId, t.roleScope],
      foreignColumns: [roles.organizationId, roles.id, roles.scope],
    }),
    foreignKey({
      name: 'requests_project',
      columns: [t.organizationId, t.projectId],
      foreignColumns: [projects.organizationId, projects.id],
    }),
    uniqueIndex('requests_number').on(t.organizationId, t.number),
    index('requests_requester_id').on(t.organizationId, t.requesterId),
    index('requests_pending').on(t.expiresAt).where(sql`state = 'pending'`),
    index('requests_pending_in').on(t.organizationId).where(sql`state = 'pending'`),
    index('requests_unreviewed')
      .on(t.organizationId)
      .where(sql`kind = 'break-glass' and reviewed_at is null`),
    check(
      'requests_known_state',
      sql`state in ('pending', 'approved', 'denied', 'cancelled', 'expired', 'returned', 'ended')`,
    ),
    check(
      'requests_known_kind',
      sql`kind in ('access', 'administrator', 'grant', 'removal', 'change', 'break-glass')`,
    ),
    check('requests_change_is_stored', sql`(kind = 'change') = (change is not null)`),
    check('requests_scope', sql`(project_name is null) = (role_scope = 'organization')`),
  ],
);

/** One decision per person and request. An approval counts while the request is still what it was given for. */
export const decisions = pgTable(
  'decisions',
  {
    organizationId: organizationId(),
    requestId: id('request_id'),
    userId: id('user_id'),
    decision: text('decision').notNull(),
    reason: text('reason').notNull().default(''),
    /** The passkey that it was confirmed with, by the name it had, and since when it was one. */
    passkey: text('passkey'),
    passkeyAddedAt: at('passkey_added_at'),
    contentHash: text('content_hash').notNull().default(''),
    at: at('at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ name: 'decisions_key', columns: [t.organizationId, t.requestId, t.userId] }),
    foreignKey({
      name: 'decisions_request',
      columns: [t.organizationId, t.requestId],
      foreignColumns: [requests.organizationId, requests.id],
    }),
    check('decisions_known', sql`decision in ('approved', 'denied', 'justified', 'not-justified')`),
  ],
);
