import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  foreignKey,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { createdAt, id, key } from './columns.ts';

/** Never updated by ordinary work: it is the target of every foreign key. What changes lies in `ledgers`. */
export const organizations = pgTable(
  'organizations',
  {
    id: id('id').primaryKey(),
    slug: key('slug').notNull(),
    name: text('name').notNull(),
    model: text('model').notNull(),
    createdAt: createdAt(),
  },
  (t) => [uniqueIndex('organizations_slug').on(t.slug)],
);

/**
 * The one row of an organization that every change locks first: the head of its audit chain and its counters.
 * `admins` counts active members who hold the administrator role without an end (rule 6).
 */
export const ledgers = pgTable(
  'ledgers',
  {
    organizationId: id('organization_id').primaryKey(),
    sequence: bigint('sequence', { mode: 'number' }).notNull().default(0),
    hash: text('hash').notNull().default(''),
    members: integer('members').notNull().default(0),
    invitations: integer('invitations').notNull().default(0),
    admins: integer('admins').notNull(),
    projects: integer('projects').notNull().default(0),
    serviceAccounts: integer('service_accounts').notNull().default(0),
    requests: integer('requests').notNull().default(0),
    findings: integer('findings').notNull().default(0),
  },
  (t) => [
    foreignKey({
      name: 'ledgers_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
    check('ledgers_an_admin_remains', sql`admins >= 1`),
    check(
      'ledgers_counts',
      sql`members >= 0 and invitations >= 0 and projects >= 0 and service_accounts >= 0`,
    ),
  ],
);

/** One row. `default_organization_id` is a foreign key, so the default organization cannot be deleted (rule 7). */
export const installation = pgTable(
  'installation',
  {
    singleton: boolean('singleton').primaryKey().default(true),
    defaultOrganizationId: uuid('default_organization_id'),
    sequence: bigint('sequence', { mode: 'number' }).notNull().default(0),
    hash: text('hash').notNull().default(''),
  },
  (t) => [
    foreignKey({
      name: 'installation_default_organization',
      columns: [t.defaultOrganizationId],
      foreignColumns: [organizations.id],
    }),
    check('installation_one_row', sql`singleton`),
  ],
);

export const settings = pgTable(
  'settings',
  { organizationId: id('organization_id'), key: key('key').notNull(), value: jsonb('value').notNull() },
  (t) => [
    primaryKey({ name: 'settings_key', columns: [t.organizationId, t.key] }),
    foreignKey({
      name: 'settings_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
  ],
);

/** Settings that one role has for itself, by the role's name: in both scopes, and for a role made anew under it. */
export const rolePolicies = pgTable(
  'role_policies',
  {
    organizationId: id('organization_id'),
    role: key('role').notNull(),
    key: key('key').notNull(),
    value: jsonb('value').notNull(),
  },
  (t) => [
    primaryKey({ name: 'role_policies_key', columns: [t.organizationId, t.role, t.key] }),
    foreignKey({
      name: 'role_policies_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
  ],
);
