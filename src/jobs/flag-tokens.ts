import { z } from 'zod';
import { flagTokens } from '../core/drift/flag-tokens.ts';
import { defineJob } from './job.ts';

/** Finds active tokens of people who are gone, and tells the administrators of the new ones. */
export const flagTokensJob = defineJob({
  name: 'flag-tokens',
  schema: z.object({}),
  cron: '7 * * * *',
  run: async (ctx) => {
    const fresh = await flagTokens(ctx);
    if (fresh > 0) ctx.log.info({ fresh }, 'tokens of people who are gone');
  },
});
