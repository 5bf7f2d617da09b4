import type { JobResult, JobWithMetadata, PgBoss } from 'pg-boss';
import { ZodError } from 'zod';
import { PlatformError } from '../platforms/platform.ts';
import type { AnyJob, JobContext } from './job.ts';

/** Where jobs end that were tried to the last; `health()` counts them. */
export const DEAD_LETTERS = 'dead-letters';

/** Waiting for a rate limit costs no attempt, but not for ever: afterwards each wait counts as one. */
const PATIENCE_MS = 72 * 3600 * 1000;

const reasonOf = (error: unknown): string => {
  if (error instanceof PlatformError) return error.message;
  if (error instanceof ZodError) return 'The payload is malformed.';
  return error instanceof Error ? error.name : 'Unknown error';
};

/**
 * Runs a job once and says how it ends. A job of an ordered queue never ends `failed`, because pg-boss would hold its
 * key back for ever: what was tried to the last is copied to the dead letters and completed, and the next goes.
 */
export const attempt = async (
  boss: PgBoss,
  job: AnyJob,
  ctx: JobContext,
  claimed: JobWithMetadata<object>,
): Promise<JobResult> => {
  try {
    await job.run(ctx, claimed.data);
    return { id: claimed.id, status: 'completed' };
  } catch (error) {
    const reason = reasonOf(error);
    const last = error instanceof ZodError || claimed.retryCount >= claimed.retryLimit;
    ctx.log[last ? 'error' : 'warn'](
      { err: error, job: job.name, id: claimed.id, attempt: claimed.retryCount + 1 },
      last ? 'a job was given up' : 'a job failed and will be tried again',
    );
    if (last) {
      await job.giveUp(ctx, claimed.data, reason);
      await boss.send(DEAD_LETTERS, { job: job.name, id: claimed.id, data: claimed.data, reason });
      return { id: claimed.id, status: 'completed', output: { reason } };
    }
    if (error instanceof PlatformError && error.retryAfterSeconds !== undefined) {
      await waitAsTold(boss, job, claimed, reason, error.retryAfterSeconds);
    }
    return { id: claimed.id, status: 'failed', output: { reason } };
  }
};

/** Puts the job back at the head of its key until the platform wants it. The caller's own `failed` finds it settled. */
const waitAsTold = async (
  boss: PgBoss,
  job: AnyJob,
  claimed: JobWithMetadata<object>,
  reason: string,
  seconds: number,
): Promise<void> => {
  const patient = Date.now() - claimed.createdOn.getTime() < PATIENCE_MS;
  await boss.fail(job.name, { id: claimed.id, retryCount: claimed.retryCount }, { reason });
  await boss.update(job.name, undefined, {
    id: claimed.id,
    startAfter: Math.max(seconds, 0),
    ...(patient ? { retryLimit: claimed.retryLimit + 1 } : {}),
  });
};
