import { bigint, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { at, key, organizationId } from './columns.ts';

/**
 * Insert only (triggers refuse the rest) and without foreign keys, so that events outlive what they speak of.
 * `hash` is SHA-256 over the previous hash, the sequence and `event`, the very text that was hashed; the other
 * columns are copies of what stands in it, for filters. The installation's own chain has the nil id.
 */
export const audit = pgTable(
  'audit',
  {
    organizationId: organizationId(),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    at: at('at').notNull(),
    action: key('action').notNull(),
    actor: key('actor').notNull(),
    target: key('target'),
    event: text('event').notNull(),
    hash: text('hash').notNull(),
  },
  (t) => [
    primaryKey({ name: 'audit_key', columns: [t.organizationId, t.sequence] }),
    index('audit_actor').on(t.organizationId, t.actor, t.sequence),
    index('audit_target').on(t.organizationId, t.target, t.sequence),
    index('audit_action').on(t.organizationId, t.action, t.sequence),
  ],
);
