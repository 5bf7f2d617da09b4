import { sql } from 'drizzle-orm';
import {
  boolean,
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
import { principals, roles } from './principals.ts';

export const projects = pgTable(
  'projects',
  {
    organizationId: organizationId(),
    id: id('id'),
    name: key('name').notNull(),
    defaultRoleId: uuid('default_role_id'),
    roleScope: text('role_scope').notNull().default('project'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'projects_key', columns: [t.organizationId, t.id] }),
    foreignKey({
      name: 'projects_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
    foreignKey({
      name: 'projects_default_role',
      columns: [t.organizationId, t.defaultRoleId, t.roleScope],
      foreignColumns: [roles.organizationId, roles.id, roles.scope],
    }),
    uniqueIndex('projects_name').on(t.organizationId, t.name),
    check('projects_role_scope', sql`role_scope = 'project'`),
  ],
);

export const grants = pgTable(
  'grants',
  {
    organizationId: organizationId(),
    principalId: id('principal_id'),
    projectId: id('project_id'),
    roleId: id('role_id'),
    roleScope: text('role_scope').notNull().default('project'),
    startsAt: at('starts_at'),
    expiresAt: at('expires_at'),
    requestId: uuid('request_id'),
    reason: text('reason'),
    grantedBy: uuid('granted_by'),
    /** By a decision that it allowed; kept to the minute. */
    lastUsedAt: at('last_used_at'),
    /** Of a grant that has yet to open: the version of the role that was given, which it must still have then. */
    opensVersion: integer('opens_version'),
    /** It would not be given any more, and gives nothing even when its time has come. */
    barred: boolean('barred').notNull().default(false),
    /**
     * It was given beside another role there, which may have gone since: kept by the trigger `grants_beside`, so that
     * nobody has to look for two among millions.
     */
    beside: boolean('beside').notNull().default(false),
    /** When its holder hears next that it is about to end. */
    warnAt: at('warn_at'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({
      name: 'grants_key',
      columns: [t.organizationId, t.principalId, t.projectId, t.roleId],
    }),
    foreignKey({
      name: 'grants_principal',
      columns: [t.organizationId, t.principalId],
      foreignColumns: [principals.organizationId, principals.id],
    }),
    foreignKey({
      name: 'grants_project',
      columns: [t.organizationId, t.projectId],
      foreignColumns: [projects.organizationId, projects.id],
    }),
    foreignKey({
      name: 'grants_role',
      columns: [t.organizationId, t.roleId, t.roleScope],
      foreignColumns: [roles.organizationId, roles.id, roles.scope],
    }),
    index('grants_by_project').on(t.organizationId, t.projectId, t.roleId),
    index('grants_by_role').on(t.organizationId, t.roleId),
    index('grants_expires_at').on(t.expiresAt).where(sql`expires_at is not null`),
    index('grants_beside').on(t.organizationId, t.principalId, t.projectId).where(sql`beside`),
    index('grants_to_open').on(t.organizationId).where(sql`opens_version is not null`),
    index('grants_warn_at').on(t.warnAt).where(sql`warn_at is not null`),
    check('grants_role_scope', sql`role_scope = 'project'`),
    check('grants_opened_are_not_barred', sql`opens_version is not null or not barred`),
    check('grants_end_after_start', sql`expires_at is null or starts_at is null or expires_at > starts_at`),
  ],
);
