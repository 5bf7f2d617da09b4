import { and, asc, eq, ne, type SQL, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { connections, driftReports, findings } from '../../db/schema/index.ts';
import { type Change, change, holds, need } from '../change.ts';
import type { Context } from '../context.ts';
import { instantOf } from '../drift/rule.ts';
import { type DriftRun, runAndRead } from '../drift/run.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../id.ts';
import { toAdministrators } from '../member/administrators.ts';
import { directMessages, type NewMessage, type Said } from '../message.ts';
import type { Organization } from '../organization/organization.ts';
import { slotDone } from '../schedule/slot.ts';
import { postReport } from './post.ts';
import { inChannels } from './recipients.ts';
import { fingerprintOf, NOTICE, type Report, type ReportFacts, reportsUpTo } from './report.ts';

/** How many findings stand in a report themselves; the rest is a press away. */
const TOP = 6;
const TOP_CHANGED = 4;
/** The rule that compares with the baseline. */
const CHANGED = 'access-changed';

/** A channel of the workspace that the report is asked for in. */
interface Channel {
  workspaceId: string;
  id: string;
}

export interface Reported {
  report: Report;
  /** Channels that got a new message, and those whose last one says the same and has a new date now. */
  posted: string[];
  unchanged: string[];
  /** It went to whoever asked, directly. */
  toCaller: boolean;
}

/**
 * Evaluates all rules now and says what they found: in the channel that is named, else in the drift channel of every
 * connected workspace, else to whoever asks, and a scheduled one to the administrators. A slot brings one report.
 */
export const makeReport = async (
  ctx: Context,
  organization: Organization,
  input: { slot?: Date; channel?: Channel },
): Promise<Reported | undefined> => {
  const { run, read } = await runAndRead(ctx, organization, (db, unreadable) =>
    readReport(db, organization.id, unreadable),
  );
  return change(ctx, organization.id, async (c) => {
    const system = c.ctx.actor.kind === 'system';
    if (!system) need(c, 'drift:read', 'see what has drifted');
    if (input.channel) need(c, 'drift:write', 'post a drift report in a channel');
    const report = await keepReport(c, factsOf(run, read), read.fingerprint, input.slot);
    if (input.slot) {
      await slotDone(
        c.db,
        { organizationId: organization.id, kind: 'drift-report', slot: input.slot },
        c.now,
      );
    }
    if (!report) return undefined;
    const said: Said = {
      notice: NOTICE,
      data: { organizationId: organization.id, reportId: report.id },
      subjectId: organization.id,
    };
    const channels = input.channel ? [await inChannel(c, said, input.channel)] : await mine(c, said);
    if (channels.length === 0 && !system) {
      const me = c.me ? [c.me.id] : [];
      c.say(...(await directMessages(c.db, organization.id, me, said)));
      return { report, posted: [], unchanged: [], toCaller: true };
    }
    const places = channels.length > 0 ? channels : await toAdministrators(c, said);
    const { posted, unchanged } = await postReport(c, report, places);
    const named = (all: readonly NewMessage[]) => all.map(({ recipient }) => recipient.id);
    return { report, posted: named(posted), unchanged: named(unchanged), toCaller: false };
  });
};

/** Whoever may not post has the report sent to them instead. */
const mine = async (c: Change, said: Said): Promise<NewMessage[]> =>
  c.ctx.actor.kind === 'system' || holds(c, 'drift:write') ? inChannels(c, said) : [];

/** @throws DomainError `wrong-state` where the organization is not connected to the workspace */
const inChannel = async (c: Change, said: Said, { workspaceId, id }: Channel): Promise<NewMessage> => {
  const organizationId = c.organization.id;
  const [connection] = await c.db
    .select({ platform: connections.platform })
    .from(connections)
    .where(and(eq(connections.organizationId, organizationId), eq(connections.workspaceId, workspaceId)));
  if (connection) {
    const { platform } = connection;
    return { ...said, organizationId, platform, workspaceId, recipient: { kind: 'channel', id } };
  }
  throw new DomainError(
    'wrong-state',
    `No report was made: ${c.organization.name} is not connected to this workspace.`,
    { todo: 'Type it in a workspace that it is connected to.' },
  );
};

type Read = Pick<ReportFacts, 'top' | 'changed' | 'since'> & { fingerprint: string };

/** Without the organization's lock: a million open findings take a while, and nobody else should wait for it. */
const readReport = async (db: Db, organizationId: string, unreadable: readonly string[]): Promise<Read> => {
  const [before] = await reportsUpTo(db, organizationId, 1);
  const top = (which: SQL, most: number) => topFindings(db, organizationId, which, most);
  return {
    top: await top(ne(findings.rule, CHANGED), TOP),
    changed: await top(eq(findings.rule, CHANGED), TOP_CHANGED),
    since: before && { at: before.at, ...(await differences(db, organizationId, countedAt(before))) },
    fingerprint: await fingerprintOf(db, organizationId, unreadable),
  };
};

const factsOf = (run: DriftRun, { top, changed, since }: Read): ReportFacts => ({
  at: run.at,
  milliseconds: run.milliseconds,
  members: run.members,
  tokens: run.tokens,
  unreadable: [...run.unreadable],
  counts: { ...run.counts },
  top,
  changed,
  since,
});

/** @returns undefined where the slot has brought its report already */
const keepReport = async (
  c: Change,
  facts: ReportFacts,
  fingerprint: string,
  slot: Date | undefined,
): Promise<Report | undefined> => {
  const organizationId = c.organization.id;
  const [kept] = await c.db
    .insert(driftReports)
    .values({
      organizationId,
      id: newId(),
      slot: slot ?? null,
      askedBy: c.me?.id ?? null,
      fingerprint,
      facts: { ...facts },
    })
    .onConflictDoNothing()
    .returning();
  if (!kept) return undefined;
  c.audit({
    action: 'drift.reported',
    facts: {
      ...facts.counts,
      incomplete: facts.unreadable.length > 0,
      scheduled: slot?.toISOString() ?? null,
    },
  });
  return { ...facts, id: kept.id, fingerprint, createdAt: kept.createdAt };
};

const topFindings = async (db: Db, organizationId: string, which: SQL, most: number): Promise<number[]> => {
  const rows = await db
    .select({ number: findings.number })
    .from(findings)
    .where(and(eq(findings.organizationId, organizationId), eq(findings.state, 'open'), which))
    .orderBy(asc(findings.severity), asc(findings.number))
    .limit(most);
  return rows.map(({ number }) => number);
};

/** What a run finds is written down before it counts, so what is new came after that. */
const countedAt = ({ at, milliseconds }: Report): Date => new Date(at.getTime() + milliseconds);

/** What came and went in between stood in no report. */
const differences = async (
  db: Db,
  organizationId: string,
  since: Date,
): Promise<{ opened: number; resolved: number }> => {
  const then = instantOf(since);
  const [row] = rowsOf<{ opened: number; resolved: number }>(
    await db.execute(sql`
      select count(*) filter (where state = 'open' and first_seen > ${then})::int as opened,
        count(*) filter (where state = 'resolved' and resolved_at > ${then} and first_seen <= ${then})::int as resolved
      from findings where organization_id = ${organizationId}`),
  );
  return row ?? { opened: 0, resolved: 0 };
};
