import { z } from 'zod';
import { startReview } from '../core/review/start.ts';
import { slotStands } from '../core/schedule/slot.ts';
import { defineJob } from './job.ts';

/** Begins the access review of one slot of an organization's schedule. */
export const review = defineJob({
  name: 'review',
  schema: z.object({ organizationId: z.uuid(), slot: z.coerce.date() }),
  run: async (ctx, { organizationId, slot }) => {
    if (!(await slotStands(ctx.db, { organizationId, kind: 'review', slot }))) return;
    const started = await startReview(ctx, organizationId, { slot });
    if (!started) ctx.log.info({ organizationId, slot }, 'an access review was passed over');
  },
});
