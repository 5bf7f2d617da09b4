import { and, eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { schedules } from '../../db/schema/index.ts';
import { slotAfter } from './cron.ts';
import type { Scheduled } from './follow.ts';

export interface Slot {
  organizationId: string;
  kind: Scheduled;
  slot: Date;
}

const mine = ({ organizationId, kind }: Slot) =>
  and(eq(schedules.organizationId, organizationId), eq(schedules.kind, kind));

/** Whether a slot is one of the schedule of this moment, which may have been changed since the slot was taken. */
export const slotStands = async (db: Db, slot: Slot): Promise<boolean> => {
  const [schedule] = await db.select().from(schedules).where(mine(slot));
  if (!schedule) return false;
  return slotAfter(schedule, new Date(slot.slot.getTime() - 1)).getTime() === slot.slot.getTime();
};

/** What a slot is for has been done. */
export const slotDone = async (db: Db, slot: Slot, now: Date): Promise<void> => {
  await db.update(schedules).set({ doneAt: now }).where(mine(slot));
};
