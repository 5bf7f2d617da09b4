import { sql } from 'drizzle-orm';
import { check, foreignKey, index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { createdAt, id, key } from './columns.ts';
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
