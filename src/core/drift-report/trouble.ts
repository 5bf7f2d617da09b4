import { eq } from 'drizzle-orm';
import { messages } from '../../db/schema/index.ts';
import { change } from '../change.ts';
import type { Context } from '../context.ts';
import { toAdministrators } from '../member/administrators.ts';
import { type Slot, slotDone } from '../schedule/slot.ts';
import { inChannels } from './recipients.ts';
import { NOTICE } from './report.ts';

/** A scheduled report that could not be made says so itself, where it would have stood. */
export const announceFailure = async (ctx: Context, slot: Slot): Promise<void> =>
  change(ctx, slot.organizationId, async (c) => {
    await slotDone(c.db, slot, c.now);
    const said = { notice: 'drift-report-failed', data: { slot: slot.slot.toISOString() } };
    const channels = await inChannels(c, said);
    c.say(...(channels.length > 0 ? channels : await toAdministrators(c, said)));
    c.audit({ action: 'drift.report-failed', facts: { scheduled: slot.slot.toISOString() } });
  });

/** The drift channel takes no messages (it was renamed, or nobody invited the bot): administrators get it directly. */
export const reportDirectly = async (
  ctx: Context,
  message: { id: string; organizationId: string | null },
  reason: string,
): Promise<void> => {
  const { organizationId } = message;
  if (organizationId === null) return;
  await change(ctx, organizationId, async (c) => {
    const [refused] = await c.db.select().from(messages).where(eq(messages.id, message.id));
    const reportId = refused?.data.reportId;
    if (typeof reportId !== 'string') return;
    const data = { organizationId, reportId, instead: reason };
    c.say(...(await toAdministrators(c, { notice: NOTICE, data, subjectId: organizationId })));
  });
};
