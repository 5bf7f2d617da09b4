import { expect } from 'vitest';
import { slotJobId } from '../../../src/jobs/queue.ts';
import { EVERY_MS, hurried } from './hurry.ts';
import { CHANNEL, type Scene, ZONES } from './scene.ts';
import { REPORT_MS, WORK } from './work.ts';

/** A replica that was there for so long around a slot has made its job. */
const AROUND_MS = 2500;
/** The first replica ticks before it says that it is ready. */
const STARTING_MS = 60_000;

interface Span {
  from: Date;
  to: Date;
  missed: Date;
}

const slotsIn = ({ from, to }: Span, every: number): Date[] => {
  const first = Math.ceil(from.getTime() / every) * every;
  const count = Math.max(0, Math.floor((to.getTime() - first) / every) + 1);
  return Array.from({ length: count }, (_, index) => new Date(first + index * every));
};

/**
 * Nothing waits to be ended or said, and no job is unfinished that is due or that will be tried again. What fell due
 * last waits for the next tick.
 */
export const waiting = async ({ sql }: Scene): Promise<number> => {
  const [row] = await sql<{ waiting: number }[]>`
    select (select count(*) from messages where state = 'queued')::int
      + (select count(*) from invitations where state = 'pending')::int
      + (select count(*) from pgboss.job
          where state < 'completed' and (state = 'retry' or start_after <= now()))::int as waiting`;
  return row?.waiting ?? Number.NaN;
};

/** A schedule that was changed by hand is taken up at a next tick; what passed until then is caught up by one. */
const TAKEN_UP_MS = 60_000;

/**
 * The slots that still have no report, the one that stands for those that were missed included, and the review that has
 * not begun: a schedule that is deleted before then has no slots.
 */
export const missing = async ({ sql }: Scene, span: Span): Promise<string[]> => {
  const rows = await sql<{ slug: string; slots: Date[] }[]>`
    select o.slug, coalesce(array_agg(r.slot) filter (where r.slot is not null), '{}') as slots
    from organizations o left join drift_reports r on r.organization_id = o.id group by o.slug`;
  const [begun] = await sql`select from reviews`;
  const reports = rows.flatMap(({ slug, slots }) => {
    const made = new Set(slots.map((slot) => slot.getTime()));
    const first = Math.min(
      span.from.getTime() + TAKEN_UP_MS,
      ...[...made].filter((slot) => slot > span.from.getTime()),
    );
    return [span.missed, ...slotsIn({ ...span, from: new Date(first) }, REPORT_MS)]
      .filter((slot) => !made.has(slot.getTime()))
      .map((slot) => `${slug} ${slot.toISOString()}, taken up at ${new Date(first).toISOString()}`);
  });
  return begun ? reports : [...reports, 'the review'];
};

const complaints = (replicas: Scene['replicas']): string =>
  replicas
    .flatMap(({ child }) => child.lines)
    .filter((line) => /a schedule reports|could not become a job/.test(line))
    .join('\n');

/** Every slot of the installation's schedules became one job, as long as anybody was there to make it. */
export const judgeTicks = async ({ sql, replicas }: Scene, span: Span): Promise<number> => {
  const there = (slot: number) =>
    replicas.some(({ readyAt, killedAt }) => readyAt <= slot - AROUND_MS && killedAt >= slot + AROUND_MS);
  const slots = slotsIn(span, EVERY_MS);
  const began = new Date(Math.min(...replicas.map(({ readyAt }) => readyAt)) - STARTING_MS);
  const every = slotsIn({ ...span, from: began, to: new Date() }, EVERY_MS);
  for (const name of hurried) {
    const jobs = await sql<{ id: string; state: string }[]>`
      select id, state::text from pgboss.job where name = ${name}`;
    const made = new Set(jobs.map(({ id }) => id));
    const known = new Set(every.map((slot) => slotJobId(name, slot)));
    expect(
      [...made].filter((id) => !known.has(id)),
      `${name}: jobs of no slot`,
    ).toEqual([]);
    const lost = slots.filter((slot) => there(slot.getTime()) && !made.has(slotJobId(name, slot)));
    expect(lost, `${name}: slots that nobody took\n${complaints(replicas)}`).toEqual([]);
    const due = await sql`select id from pgboss.job where name = ${name} and state <> 'completed'
      and created_on < ${span.to}`;
    expect([...due], `${name}: unfinished`).toEqual([]);
  }
  return slots.length;
};

