import {
  bigint,
  boolean,
  foreignKey,
  index,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { at, bytes, createdAt, id, key, organizationId } from './columns.ts';
import { organizations } from './organizations.ts';
import { users } from './users.ts';

/** What a person proves themselves with: the public half of a key pair that never leaves their device. */
export const passkeys = pgTable(
  'passkeys',
  {
    id: id('id').primaryKey(),
    userId: id('user_id'),
    name: key('name').notNull(),
    credentialId: key('credential_id').notNull(),
    publicKey: bytes('public_key').notNull(),
    /** How often the device says it has signed; always zero for one that does not count. */
    counter: bigint('counter', { mode: 'number' }).notNull(),
    transports: text('transports').array().notNull(),
    backedUp: boolean('backed_up').notNull(),
    createdAt: createdAt(),
    lastUsedAt: at('last_used_at'),
  },
  (t) => [
    foreignKey({ name: 'passkeys_user', columns: [t.userId], foreignColumns: [users.id] }),
    unique('passkeys_credential').on(t.credentialId),
    unique('passkeys_name').on(t.userId, t.name),
  ],
);

/** The chat account that asked for a link: whatever the link does, it does as that account's person. */
const asker = () => ({
  userId: id('user_id'),
  platform: text('platform').notNull(),
  workspaceId: key('workspace_id').notNull(),
  externalId: key('external_id').notNull(),
  accountName: text('account_name').notNull(),
  /** Of the link's secret, which is kept nowhere. */
  hash: text('hash').notNull(),
  expiresAt: at('expires_at').notNull(),
  usedAt: at('used_at'),
  createdAt: createdAt(),
});

/** A mailed link that registers one passkey. */
export const passkeyEnrolments = pgTable(
  'passkey_enrolments',
  { id: id('id').primaryKey(), name: key('name').notNull(), ...asker() },
  (t) => [
    foreignKey({ name: 'passkey_enrolments_user', columns: [t.userId], foreignColumns: [users.id] }),
    uniqueIndex('passkey_enrolments_hash').on(t.hash),
    index('passkey_enrolments_user_id').on(t.userId),
  ],
);

/** A link on which one person confirms one action with a passkey, once. `subject_id` is what the action is about. */
export const stepUps = pgTable(
  'step_ups',
  {
    organizationId: organizationId(),
    id: id('id'),
    action: text('action').notNull(),
    subjectId: uuid('subject_id').notNull(),
    /** What came along with the action: a note. */
    note: text('note').notNull().default(''),
    ...asker(),
  },
  (t) => [
    primaryKey({ name: 'step_ups_key', columns: [t.organizationId, t.id] }),
    foreignKey({
      name: 'step_ups_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
    foreignKey({ name: 'step_ups_user', columns: [t.userId], foreignColumns: [users.id] }),
    unique('step_ups_hash').on(t.organizationId, t.hash),
    index('step_ups_expires_at').on(t.expiresAt),
  ],
);
