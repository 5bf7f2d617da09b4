import { index, pgTable } from 'drizzle-orm/pg-core';
import { createdAt, key } from './columns.ts';

/** A delivery that changed something, claimed in the change's own transaction: a retry of it changes nothing. */
export const interactions = pgTable(
  'interactions',
  { key: key('key').primaryKey(), createdAt: createdAt() },
  (t) => [index('interactions_created_at').on(t.createdAt)],
);
