import { foreignKey, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { createdAt, id, key } from './columns.ts';
import { organizations } from './organizations.ts';

/** The OpenID provider that invitations of an organization may require. The client secret is stored encrypted. */
export const ssoProviders = pgTable(
  'sso_providers',
  {
    organizationId: id('organization_id').primaryKey(),
    issuer: text('issuer'),
    clientId: text('client_id'),
    clientSecret: text('client_secret'),
  },
  (t) => [
    foreignKey({
      name: 'sso_providers_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
  ],
);

/** Kubernetes namespaces that operators allow for assignment; while there are none, the settings' one is allowed. */
export const allowedNamespaces = pgTable('allowed_namespaces', {
  name: key('name').primaryKey(),
  createdAt: createdAt(),
});

/** Set once for an organization, never edited (CD-19). */
export const assignedNamespaces = pgTable(
  'assigned_namespaces',
  { organizationId: id('organization_id'), name: key('name').notNull(), createdAt: createdAt() },
  (t) => [
    primaryKey({ name: 'assigned_namespaces_key', columns: [t.organizationId] }),
    foreignKey({
      name: 'assigned_namespaces_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
  ],
);

/** Project names of models whose projects are Kubernetes namespaces: taken once in the whole installation. */
export const takenNamespaces = pgTable(
  'taken_namespaces',
  { name: key('name').primaryKey(), organizationId: id('organization_id') },
  (t) => [
    foreignKey({
      name: 'taken_namespaces_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
  ],
);