/** Each slot of each organization brought one report, the missed ones one together, and each new report one message. */
export const judgeReports = async (
  { sql, side }: Scene,
  span: Span,
): Promise<{ reports: number; posted: number }> => {
  const rows = await sql<{ slug: string; name: string; slot: Date; fingerprint: string }[]>`
    select o.slug, o.name, r.slot, r.fingerprint from drift_reports r
    join organizations o on o.id = r.organization_id order by r.id`;
  let posted = 0;
  for (const slug of Object.keys(ZONES)) {
    const mine = rows.filter((row) => row.slug === slug);
    const slots = mine.map(({ slot }) => slot.getTime());
    expect(new Set(slots).size, `${slug}: a slot with two reports`).toBe(slots.length);
    expect(
      slots.filter((slot) => slot < span.from.getTime()),
      `${slug}: caught up`,
    ).toEqual([span.missed.getTime()]);
    const changes = mine.filter(
      ({ fingerprint }, index) => fingerprint !== mine[index - 1]?.fingerprint,
    ).length;
    const said =
      await sql`select m.id, m.state from messages m join organizations o on o.id = m.organization_id
      where o.slug = ${slug} and m.notice = 'drift-report'`;
    expect(said.length, `${slug}: reports that say something new`).toBe(changes);
    expect(said.filter(({ state }) => state !== 'sent')).toEqual([]);
    const title = `Drift report · ${mine[0]?.name} · `;
    const shown = side.shown('ben').filter(({ place, text }) => place === CHANNEL && text.includes(title));
    expect(shown.length, `${slug}: reports in the channel`).toBe(changes);
    posted += changes;
  }
  return { reports: rows.length, posted };
};

/** What time ended, who is gone and what waits was told once each. */
export const judgeWork = async ({ sql, side }: Scene): Promise<void> => {
  const one = async (query: Promise<{ n: number }[]>) => (await query)[0]?.n;
  expect(await one(sql`select count(*)::int as n from invitations where state = 'pending'`)).toBe(0);
  const told = (notice: string) =>
    sql<{ n: number; messages: number }[]>`select coalesce(sum((data ->> 'count')::int), 0)::int as n,
      count(*)::int as messages from messages where notice = ${notice}`;
  const audited = sql<
    { n: number }[]
  >`select coalesce(sum((event::jsonb #>> '{facts,count}')::int), 0)::int as n
    from audit where action = 'invitation.expired'`;
  expect(await one(audited)).toBe(WORK.invitations);
  const [expired] = await told('invitations-expired');
  expect(expired?.n).toBe(WORK.invitations);
  const digests = side.shown('ada').filter(({ place, text }) => place === 'direct' && /expired/i.test(text));
  expect(digests.length, 'digests of expired invitations').toBe(expired?.messages);
  const [flagged] = await told('tokens-flagged');
  expect(flagged?.n, 'tokens told of').toBe(WORK.tokens);
  for (const notice of ['requests-waiting', 'review']) {
    const heard = await sql`select recipient, state, data, created_at from messages where notice = ${notice}`;
    expect([...heard], notice).toHaveLength(1);
  }
  expect(await one(sql`select count(*)::int as n from reviews`)).toBe(1);
  expect(await one(sql`select count(*)::int as n from messages where state <> 'sent'`), 'outbox').toBe(0);
  expect(await one(sql`select count(*)::int as n from pgboss.job where name = 'dead-letters'`)).toBe(0);
};
