import { foreignKey, index, pgTable, primaryKey, unique, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, key, organizationId } from './columns.ts';
import { organizations } from './organizations.ts';
import { members } from './principals.ts';
import { projects } from './projects.ts';

/** A registered thing. What stands here always wins over what a caller says of it. */
export const resources = pgTable(
  'resources',
  {
    organizationId: organizationId(),
    type: key('type').notNull(),
    name: key('name').notNull(),
    id: id('id'),
    projectId: uuid('project_id'),
    ownerId: uuid('owner_id'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'resources_key', columns: [t.organizationId, t.type, t.name] }),
    foreignKey({
      name: 'resources_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
    foreignKey({
      name: 'resources_project',
      columns: [t.organizationId, t.projectId],
      foreignColumns: [projects.organizationId, projects.id],
    }),
    foreignKey({
      name: 'resources_owner',
      columns: [t.organizationId, t.ownerId],
      foreignColumns: [members.organizationId, members.userId],
    }),
    unique('resources_id').on(t.organizationId, t.id),
    index('resources_by_owner').on(t.organizationId, t.ownerId, t.type, t.name),
    index('resources_by_project').on(t.organizationId, t.projectId, t.type, t.name),
  ],
);
