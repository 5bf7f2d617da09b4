import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { at, createdAt, id, key, organizationId } from './columns.ts';
import { organizations } from './organizations.ts';
import { principals, roles } from './principals.ts';
import { projects } from './projects.ts';

export const invitations = pgTable(
  'invitations',
  {
    organizationId: organizationId(),
    id: id('id'),
    email: key('email').notNull(),
    state: text('state').notNull().default('pending'),
    roleId: uuid('role_id'),
    roleScope: text('role_scope').notNull().default('organization'),
    ssoRequired: boolean('sso_required').notNull().default(false),
    inviterId: id('inviter_id'),
    generation: key('generation').notNull(),
    secretHash: text('secret_hash').notNull(),
    expiresAt: at('expires_at').notNull(),
    /** How long the link lives, so that a resend can start the same time again. */
    lifeSeconds: integer('life_seconds').notNull(),
    sentAt: at('sent_at').notNull().default(sql`clock_timestamp()`),
    settledAt: at('settled_at'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'invitations_key', columns: [t.organizationId, t.id] }),
    foreignKey({
      name: 'invitations_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
    foreignKey({
      name: 'invitations_inviter',
      columns: [t.organizationId, t.inviterId],
      foreignColumns: [principals.organizationId, principals.id],
    }),
    foreignKey({
      name: 'invitations_role',
      columns: [t.organizationId, t.roleId, t.roleScope],
      foreignColumns: [roles.organizationId, roles.id, roles.scope],
    }),
    unique('invitations_secret_hash').on(t.organizationId, t.secretHash),
    uniqueIndex('invitations_one_pending').on(t.organizationId, t.email).where(sql`state = 'pending'`),
    index('invitations_due').on(t.organizationId, t.expiresAt, t.id).where(sql`state = 'pending'`),
    index('invitations_by_age').on(t.organizationId, t.createdAt).where(sql`state = 'pending'`),
    index('invitations_by_inviter').on(t.organizationId, t.inviterId).where(sql`state = 'pending'`),
    index('invitations_by_email').on(t.organizationId, t.email, t.createdAt),
    check('invitations_known_state', sql`state in ('pending', 'accepted', 'revoked', 'expired')`),
    check('invitations_role_scope', sql`role_scope = 'organization'`),
  ],
);

export const invitationProjects = pgTable(
  'invitation_projects',
  {
    organizationId: organizationId(),
    invitationId: id('invitation_id'),
    projectId: id('project_id'),
    roleId: id('role_id'),
    roleScope: text('role_scope').notNull().default('project'),
  },
  (t) => [
    primaryKey({
      name: 'invitation_projects_key',
      columns: [t.organizationId, t.invitationId, t.projectId, t.roleId],
    }),
    foreignKey({
      name: 'invitation_projects_invitation',
      columns: [t.organizationId, t.invitationId],
      foreignColumns: [invitations.organizationId, invitations.id],
    }),
    foreignKey({
      name: 'invitation_projects_project',
      columns: [t.organizationId, t.projectId],
      foreignColumns: [projects.organizationId, projects.id],
    }),
    foreignKey({
      name: 'invitation_projects_role',
      columns: [t.organizationId, t.roleId, t.roleScope],
      foreignColumns: [roles.organizationId, roles.id, roles.scope],
    }),
    check('invitation_projects_role_scope', sql`role_scope = 'project'`),
  ],
);
