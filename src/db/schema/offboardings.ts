import { sql } from 'drizzle-orm';
import { foreignKey, pgTable, primaryKey, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { at, createdAt, id, organizationId } from './columns.ts';
import { members } from './principals.ts';

/** A removal in steps, open until every step is done. What is left to do is read from what is still there. */
export const offboardings = pgTable(
  'offboardings',
  {
    organizationId: organizationId(),
    id: id('id'),
    userId: id('user_id'),
    openedBy: uuid('opened_by'),
    closedAt: at('closed_at'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'offboardings_key', columns: [t.organizationId, t.id] }),
    foreignKey({
      name: 'offboardings_member',
      columns: [t.organizationId, t.userId],
      foreignColumns: [members.organizationId, members.userId],
    }),
    uniqueIndex('offboardings_one_open').on(t.organizationId, t.userId).where(sql`closed_at is null`),
  ],
);
