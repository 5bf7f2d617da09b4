import { z } from 'zod';
import { takeSlots } from '../core/schedule/take.ts';
import { defineJob } from './job.ts';

/** Makes the jobs of the organizations' own schedules. */
export const slots = defineJob({
  name: 'slots',
  schema: z.object({}),
  cron: '* * * * *',
  run: async (ctx) => {
    const taken = await takeSlots(ctx);
    if (taken > 0) ctx.log.info({ taken }, 'schedules are due');
  },
});
