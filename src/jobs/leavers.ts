import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { listPresences, type Presence } from '../core/member/list-leavers.ts';
import { noticeLeaver, noticeReturn } from '../core/member/notice-leaver.ts';
import { type Platform, PlatformError } from '../platforms/platform.ts';
import { defineJob, type JobContext } from './job.ts';

/** The queue gives a job five minutes. */
const BUDGET_MS = 240_000;
const PACE_MS = 100;
const LONGEST_WAIT_S = 30;

/** Looks for people who are gone from a workspace, where the platform does not tell or nobody was there to hear it. */
export const leavers = defineJob({
  name: 'leavers',
  schema: z.object({}),
  cron: '17 * * * *',
  run: async (ctx) => {
    const until = Date.now() + BUDGET_MS;
    const platforms = Object.values(ctx.delivery.platforms).filter((platform) => platform !== undefined);
    for (const platform of platforms) {
      const all = await listPresences(ctx, platform.name, { everybody: !platform.tellsOfLeavers });
      const closed = new Set<string>();
      for (const [index, presence] of all.entries()) {
        if (closed.has(presence.workspaceId)) continue;
        if (Date.now() > until) {
          const left = all.length - index;
          ctx.log.warn({ platform: platform.name, left }, 'not everybody could be looked for');
          return;
        }
        if (!(await look(ctx, platform, presence))) closed.add(presence.workspaceId);
        await delay(PACE_MS, undefined, { ref: false });
      }
    }
  },
});

/** @returns false where the workspace itself is closed to us */
const look = async (ctx: JobContext, platform: Platform, presence: Presence): Promise<boolean> => {
  const { account, workspaceId, gone } = presence;
  try {
    const there = await platform.isThere(workspaceId, account.externalId);
    if (there && gone) await noticeReturn(ctx, account, workspaceId);
    if (!there && !gone) await noticeLeaver(ctx, account, workspaceId);
    return true;
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    const wait = error.retryAfterSeconds ?? 0;
    if (error.code === 'later' && wait > LONGEST_WAIT_S) throw error;
    const facts = { platform: platform.name, workspaceId, problem: error.message };
    ctx.log.warn(facts, 'somebody could not be looked for');
    await delay(wait * 1000, undefined, { ref: false });
    return error.code === 'later';
  }
};
