import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { at, createdAt, id, key } from './columns.ts';
import { organizations } from './organizations.ts';

/**
 * Every outgoing message, committed before it is sent and remembered afterwards (`sent_channel`, `sent_id`, `sent_picture`) so that
 * later changes edit the same message. `notice` names a view and `data` holds the ids and facts it draws from: no
 * rendered text, and never a secret.
 */
export const messages = pgTable(
  'messages',
  {
    id: id('id').primaryKey(),
    organizationId: uuid('organization_id'),
    platform: text('platform').notNull(),
    workspaceId: key('workspace_id').notNull(),
    /** A channel's id, a person's id on the platform, or an e-mail address: what keeps its messages in order. */
    recipient: key('recipient').notNull(),
    recipientKind: text('recipient_kind').notNull(),
    notice: text('notice').notNull(),
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
    subjectId: uuid('subject_id'),
    state: text('state').notNull().default('queued'),
    sentChannel: text('sent_channel'),
    sentId: text('sent_id'),
    sentPicture: text('sent_picture'),
    attempts: integer('attempts').notNull().default(0),
    error: text('error'),
    createdAt: createdAt(),
    sentAt: at('sent_at'),
    /** Its buttons were taken away because somebody pressed one; it is drawn again whatever becomes of that. */
    heldAt: at('held_at'),
  },
  (t) => [
    foreignKey({
      name: 'messages_organization',
      columns: [t.organizationId],
      foreignColumns: [organizations.id],
    }),
    index('messages_subject').on(t.subjectId, t.createdAt),
    index('messages_created_at').on(t.createdAt),
    index('messages_failed').on(t.createdAt).where(sql`state = 'failed'`),
    index('messages_unsent').on(t.createdAt).where(sql`state = 'queued'`),
    index('messages_sent').on(t.sentChannel, t.sentId).where(sql`recipient_kind <> 'address'`),
    index('messages_held').on(t.heldAt).where(sql`held_at is not null`),
    check('messages_known_platform', sql`platform in ('slack', 'discord', 'mail')`),
    check('messages_known_recipient', sql`recipient_kind in ('channel', 'person', 'address')`),
    check('messages_known_state', sql`state in ('queued', 'sent', 'failed')`),
  ],
);
