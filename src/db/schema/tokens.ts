import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { at, createdAt, id, key, organizationId } from './columns.ts';
import { members, principals } from './principals.ts';

export const serviceAccounts = pgTable(
  'service_accounts',
  {
    organizationId: organizationId(),
    id: id('id'),
    kind: text('kind').notNull().default('service-account'),
    name: key('name').notNull(),
    responsibleId: uuid('responsible_id'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'service_accounts_key', columns: [t.organizationId, t.id] }),
    foreignKey({
      name: 'service_accounts_principal',
      columns: [t.organizationId, t.id, t.kind],
      foreignColumns: [principals.organizationId, principals.id, principals.kind],
    }),
    foreignKey({
      name: 'service_accounts_responsible',
      columns: [t.organizationId, t.responsibleId],
      foreignColumns: [members.organizationId, members.userId],
    }),
    uniqueIndex('service_accounts_name').on(t.organizationId, t.name),
    index('service_accounts_by_responsible').on(t.organizationId, t.responsibleId),
    check('service_accounts_kind', sql`kind = 'service-account'`),
  ],
);

/**
 * `principal_id` is whom a token acts as: its own principal (organization token), its member (personal), its service
 * account (key). `acts_as` makes Postgres refuse a personal token that would act as a service account.
 */
export const tokens = pgTable(
  'tokens',
  {
    organizationId: organizationId(),
    id: id('id'),
    kind: text('kind').notNull(),
    name: key('name').notNull(),
    principalId: id('principal_id'),
    actsAs: text('acts_as')
      .notNull()
      .generatedAlwaysAs(
        sql`case kind when 'organization' then 'token' when 'personal' then 'member' else 'service-account' end`,
      ),
    /** The member whom an organization token is associated with. */
    associatedId: uuid('associated_id'),
    /** Whose it is: the member who owns a personal token, or whom an organization's is associated with. */
    memberId: uuid('member_id').generatedAlwaysAs(
      sql`case kind when 'personal' then principal_id else associated_id end`,
    ),
    secretHash: text('secret_hash').notNull(),
    /** The last four characters of the secret, to tell tokens apart. */
    fingerprint: text('fingerprint').notNull(),
    state: text('state').notNull().default('active'),
    expiresAt: at('expires_at'),
    lastUsedAt: at('last_used_at'),
    createdBy: uuid('created_by'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'tokens_key', columns: [t.organizationId, t.id] }),
    foreignKey({
      name: 'tokens_principal',
      columns: [t.organizationId, t.principalId, t.actsAs],
      foreignColumns: [principals.organizationId, principals.id, principals.kind],
    }),
    foreignKey({
      name: 'tokens_associated',
      columns: [t.organizationId, t.associatedId],
      foreignColumns: [members.organizationId, members.userId],
    }),
    unique('tokens_secret_hash').on(t.organizationId, t.secretHash),
    /** Rotation with overlap is a second live row of the same name and principal, so names are checked by the verbs. */
    index('tokens_by_name').on(t.organizationId, t.name).where(sql`state <> 'revoked'`),
    index('tokens_by_principal').on(t.organizationId, t.principalId),
    index('tokens_by_member').on(t.organizationId, t.memberId).where(sql`state <> 'revoked'`),
    // Whose active tokens are whose, for a search through very many, which need not look at the tokens themselves.
    index('tokens_active_by_member')
      .on(t.organizationId, t.memberId, t.expiresAt, t.id)
      .where(sql`state = 'active'`),
    index('tokens_by_end').on(t.organizationId, t.expiresAt).where(sql`state = 'active'`),
    check('tokens_known_kind', sql`kind in ('organization', 'personal', 'service-account')`),
    check('tokens_known_state', sql`state in ('active', 'deactivated', 'revoked')`),
    check('tokens_associated_are_organization', sql`associated_id is null or kind = 'organization'`),
  ],
);
