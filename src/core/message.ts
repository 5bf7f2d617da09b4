import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../db/client.ts';
import { messages } from '../db/schema/index.ts';
import type { Job } from './context.ts';
import { newId } from './id.ts';

/** Which view draws a message, and the ids and facts it draws from. Never rendered text, never a secret. */
export interface NewMessage {
  organizationId?: string;
  platform: string;
  workspaceId: string;
  recipient: { kind: 'channel' | 'person' | 'address'; id: string };
  notice: string;
  data: Readonly<Record<string, unknown>>;
  /** What later changes of the same thing look for, to edit this message. */
  subjectId?: string;
}

/** What is said, without where. */
export type Said = Pick<NewMessage, 'notice' | 'data' | 'subjectId'>;

/** The job that sends a message, or draws the copy that was sent anew. */
export const redelivered = (message: {
  id: string;
  platform: string;
  workspaceId: string;
  recipient: string;
}): Job => ({
  queue: 'deliver',
  data: { messageId: message.id },
  key: `${message.platform}:${message.workspaceId}:${message.recipient}`,
});

type MessageRow = typeof messages.$inferInsert;

export const messageRows = (said: readonly NewMessage[]): MessageRow[] =>
  said.map((message) => ({
    id: newId(),
    organizationId: message.organizationId,
    platform: message.platform,
    workspaceId: message.workspaceId,
    recipient: message.recipient.id,
    recipientKind: message.recipient.kind,
    notice: message.notice,
    data: { ...message.data },
    subjectId: message.subjectId,
  }));

/** The jobs that send messages: they go in with the rows, in the same transaction. One home is drawn once. */
export const messageJobs = (
  rows: readonly Pick<MessageRow, 'id' | 'platform' | 'workspaceId' | 'recipient' | 'recipientKind'>[],
): Job[] => {
  const homes = rows.flatMap(redrawHome);
  return [...rows.map(redelivered), ...new Map(homes.map((job) => [job.key, job])).values()];
};

/** One statement takes at most 65,535 parameters. */
const AT_ONCE = 1_000;

export const writeMessages = async (db: Db, rows: readonly MessageRow[]): Promise<void> => {
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    await db.insert(messages).values(rows.slice(at, at + AT_ONCE));
  }
};

/** Commits messages before they are calls: the rows now, and the jobs that send them. */
export const insertMessages = async (db: Db, said: readonly NewMessage[]): Promise<Job[]> => {
  if (said.length === 0) return [];
  const rows = messageRows(said);
  await writeMessages(db, rows);
  return messageJobs(rows);
};

/** Whoever is told something has a home that shows it. */
const redrawHome = (row: {
  platform: string;
  workspaceId: string;
  recipient: string;
  recipientKind: string;
}): Job[] => {
  if (row.recipientKind !== 'person') return [];
  const account = { platform: row.platform, workspaceId: row.workspaceId, externalId: row.recipient };
  return [{ queue: 'home', data: account, key: `${row.platform}:${row.workspaceId}:${row.recipient}` }];
};

/**
 * Jobs that draw every message about these subjects again, wherever it was posted: what was pressed first, and people's
 * homes after the cards.
 */
export const redraw = async (db: Db, ...subjectIds: readonly string[]): Promise<Job[]> => {
  if (subjectIds.length === 0) return [];
  const jobs = messageJobs(
    await db
      .select({
        id: messages.id,
        platform: messages.platform,
        workspaceId: messages.workspaceId,
        recipient: messages.recipient,
        recipientKind: messages.recipientKind,
      })
      .from(messages)
      .where(sql`${messages.subjectId} = any(${sql.param([...subjectIds])}::uuid[])`)
      .orderBy(sql`${messages.heldAt} nulls last`, messages.id),
  );
  return jobs.map((job) => (job.queue === 'home' ? { ...job, startAfterSeconds: 1 } : job));
};

/**
 * A direct message to each of these users on every account of theirs in a workspace that the organization is
 * connected to. Whoever has no account there yet hears nothing in chat.
 */
export const directMessages = async (
  db: Db,
  organizationId: string,
  userIds: readonly string[],
  message: Pick<NewMessage, 'notice' | 'data' | 'subjectId'>,
  only?: { platform: string; workspaceId: string },
): Promise<NewMessage[]> => {
  if (userIds.length === 0) return [];
  const accounts = rowsOf<{ platform: string; workspace_id: string; external_id: string }>(
    await db.execute(sql`
      select distinct on (a.user_id, a.platform) a.platform, c.workspace_id, a.external_id
      from accounts a
      join connections c on c.platform = a.platform and (a.workspace_id = c.workspace_id or a.workspace_id = '')
      where c.organization_id = ${organizationId} and a.unlinked_at is null
        and a.user_id = any(${sql.param([...userIds])}::uuid[])
      order by a.user_id, a.platform, a.linked_at desc`),
  );
  const wanted = only ? accounts.filter((account) => account.platform === only.platform) : accounts;
  return (wanted.length > 0 ? wanted : accounts).map((account) => ({
    ...message,
    organizationId,
    platform: account.platform,
    workspaceId: account.workspace_id,
    recipient: { kind: 'person', id: account.external_id },
  }));
};

/** A direct message on every account of these users, wherever it is: for what belongs to no organization. */
export const messagesEverywhere = async (
  db: Db,
  userIds: readonly string[],
  message: Pick<NewMessage, 'notice' | 'data'>,
): Promise<NewMessage[]> =>
  rowsOf<{ platform: string; workspace_id: string; external_id: string }>(
    await db.execute(sql`
      select platform, workspace_id, external_id from accounts
      where unlinked_at is null and user_id = any(${sql.param([...userIds])}::uuid[]) order by linked_at`),
  ).map((account) => ({
    ...message,
    platform: account.platform,
    workspaceId: account.workspace_id,
    recipient: { kind: 'person', id: account.external_id },
  }));
