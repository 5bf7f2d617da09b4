import { and, desc, eq, ne, sql } from 'drizzle-orm';
import { messages } from '../../db/schema/index.ts';
import type { Change } from '../change.ts';
import { type NewMessage, redelivered } from '../message.ts';
import { NOTICE, type Report, reportsUpTo } from './report.ts';

type Posted = typeof messages.$inferSelect;

/** The newest report that a place was sent, unless it never got there. */
export const lastIn = async (
  c: Pick<Change, 'db' | 'organization'>,
  { platform, workspaceId, recipient }: Pick<NewMessage, 'platform' | 'workspaceId' | 'recipient'>,
): Promise<Posted | undefined> => {
  const [last] = await c.db
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.subjectId, c.organization.id),
        eq(messages.notice, NOTICE),
        eq(messages.platform, platform),
        eq(messages.workspaceId, workspaceId),
        eq(messages.recipient, recipient.id),
        ne(messages.state, 'failed'),
      ),
    )
    .orderBy(desc(messages.id))
    .limit(1);
  return last;
};

/**
 * Says a report where it goes. Where the last one there says the same, that one gets a new date instead; otherwise the
 * last one is drawn again, because its buttons are now the new one's.
 */
export const postReport = async (
  c: Change,
  report: Report,
  places: readonly NewMessage[],
): Promise<{ posted: NewMessage[]; unchanged: NewMessage[] }> => {
  const posted: NewMessage[] = [];
  const unchanged: NewMessage[] = [];
  for (const place of places) {
    const last = await lastIn(c, place);
    const [said] = last ? await reportsUpTo(c.db, c.organization.id, 1, String(last.data.reportId)) : [];
    if (last) c.enqueue(redelivered(last));
    if (last && said?.id === last.data.reportId && said?.fingerprint === report.fingerprint) {
      const data = sql`${messages.data} || jsonb_build_object('checkedAt', ${report.at.toISOString()}::text)`;
      await c.db.update(messages).set({ data }).where(eq(messages.id, last.id));
      unchanged.push(place);
    } else {
      c.say(place);
      posted.push(place);
    }
  }
  return { posted, unchanged };
};
