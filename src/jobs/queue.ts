import { type SQL, sql } from 'drizzle-orm';
import { fromDrizzle, type JobInsert, PgBoss, type Queue as QueueSettings } from 'pg-boss';
import type { Logger } from 'pino';
import { v5 } from 'uuid';
import type { Job } from '../core/context.ts';
import { newId } from '../core/id.ts';
import { type Database, type Db, rowsOf } from '../db/client.ts';
import type { Health } from '../platforms/platform.ts';
import { attempt, DEAD_LETTERS } from './attempt.ts';
import type { AnyJob, JobContext } from './job.ts';

export interface Depth {
  queue: string;
  state: string;
  count: number;
  oldestSeconds: number;
}

/** How one kind of job stands. */
export interface JobState {
  name: string;
  /** When one was done last, of the last hours. */
  lastAt: Date | null;
  /** Due and not done yet, being done, and being tried again. */
  waiting: number;
  running: number;
  retried: number;
  /** Tried to the last, in the last 30 days. */
  givenUp: number;
}

export interface Queue {
  /** Puts jobs in inside the caller's transaction: one insert per queue; they run after the commit, or never were. */
  enqueue(tx: Db, jobs: readonly Job[]): Promise<void>;
  /** One job for a schedule's slot, however many replicas say so. True where this call made it. */
  tick(schedule: string, slot: Date): Promise<boolean>;
  work(job: AnyJob, context: () => JobContext): Promise<void>;
  depths(): Promise<Depth[]>;
  states(): Promise<JobState[]>;
  /** For people: not ok where something was given up. */
  health(): Promise<Health>;
  /** For load balancers: ok where jobs can be put in and taken out. */
  ready(): Promise<Health>;
  /** Lets what is running finish, within ten seconds; whatever does not is tried again by another process. */
  stop(): Promise<void>;
}

/** A second doubling to an hour, with jitter: 37 more tries take over 24 hours. */
const PATIENT = { retryLimit: 37, retryDelay: 1, retryBackoff: true, retryDelayMax: 3600 };

/** Some four minutes, a few killed processes included. */
const FEW = { retryLimit: 8, retryDelay: 2, retryBackoff: true, retryDelayMax: 60 };

/** A schedule's next slot comes soon anyway. */
const IMPATIENT = { retryLimit: 3, retryDelay: 2, retryBackoff: true };

/** A killed process's jobs are claimed again after 10 s without a heartbeat, looked for every 5 s. */
const CLAIM = { heartbeatSeconds: 10, expireInSeconds: 300, deleteAfterSeconds: 3600, notify: true };
const LOOK_SECONDS = 5;
/** The last run of what comes every hour stands there until the next one. */
const SCHEDULED_KEPT_SECONDS = 7200;

const CONNECTIONS = 4;
const STOP_MS = 8000;
const SLOTS = '7d1a2f0e-6f0b-5c1e-9d5b-1f0c3e7a9b42';

/** The id of the one job that a schedule's slot becomes. */
export const slotJobId = (schedule: string, slot: Date): string =>
  v5(`${schedule} ${slot.toISOString()}`, SLOTS);

const UNREACHABLE: Health = { name: 'queue', ok: false, detail: 'The queue does not answer.' };

const settings = (job: AnyJob): Omit<QueueSettings, 'name'> => ({
  ...CLAIM,
  ...(job.cron
    ? { ...IMPATIENT, policy: 'standard', deleteAfterSeconds: SCHEDULED_KEPT_SECONDS }
    : { ...(job.tries === 'few' ? FEW : PATIENT), policy: 'key_strict_fifo' }),
  deadLetter: DEAD_LETTERS,
});

/**
 * Jobs in Postgres. The jobs of one key run one after the other, in the order of their transactions; one that fails
 * holds back its own key alone.
 */
