import { eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { installation } from '../db/schema/index.ts';
import { chained, INSTALLATION_CHAIN, insertAudit } from './audit/append.ts';
import type { NewEvent } from './audit/event.ts';
import { transact } from './change.ts';
import { databaseTime } from './clock.ts';
import type { Context, Job } from './context.ts';
import { insertMessages, type NewMessage } from './message.ts';
import { accountNow, noLongerLinked } from './user/account-now.ts';

export interface InstallationChange {
  db: Db;
  now: Date;
  defaultOrganizationId: string | null;
  /** Whoever acts is an operator at this moment. */
  operator: boolean;
  audit(event: NewEvent): void;
  say(...messages: readonly NewMessage[]): void;
  enqueue(...jobs: readonly Job[]): void;
}

/** A change that belongs to no organization: accounts and links, operators, the default mark. */
export const changeInstallation = async <T>(
  ctx: Context,
  run: (change: InstallationChange) => Promise<T>,
): Promise<T> =>
  transact(ctx, async (db) => {
    const [row] = await db.select().from(installation).for('no key update');
    if (!row) throw new Error('The installation row is missing');
    const now = await databaseTime(db);
    const { linked, operator } = await accountNow(ctx, db);
    if (!linked) throw noLongerLinked();
    const events: NewEvent[] = [];
    const messages: NewMessage[] = [];
    const jobs: Job[] = [];
    const result = await run({
      db,
      now,
      operator,
      defaultOrganizationId: row.defaultOrganizationId,
      audit: (event) => events.push(event),
      say: (...said) => messages.push(...said),
      enqueue: (...more) => jobs.push(...more),
    });
    if (events.length > 0) {
      const { rows, head } = chained(INSTALLATION_CHAIN, row, ctx.actor, now, events);
      await insertAudit(db, rows);
      await db.update(installation).set(head).where(eq(installation.singleton, true));
    }
    jobs.push(...(await insertMessages(db, messages)));
    if (jobs.length > 0) await ctx.enqueue(db, jobs);
    return result;
  });
