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
import { at, createdAt, id, key } from './columns.ts';
import { workspaces } from './workspaces.ts';

export const users = pgTable(
  'users',
  { id: id('id').primaryKey(), email: key('email').notNull(), createdAt: createdAt() },
  (t) => [
    uniqueIndex('users_email').on(t.email),
    check('users_email_folded', sql`${t.email} !~ '[A-Z]' collate "C"`),
  ],
);

/** Rows stay after unlinking: nobody may decide a request as an account that was ever the requester's. */
export const accounts = pgTable(
  'accounts',
  {
    id: id('id').primaryKey(),
    platform: text('platform').notNull(),
    workspaceId: key('workspace_id').notNull(),
    externalId: key('external_id').notNull(),
    userId: id('user_id'),
    linkedAt: at('linked_at').notNull().default(sql`clock_timestamp()`),
    linkedBy: text('linked_by').notNull(),
    unlinkedAt: at('unlinked_at'),
  },
  (t) => [
    foreignKey({ name: 'accounts_user', columns: [t.userId], foreignColumns: [users.id] }),
    uniqueIndex('accounts_live').on(t.platform, t.workspaceId, t.externalId).where(sql`unlinked_at is null`),
    index('accounts_user_id').on(t.userId),
    // Whoever had an account once is looked for too, so that it is not partial.
    index('accounts_ever').on(t.externalId, t.workspaceId, t.platform),
    check('accounts_linked_by', sql`linked_by in ('code', 'profile', 'setup')`),
  ],
);

/** A code that was mailed. Only its hash is kept; the letter derives the code again from the row's id. */
export const linkCodes = pgTable(
  'link_codes',
  {
    id: id('id').primaryKey(),
    purpose: text('purpose').notNull(),
    email: key('email'),
    platform: text('platform'),
    workspaceId: key('workspace_id'),
    externalId: key('external_id'),
    hash: text('hash').notNull(),
    tries: integer('tries').notNull().default(0),
    usedAt: at('used_at'),
    expiresAt: at('expires_at').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    index('link_codes_account').on(t.platform, t.workspaceId, t.externalId),
    index('link_codes_hash').on(t.hash),
    check('link_codes_purpose', sql`purpose in ('link', 'setup')`),
  ],
);

export const operators = pgTable(
  'operators',
  { userId: uuid('user_id').primaryKey(), createdAt: createdAt() },
  (t) => [foreignKey({ name: 'operators_user', columns: [t.userId], foreignColumns: [users.id] })],
);

/** The organization an account last chose with `/org use`, per workspace it chose it in. */
export const currentOrganizations = pgTable(
  'current_organizations',
  {
    platform: text('platform').notNull(),
    workspaceId: key('workspace_id').notNull(),
    externalId: key('external_id').notNull(),
    organizationId: uuid('organization_id').notNull(),
  },
  (t) => [
    primaryKey({ name: 'current_organizations_key', columns: [t.platform, t.workspaceId, t.externalId] }),
    foreignKey({
      name: 'current_organizations_workspace',
      columns: [t.platform, t.workspaceId],
      foreignColumns: [workspaces.platform, workspaces.id],
    }),
  ],
);
