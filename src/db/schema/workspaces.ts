import { sql } from 'drizzle-orm';
import { check, foreignKey, index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { at, createdAt, id, key } from './columns.ts';
import { organizations } from './organizations.ts';

/** A Slack team or a Discord guild. */
export const workspaces = pgTable(
  'workspaces',
  {
    platform: text('platform').notNull(),
    id: key('id').notNull(),
    name: text('name').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'workspaces_key', columns: [t.platform, t.id] }),
    check('workspaces_platform', sql`platform in ('slack', 'discord')`),
  ],
);

/** Accounts that are gone from a workspace: their people left it, or were switched off. A return takes the row away. */
export const departures = pgTable(
  'departures',
  {
    platform: text('platform').notNull(),
    workspaceId: key('workspace_id').notNull(),
    externalId: key('external_id').notNull(),
    leftAt: at('left_at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ name: 'departures_key', columns: [t.platform, t.workspaceId, t.externalId] }),
    foreignKey({
      name: 'departures_workspace',
      columns: [t.platform, t.workspaceId],
      foreignColumns: [workspaces.platform, workspaces.id],
    }),
  ],
);

/** `channels` holds the settings that are kept per workspace: `approvals-channel`, `drift-channel`. */
export const connections = pgTable(
  'connections',
  {
    platform: text('platform').notNull(),
    workspaceId: key('workspace_id').notNull(),
    organizationId: id('organization_id'),
    channels: jsonb('channels').$type<Record<string, string>>().notNull().default({}),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'connections_key', columns: [t.platform, t.workspaceId, t.organizationId] }),
    foreignKey({
      name: 'connections_workspace',
      columns: [t.platform, t.workspaceId],
      foreignColumns: [workspaces.platform, workspaces.id],
    }),
    foreignKey({
      name: 'connections_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
    index('connections_organization_id').on(t.organizationId),
  ],
);

/** Where an account has been seen to act, so that one whose identity is of no workspace is known to be in it. */
export const presences = pgTable(
  'presences',
  {
    platform: text('platform').notNull(),
    workspaceId: key('workspace_id').notNull(),
    externalId: key('external_id').notNull(),
    lastUsedAt: at('last_used_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'presences_key', columns: [t.platform, t.workspaceId, t.externalId] }),
    foreignKey({
      name: 'presences_workspace',
      columns: [t.platform, t.workspaceId],
      foreignColumns: [workspaces.platform, workspaces.id],
    }),
  ],
);