export const createQueue = async (parts: {
  database: Database;
  log: Logger;
  jobs: readonly AnyJob[];
}): Promise<Queue> => {
  const { database, log } = parts;
  const boss = new PgBoss({
    ...database.queue,
    max: CONNECTIONS,
    schedule: false,
    useListenNotify: true,
    superviseIntervalSeconds: LOOK_SECONDS,
    monitorIntervalSeconds: LOOK_SECONDS,
  });
  boss.on('error', (error) => log.error({ err: error }, 'the queue reports an error'));
  boss.on('warning', ({ message }) => log.warn({ warning: message }, 'the queue reports a warning'));
  await boss.start();
  await boss.createQueue(DEAD_LETTERS, { retryLimit: 0, retentionSeconds: 30 * 86_400 });
  for (const job of parts.jobs) {
    const { policy: _fixed, ...changeable } = settings(job);
    await boss.createQueue(job.name, settings(job));
    await boss.updateQueue(job.name, changeable);
    // On the embedded database the first insert of a queue inside a transaction would look the queue up outside it
    // and wait for itself for ever; an empty one now leaves the queue in pg-boss's cache.
    await boss.insert(job.name, []);
  }
  const depths = async (): Promise<Depth[]> =>
    rowsOf<Depth>(
      await database.db.execute(sql`
        select name as queue, state::text as state, count(*)::int as count,
          greatest(0, extract(epoch from clock_timestamp() - min(start_after)))::int as "oldestSeconds"
        from pgboss.job where state < 'completed' group by 1, 2 order by 1, 2`),
    );

  const named = (which: (job: AnyJob) => boolean) =>
    sql`${sql.param(parts.jobs.filter(which).map(({ name }) => name))}::text[]`;
  // The last one of a queue is the one of the newest id; of a schedule, whose ids do not rise, there are few.
  const states = async (): Promise<JobState[]> =>
    rowsOf<JobState>(
      await database.db.execute(sql`
        select q.name, case when q.name = any(${named(({ cron }) => cron !== undefined)})
            then (select max(j.completed_on) from pgboss.job j where j.name = q.name and j.state = 'completed')
            else (select j.completed_on from pgboss.job j where j.name = q.name and j.state = 'completed'
              order by j.id desc limit 1) end as "lastAt",
          coalesce(w.waiting, 0)::int as waiting, coalesce(w.running, 0)::int as running,
          coalesce(w.retried, 0)::int as retried,
          (select count(*)::int from pgboss.job d where d.name = ${DEAD_LETTERS} and d.data ->> 'job' = q.name)
            as "givenUp"
        from unnest(${named(() => true)}) with ordinality q(name, place)
        left join (
          select name, count(*) filter (where state = 'created' and start_after <= clock_timestamp()) as waiting,
            count(*) filter (where state = 'active') as running, count(*) filter (where state = 'retry') as retried
          from pgboss.job where state < 'completed' group by name) w on w.name = q.name
        order by q.place`),
    );

  return {
    depths,
    states,
    enqueue: async (tx, jobs) => {
      for (const [name, rows] of Map.groupBy(jobs, (job) => job.queue)) {
        await boss.insert(name, rows.map(asInsert), { db: inside(tx) });
      }
    },
    tick: async (schedule, slot) => {
      const made = await boss.insert(schedule, [{ id: slotJobId(schedule, slot), data: {} }], {
        returnId: true,
      });
      return made !== null;
    },
    work: async (job, context) => {
      for (let lane = 0; lane < job.lanes; lane += 1) await openLane(boss, job, context, lane);
    },
    health: async () => {
      const counted = await depths().catch(() => undefined);
      if (!counted) return UNREACHABLE;
      const count = (wanted: (depth: Depth) => boolean) =>
        counted.filter(wanted).reduce((total, depth) => total + depth.count, 0);
      const dead = count(({ queue }) => queue === DEAD_LETTERS);
      const waiting = count(({ queue, state }) => queue !== DEAD_LETTERS && state === 'created');
      const retried = count(({ queue, state }) => queue !== DEAD_LETTERS && state === 'retry');
      return {
        name: 'queue',
        ok: dead === 0,
        detail: `${waiting} waiting, ${retried} being tried again, ${dead} given up`,
      };
    },
    ready: () =>
      depths().then(
        () => ({ name: 'queue', ok: true, detail: 'The queue answers.' }),
        () => UNREACHABLE,
      ),
    stop: async () => boss.stop({ graceful: true, timeout: STOP_MS }),
  };
};

const inside = (tx: Db) =>
  fromDrizzle({ execute: async (query) => ({ rows: rowsOf(await tx.execute(query as SQL)) }) }, sql);

/** Ids rise with time: the jobs that one transaction puts in share its time stamp, and the id keeps them in order. */
const asInsert = (job: Job): JobInsert => {
  const id = newId();
  return {
    id,
    data: job.data,
    singletonKey: job.key ?? id,
    ...(job.startAfterSeconds ? { startAfter: job.startAfterSeconds } : {}),
  };
};

/**
 * Every lane wakes at a notification. The first one also looks by itself: for what is due to be tried again, and more
 * often where notifications do not come through (a pooler).
 */
const openLane = async (
  boss: PgBoss,
  job: AnyJob,
  context: () => JobContext,
  lane: number,
): Promise<void> => {
  const options = {
    includeMetadata: true,
    perJobResults: true,
    pollingIntervalSeconds: lane === 0 ? 0.5 : 10,
    notifyPollingIntervalSeconds: lane === 0 ? 2 : 30,
  } as const;
  const worker = await boss.work<object, unknown, typeof options>(job.name, options, async ([claimed]) => {
    if (!claimed) return [];
    const result = await attempt(boss, job, context(), claimed);
    // The next job of this key was held back until now, and nothing else will announce it.
    boss.notifyWorker(worker);
    return [result];
  });
};
