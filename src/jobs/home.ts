import { z } from 'zod';
import { PlatformError } from '../platforms/platform.ts';
import { defineJob } from './job.ts';

/** Redraws somebody's home after a change that concerns them. */
export const home = defineJob({
  name: 'home',
  schema: z.object({
    platform: z.enum(['slack', 'discord']),
    workspaceId: z.string(),
    externalId: z.string().min(1),
  }),
  lanes: 2,
  run: async (ctx, account) => {
    const platform = ctx.delivery.platforms[account.platform];
    if (!platform?.home) return;
    const card = await ctx.delivery.drawHome(account);
    if (!card) return;
    try {
      await platform.home(account, card);
    } catch (error) {
      if (!(error instanceof PlatformError) || error.code === 'later') throw error;
      // A home is drawn again at the next opening, so one that nobody can see is nobody's loss.
      ctx.log.info({ account, reason: error.message }, 'a home could not be drawn');
    }
  },
});
