import type { Logger } from 'pino';
import type { z } from 'zod';
import type { AccountRef, Context, PlatformName } from '../core/context.ts';
import type { Outgoing } from '../core/delivery/find.ts';
import type { Letter } from '../mail/letter.ts';
import type { Mail } from '../mail/send.ts';
import type { Platform } from '../platforms/platform.ts';
import type { Card } from '../views/card.ts';

/** What the app hands to the jobs that speak: where to say it, and what to say. */
export interface Delivery {
  platforms: Partial<Record<PlatformName, Platform>>;
  mail: Mail;
  /** Draws a message from committed state at the moment of sending; undefined where there is nothing left to say. */
  draw(message: Outgoing): Promise<Card | Letter | undefined>;
  drawHome(account: AccountRef): Promise<Card | undefined>;
  /** Counts for the metrics. */
  counted?(platform: string, outcome: 'delivered' | 'edited' | 'failed'): void;
}

export interface JobContext extends Context {
  delivery: Delivery;
  log: Logger;
}

export interface JobDefinition<Schema extends z.ZodType> {
  name: string;
  schema: Schema;
  /** When it runs by itself, in UTC. Each slot becomes one job however many replicas tick. */
  cron?: string;
  /** How many run at once in this process. */
  lanes?: number;
  /** `few`: somebody is told within minutes that it does not work, rather than after a day. */
  tries?: 'few';
  /** May run twice for one job (a crash after it, before its completion): running it again does no harm. */
  run(ctx: JobContext, data: z.output<Schema>): Promise<void>;
  /** After the last attempt has failed. */
  giveUp?(ctx: JobContext, data: z.output<Schema>, reason: string): Promise<void>;
}

/** A job as the queue sees it: payloads are checked where they enter. */
export interface AnyJob {
  name: string;
  cron: string | undefined;
  lanes: number;
  tries: 'few' | undefined;
  run(ctx: JobContext, payload: unknown): Promise<void>;
  giveUp(ctx: JobContext, payload: unknown, reason: string): Promise<void>;
}

export const defineJob = <Schema extends z.ZodType>(job: JobDefinition<Schema>): AnyJob => ({
  name: job.name,
  cron: job.cron,
  lanes: job.lanes ?? 1,
  tries: job.tries,
  run: async (ctx, payload) => job.run(ctx, job.schema.parse(payload)),
  giveUp: async (ctx, payload, reason) => {
    const { success, data } = job.schema.safeParse(payload);
    if (success) await job.giveUp?.(ctx, data, reason);
  },
});
