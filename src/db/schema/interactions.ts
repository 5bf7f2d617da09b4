import { index, jsonb, pgTable } from 'drizzle-orm/pg-core';
import { createdAt, id, key } from './columns.ts';

/** A delivery that changed something, claimed in the change's own transaction: a retry of it changes nothing. */
export const interactions = pgTable(
  'interactions',
  { key: key('key').primaryKey(), createdAt: createdAt() },
  (t) => [index('interactions_created_at').on(t.createdAt)],
);

/** An action whose text is longer than a platform's button can carry; the button carries the id. */
export const storedActions = pgTable(
  'stored_actions',
  {
    id: id('id').primaryKey(),
    action: jsonb('action').$type<Record<string, unknown>>().notNull(),
    createdAt: createdAt(),
  },
  (t) => [index('stored_actions_created_at').on(t.createdAt)],
);
