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
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { at, createdAt, id, key, organizationId } from './columns.ts';
import { organizations } from './organizations.ts';
import { users } from './users.ts';

/** Built-in roles are copied in when the organization is created, so that no reader asks "is it built in". */
export const roles = pgTable(
  'roles',
  {
    organizationId: organizationId(),
    id: id('id'),
    scope: text('scope').notNull(),
    name: key('name').notNull(),
    description: text('description').notNull().default(''),
    permissions: text('permissions').array().notNull(),
    builtIn: boolean('built_in').notNull().default(false),
    administers: boolean('administers').notNull().default(false),
    version: integer('version').notNull().default(1),
  },
  (t) => [
    primaryKey({ name: 'roles_key', columns: [t.organizationId, t.id] }),
    foreignKey({
      name: 'roles_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
    unique('roles_scope').on(t.organizationId, t.id, t.scope),
    uniqueIndex('roles_name').on(t.organizationId, t.scope, t.name),
    check('roles_known_scope', sql`scope in ('organization', 'project')`),
    check('roles_administer_organizations', sql`not administers or scope = 'organization'`),
  ],
);

/**
 * Whoever can hold access. A member's id is the user's id. Never deleted, only `removed`, so that grants, requests
 * and tokens keep what they point at. Until `role_until` the role is `role_id`, afterwards `role_after_id`.
 */
export const principals = pgTable(
  'principals',
  {
    organizationId: organizationId(),
    id: id('id'),
    kind: text('kind').notNull(),
    state: text('state').notNull().default('active'),
    roleId: uuid('role_id'),
    roleUntil: at('role_until'),
    roleAfterId: uuid('role_after_id'),
    /** When they hear next that this role is about to end. */
    roleWarnAt: at('role_warn_at'),
    roleScope: text('role_scope').notNull().default('organization'),
    userId: uuid('user_id').generatedAlwaysAs(sql`case when kind = 'member' then id end`),
    /** By a decision that went their way, by a token that acts as them, or in chat; kept to the minute. */
    lastUsedAt: at('last_used_at'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'principals_key', columns: [t.organizationId, t.id] }),
    foreignKey({
      name: 'principals_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
    foreignKey({ name: 'principals_user', columns: [t.userId], foreignColumns: [users.id] }),
    foreignKey({
      name: 'principals_role',
      columns: [t.organizationId, t.roleId, t.roleScope],
      foreignColumns: [roles.organizationId, roles.id, roles.scope],
    }),
    foreignKey({
      name: 'principals_role_after',
      columns: [t.organizationId, t.roleAfterId, t.roleScope],
      foreignColumns: [roles.organizationId, roles.id, roles.scope],
    }),
    unique('principals_kind').on(t.organizationId, t.id, t.kind),
    index('principals_user_id').on(t.userId),
    index('principals_role_id').on(t.organizationId, t.roleId),
    index('principals_inactive').on(t.organizationId, t.state, t.kind, t.id).where(sql`state <> 'active'`),
    index('principals_role_until').on(t.roleUntil).where(sql`role_until is not null`),
    index('principals_role_warn_at').on(t.roleWarnAt).where(sql`role_warn_at is not null`),
    check('principals_known_kind', sql`kind in ('member', 'service-account', 'token')`),
    check('principals_known_state', sql`state in ('active', 'deactivated', 'removed')`),
    check('principals_role_scope', sql`role_scope = 'organization'`),
    check('principals_service_accounts_hold_grants', sql`role_id is null or kind in ('member', 'token')`),
    check('principals_fallback_has_an_end', sql`role_after_id is null or role_until is not null`),
  ],
);

export const members = pgTable(
  'members',
  {
    organizationId: organizationId(),
    userId: id('user_id'),
    kind: text('kind').notNull().default('member'),
    /** A copy of the user's address: member lists page by it inside one organization. */
    email: key('email').notNull(),
    ssoRequired: boolean('sso_required').notNull().default(false),
    externalId: key('external_id'),
    joinedAt: at('joined_at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ name: 'members_key', columns: [t.organizationId, t.userId] }),
    foreignKey({
      name: 'members_principal',
      columns: [t.organizationId, t.userId, t.kind],
      foreignColumns: [principals.organizationId, principals.id, principals.kind],
    }),
    uniqueIndex('members_email').on(t.organizationId, t.email),
    uniqueIndex('members_external_id').on(t.organizationId, t.externalId),
    index('members_sso_required').on(t.organizationId, t.userId).where(sql`sso_required`),
    check('members_kind', sql`kind = 'member'`),
  ],
);
