import { eq, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../db/client.ts';
import { interactions, ledgers } from '../db/schema/index.ts';
import { missingToGive } from './access/cover.ts';
import { evaluate, type Holder, permissionsAt } from './access/evaluate.ts';
import { loadHolders } from './access/holder.ts';
import { modelOf } from './access/models/index.ts';
import type { OwnPermission } from './access/own.ts';
import { chained, insertAudit } from './audit/append.ts';
import type { NewEvent } from './audit/event.ts';
import { databaseTime } from './clock.ts';
import type { Context, Job } from './context.ts';
import { followMessages } from './delivery/follow.ts';
import { DomainError } from './errors.ts';
import { anyScheduled, barScheduled } from './grant/bar.ts';
import { followOffboardings, mayBeStep } from './member/follow-offboardings.ts';
import { messageJobs, messageRows, type NewMessage, writeMessages } from './message.ts';
import type { Organization } from './organization/organization.ts';
import { pipeline } from './pipeline.ts';
import { handOver, mayEndDeciders } from './request/hand-over.ts';
import { followReview, mayEndAccess } from './review/follow.ts';
import { accountNow, noLongerLinked } from './user/account-now.ts';

export type Counter =
  | 'members'
  | 'invitations'
  | 'admins'
  | 'projects'
  | 'serviceAccounts'
  | 'requests'
  | 'findings';

/** Somebody who acts in an organization, with what they may do there at this moment. */
export interface Standing {
  db: Db;
  ctx: Context;
  organization: Organization;
  /** The database's clock. */
  now: Date;
  /** The acting member; undefined for the system and for operators who are no members. */
  me: Holder | undefined;
  operator: boolean;
}

/** One change of one organization: its lock is held, and what is reported here is committed with it or not at all. */
export interface Change extends Standing {
  counters: Readonly<Record<Counter, number>>;
  count(counter: Counter, by: number): void;
  audit(event: NewEvent): void;
  say(...messages: readonly NewMessage[]): void;
  enqueue(...jobs: readonly Job[]): void;
}

type Locked = { slug: string; name: string; model: string; sequence: string | number; hash: string } & Record<
  Counter,
  number
>;

/**
 * Joins an outer transaction where there is one, and claims the delivery, so that a repeated one changes nothing.
 * `begin` goes out with the claim; what it finds counts only once the claim holds.
 */
export const transact = async <T, B = undefined>(
  ctx: Context,
  run: (db: Db, begun: B) => Promise<T>,
  begin?: (db: Db) => Promise<B>,
): Promise<T> =>
  ctx.db.transaction(async (tx) => {
    const db = tx as Db;
    const [, begun] = await pipeline(claim(ctx, db), begin?.(db));
    return run(db, begun as B);
  });

const claim = async (ctx: Context, db: Db): Promise<void> => {
  if (!ctx.interaction) return;
  const claimed = await db
    .insert(interactions)
    .values({ key: ctx.interaction })
    .onConflictDoNothing()
    .returning({ key: interactions.key });
  if (claimed.length === 0) throw new DomainError('duplicate', 'This was done already.');
};

const lockLedger = async (db: Db, organizationId: string): Promise<Locked> => {
  const [row] = rowsOf<Locked>(
    await db.execute(sql`
      select o.slug, o.name, o.model, l.sequence, l.hash, l.members, l.invitations, l.admins, l.projects, l.service_accounts as "serviceAccounts",
        l.requests, l.findings
      from ledgers l join organizations o on o.id = l.organization_id
      where l.organization_id = ${organizationId} for no key update of l`),
  );
  if (!row) throw noSuchOrganization();
  return row;
};

const actingMember = async (
  ctx: Context,
  db: Db,
  organizationId: string,
): Promise<{ now: Date; me: Holder | undefined }> => {
  const who = ctx.actor;
  const { now, holders } =
    who.kind === 'account' && who.userId
      ? await loadHolders(db, organizationId, { ids: [who.userId] })
      : who.kind === 'invitee'
        ? await loadHolders(db, organizationId, { emails: [who.email] })
        : who.kind === 'token'
          ? await loadHolders(db, organizationId, { ids: [who.principalId] })
          : { now: undefined, holders: [] };
  const me = holders[0];
  if (now && me) return { now, me };
  return { now: await databaseTime(db), me: undefined };
};

/**
 * Every change of an organization goes through here: one transaction, the organization's ledger locked first and read
 * afterwards (design.md, section 4), then the change, its audit events, counters, messages and jobs.
 */
export const change = async <T>(
  ctx: Context,
  organizationId: string,
  run: (change: Change) => Promise<T>,
): Promise<T> => {
  // Each statement sees what was committed before it is carried out, so those after the first read under the lock.
  const begin = (db: Db) =>
    pipeline(
      lockLedger(db, organizationId),
      actingMember(ctx, db, organizationId),
      anyScheduled(db, organizationId),
      accountNow(ctx, db),
    );
  const inside = async (
    db: Db,
    [locked, { now, me }, scheduled, { linked, operator }]: Awaited<ReturnType<typeof begin>>,
  ): Promise<T> => {
    if (!linked) throw noLongerLinked();
    const events: NewEvent[] = [];
    const messages: NewMessage[] = [];
    const jobs: Job[] = [];
    const counted: Record<Counter, number> = {
      members: locked.members,
      invitations: locked.invitations,
      admins: locked.admins,
      projects: locked.projects,
      serviceAccounts: locked.serviceAccounts,
      requests: locked.requests,
      findings: locked.findings,
    };
    const c: Change = {
      db,
      ctx,
      now,
      me,
      operator,
      organization: {
        id: organizationId,
        slug: locked.slug,
        name: locked.name,
        model: modelOf(locked.model),
      },
      counters: counted,
      count: (counter, by) => {
        counted[counter] += by;
      },
      audit: (event) => events.push({ ...event, facts: mendingFacts(ctx, event) }),
      say: (...said) => messages.push(...said),
      enqueue: (...more) => jobs.push(...more),
    };
    const result = await run(c);
    if (mayEndDeciders(events)) await handOver(c, events);
    if (mayBeStep(events)) await followOffboardings(c);
    if (mayEndAccess(events)) await followReview(c, events);
    await followMessages(c, events);
    if (scheduled) await barScheduled(c);
    if (counted.admins < 1) throw lastAdmin(locked.name);
    const before = { sequence: Number(locked.sequence), hash: locked.hash };
    const { rows, head } = chained(organizationId, before, ctx.actor, now, events);
    const said = messageRows(messages);
    jobs.push(...messageJobs(said));
    await pipeline(
      insertAudit(db, rows),
      db
        .update(ledgers)
        .set({ ...head, ...counted })
        .where(eq(ledgers.organizationId, organizationId)),
      writeMessages(db, said),
      jobs.length > 0 ? ctx.enqueue(db, jobs) : undefined,
    );
    return result;
  };
  return transact(ctx, inside, begin);
};

const mendingFacts = ({ mends }: Context, { facts }: NewEvent): NewEvent['facts'] =>
  mends ? { ...facts, fixes: mends.finding, rule: mends.rule } : facts;

export const lastAdmin = (organization: string): DomainError =>
  new DomainError('last-admin', `Not changed: ${organization} would be left without an administrator.`, {
    todo: 'Make somebody else an administrator without an end first.',
  });

/** Reads of one organization under the actor's rights; no lock, nothing can be written through it by convention. */
export const look = async <T>(
  ctx: Context,
  organization: Organization,
  run: (standing: Standing) => Promise<T>,
): Promise<T> => {
  const { now, me } = await actingMember(ctx, ctx.db, organization.id);
  const operator = ctx.actor.kind === 'account' && ctx.actor.operator;
  return run({ db: ctx.db, ctx, organization, now, me, operator });
};

/** To strangers another organization is what none is (rule 8). */
const noSuchOrganization = (): DomainError => new DomainError('not-found', 'There is no such organization.');

/** The acting member, active; everything a member does in an organization starts here (rule 3). */
export const activeMember = (standing: Standing): Holder => {
  const { me, organization, operator } = standing;
  if (!me && !operator) throw noSuchOrganization();
  if (!me || me.state === 'removed') {
    throw new DomainError('not-member', `You are not a member of ${organization.name}.`, {
      todo: 'Ask one of its administrators for an invitation.',
    });
  }
  if (me.state === 'deactivated') {
    throw new DomainError('deactivated', `Your membership in ${organization.name} is deactivated.`, {
      todo: 'Ask one of its administrators to reactivate it.',
    });
  }
  return me;
};

export const holds = (standing: Standing, permission: OwnPermission, projectId?: string): boolean =>
  standing.me !== undefined &&
  evaluate(standing.organization.model, standing.me, { permission, projectId }).length > 0;

/** @throws DomainError `not-member`, `deactivated` or `forbidden` */
export const need = (
  standing: Standing,
  permission: OwnPermission,
  what: string,
  projectId?: string,
): Holder => {
  const me = activeMember(standing);
  if (holds(standing, permission, projectId)) return me;
  const roles = me.roles.filter((held) => held.through === 'organization-role').map((held) => held.role);
  throw new DomainError(
    'forbidden',
    `You can't ${what} in ${standing.organization.name}: that needs \`${permission}\`, and you are ${
      roles.join(', ') || 'without an organization role'
    }.`,
    { todo: 'Ask for access, or ask an administrator to do it.', facts: { permission } },
  );
};

/** Rule 5 for the actor, at a scope. @throws DomainError `not-given`, which lists what is missing */
export const needToGive = (
  standing: Standing,
  permissions: readonly string[],
  what: string,
  projectId?: string,
): void => {
  const missing = missingFor(standing, permissions, projectId);
  if (missing.length > 0) {
    throw new DomainError(
      'not-given',
      `Not done: ${what} takes ${list(missing)}, which you may not give here.`,
      {
        todo: 'Ask somebody who holds that access, or request it yourself first.',
        facts: { missing: missing.join(',') },
      },
    );
  }
};

export const missingFor = (
  standing: Pick<Standing, 'organization' | 'operator' | 'me'>,
  permissions: readonly string[],
  projectId?: string,
  giver: Holder | undefined = standing.me,
): string[] =>
  missingToGive(
    standing.organization.model,
    {
      operator: standing.operator && giver === standing.me,
      administers: giver?.state === 'active' && giver.roles.some((held) => held.administers),
      permissions: giver ? permissionsAt(giver, projectId) : [],
    },
    permissions,
  );

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
