import { foreignKey, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt, key } from './columns.ts';
import { organizations } from './organizations.ts';

/**
 * What a button does that is too long for the button to carry, and what stands in an open form; encrypted under
 * SECRET_KEY. A button carries the id, a fingerprint of the action, so that drawing the same one again adds no row.
 */
export const storedActions = pgTable(
  'stored_actions',
  {
    id: key('id').primaryKey(),
    organizationId: uuid('organization_id'),
    action: text('action').notNull(),
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
