import { z } from 'zod';
import { followLink } from '../core/request/follow-link.ts';
import { defineJob } from './job.ts';

/** Hands over what somebody could decide, and cannot since an account of theirs was linked or unlinked. */
export const followLinkJob = defineJob({
  name: 'follow-link',
  schema: z.object({ userId: z.uuid() }),
  run: async (ctx, { userId }) => {
    await followLink(ctx, userId);
  },
});
