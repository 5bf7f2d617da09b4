import { sql } from 'drizzle-orm';
import { check, foreignKey, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { at, organizationId } from './columns.ts';
import { organizations } from './organizations.ts';

/** What an organization has done by itself, and when next. A slot is taken by moving `next_at` on: once, by anybody. */
export const schedules = pgTable(
  'schedules',
  {
    organizationId: organizationId(),
    kind: text('kind').$type<'drift-report' | 'review'>().notNull(),
    cron: text('cron').notNull(),
    timezone: text('timezone').notNull(),
    nextAt: at('next_at').notNull(),
    /** The slot that was taken last, and when what it is for had been done. */
    lastSlot: at('last_slot'),
    doneAt: at('done_at'),
  },
  (t) => [
    primaryKey({ name: 'schedules_key', columns: [t.organizationId, t.kind] }),
    foreignKey({
      name: 'schedules_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
    index('schedules_next_at').on(t.nextAt),
    check('schedules_known_kind', sql`kind in ('drift-report', 'review')`),
  ],
);
