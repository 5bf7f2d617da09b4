import { Hono } from 'hono';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export interface QueueDepth {
  queue: string;
  state: string;
  count: number;
  oldestSeconds: number;
}

export interface ScheduleState {
  kind: string;
  nextAt: Date;
  overdue: number;
}

export interface JobProgress {
  name: string;
  lastAt: Date | null;
  nextAt: Date | null;
  late: boolean;
  givenUp: number;
}

export interface Metrics {
  contentType: string;
  render(): Promise<string>;
  /** Counts a message's outcome; `Delivery.counted` of the jobs. */
  messageSettled(platform: string, outcome: 'delivered' | 'edited' | 'failed'): void;
}

/** A registry of its own, so that two apps in one process do not count each other's work. */
export const createMetrics = (
  depths: () => Promise<readonly QueueDepth[]>,
  schedules: () => Promise<readonly ScheduleState[]> = async () => [],
  progress: () => Promise<readonly JobProgress[]> = async () => [],
): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const labelNames = ['queue', 'state'];
  const jobs = new Gauge({
    name: 'rollcall_queue_jobs',
    help: 'Unfinished jobs, by queue and state',
    labelNames,
    registers,
  });
  const age = new Gauge({
    name: 'rollcall_queue_oldest_seconds',
    help: 'How long the oldest job of a queue and state has been due',
    labelNames,
    registers,
  });
  const look = async () => {
    jobs.reset();
    age.reset();
    for (const { queue, state, count, oldestSeconds } of await depths()) {
      jobs.set({ queue, state }, count);
      age.set({ queue, state }, oldestSeconds);
    }
  };
  const next = new Gauge({
    name: 'rollcall_schedule_next_seconds',
    help: 'How long until the next slot of any organization’s schedule, by what it is for',
    labelNames: ['kind'],
    registers,
  });
  const overdue = new Gauge({
    name: 'rollcall_schedules_overdue',
    help: 'Schedules whose slot passed without being done, by what they are for',
    labelNames: ['kind'],
    registers,
  });
  const lookAtSchedules = async () => {
    next.reset();
    overdue.reset();
    for (const state of await schedules()) {
      next.set({ kind: state.kind }, (state.nextAt.getTime() - Date.now()) / 1000);
      overdue.set({ kind: state.kind }, state.overdue);
    }
  };
  const ofJobs = (name: string, help: string) => new Gauge({ name, help, labelNames: ['job'], registers });
  const lastRun = ofJobs('rollcall_job_last_seconds', 'How long ago a job of this kind was done last');
  const nextRun = ofJobs('rollcall_job_next_seconds', 'How long until the next slot of this schedule');
  const late = ofJobs('rollcall_job_late', '1 where the last slot passed ten minutes ago without being done');
  const givenUp = ofJobs(
    'rollcall_job_given_up',
    'Jobs of this kind that were tried to the last, of 30 days',
  );
  const lookAtJobs = async () => {
    for (const gauge of [lastRun, nextRun, late, givenUp]) gauge.reset();
    for (const job of await progress()) {
      if (job.lastAt) lastRun.set({ job: job.name }, (Date.now() - job.lastAt.getTime()) / 1000);
      if (job.nextAt) nextRun.set({ job: job.name }, (job.nextAt.getTime() - Date.now()) / 1000);
      late.set({ job: job.name }, job.late ? 1 : 0);
      givenUp.set({ job: job.name }, job.givenUp);
    }
  };
  const messages = new Counter({
    name: 'rollcall_messages_total',
    help: 'Outgoing messages settled by this process, by platform and outcome',
    labelNames: ['platform', 'outcome'],
    registers,
  });
  return {
    contentType: registry.contentType,
    render: async () => {
      // Without its database the process still tells what it knows of itself.
      await Promise.allSettled([look(), lookAtSchedules(), lookAtJobs()]);
      return registry.metrics();
    },
    messageSettled: (platform, outcome) => messages.inc({ platform, outcome }),
  };
};

export const metricsRoutes = (metrics: Metrics): Hono =>
  new Hono().get('/metrics', async (c) =>
    c.body(await metrics.render(), 200, {
      'Content-Type': metrics.contentType,
      'Cache-Control': 'no-store',
    }),
  );
