import { foreignKey, index, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { at, createdAt, id, organizationId } from './columns.ts';
import { organizations } from './organizations.ts';

/** A report as it was made: what its cards and pictures are drawn from for as long as they stand. */
export const driftReports = pgTable(
  'drift_reports',
  {
    organizationId: organizationId(),
    id: id('id'),
    /** Of a scheduled one: a slot brings one report, however often its job runs. */
    slot: at('slot'),
    /** Who asked for it, where somebody did. */
    askedBy: uuid('asked_by'),
    /** Equal for two reports that say the same. */
    fingerprint: text('fingerprint').notNull(),
    facts: jsonb('facts').$type<Record<string, unknown>>().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'drift_reports_key', columns: [t.organizationId, t.id] }),
    foreignKey({
      name: 'drift_reports_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
    uniqueIndex('drift_reports_slot').on(t.organizationId, t.slot),
    index('drift_reports_created_at').on(t.createdAt),
  ],
);
