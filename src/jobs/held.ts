import { z } from 'zod';
import { drawForgotten } from '../core/delivery/hold.ts';
import { defineJob } from './job.ts';

/** Gives cards their buttons back where the process that took them away is gone. */
export const held = defineJob({
  name: 'held',
  schema: z.object({}),
  cron: '*/15 * * * * *',
  run: async (ctx) => {
    const count = await drawForgotten(ctx);
    if (count > 0) ctx.log.info({ count }, 'cards got their buttons back');
  },
});
