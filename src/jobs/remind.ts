import { z } from 'zod';
import { escalateRequests } from '../core/request/escalate.ts';
import { remindDeciders } from '../core/request/remind.ts';
import { defineJob } from './job.ts';

/** Keeps what waits for a decision in front of people: reminders, and the operators before it expires. */
export const remind = defineJob({
  name: 'remind',
  schema: z.object({}),
  cron: '* * * * *',
  run: async (ctx) => {
    const [escalated, reminded] = [await escalateRequests(ctx), await remindDeciders(ctx)];
    if (escalated + reminded > 0) ctx.log.info({ escalated, reminded }, 'requests wait for a decision');
  },
});
