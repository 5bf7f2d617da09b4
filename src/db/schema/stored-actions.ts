import { foreignKey, index, jsonb, pgTable, uuid } from 'drizzle-orm/pg-core';
import { createdAt, key } from './columns.ts';
import { organizations } from './organizations.ts';

/**
 * What a button does that is too long for the button to carry: it carries the id, a fingerprint of the action, so that
 * drawing the same button again adds no row. Ids and names alone, never a secret.
 */
export const storedActions = pgTable(
  'stored_actions',
  {
    id: key('id').primaryKey(),
    organizationId: uuid('organization_id'),
    action: jsonb('action').$type<unknown>().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    foreignKey({
      name: 'stored_actions_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
    index('stored_actions_created_at').on(t.createdAt),
    index('stored_actions_organization_id').on(t.organizationId),
  ],
);
