import { and, eq, not, or, type SQL, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { baselineHoldings, baselines, baselineTouches } from '../../db/schema/index.ts';
import { currentRoleId, grantIsLive } from '../access/holder.ts';
import { type Change, change, look, need, transact } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import type { Organization } from '../organization/organization.ts';

/**
 * Whose access may not be what the baseline says: whoever was touched since, and those whose roles begin or end by the
 * clock.
 */
export const touchedSince = (organizationId: string): SQL => sql`
  select principal_id from baseline_touches where organization_id = ${organizationId}
  union
  select principal_id from grants where organization_id = ${organizationId} and expires_at <= statement_timestamp()
  union
  select principal_id from grants where organization_id = ${organizationId} and opens_version is not null
  union
  select id from principals where organization_id = ${organizationId} and role_until <= statement_timestamp()`;

/** Who holds what at this moment: a row for whoever holds anything. */
export const holdingsNow = (organizationId: string, which: SQL = sql``): SQL => sql`
  select p.organization_id, p.id as principal_id, ${currentRoleId} as role_id,
    coalesce(array_agg(g.project_id order by g.project_id, g.role_id) filter (where g.role_id is not null), '{}') as project_ids,
    coalesce(array_agg(g.role_id order by g.project_id, g.role_id) filter (where g.role_id is not null), '{}') as role_ids
  from principals p
  left join grants g on g.organization_id = p.organization_id and g.principal_id = p.id and ${grantIsLive}
  where p.organization_id = ${organizationId} and p.state <> 'removed' ${which}
  group by p.organization_id, p.id
  having ${currentRoleId} is not null or count(g.role_id) > 0`;

const write = async (db: Db, holdings: SQL): Promise<unknown> =>
  db.execute(sql`
    insert into baseline_holdings as b (organization_id, principal_id, role_id, project_ids, role_ids) ${holdings}
    on conflict (organization_id, principal_id) do update
      set role_id = excluded.role_id, project_ids = excluded.project_ids, role_ids = excluded.role_ids
      where (b.role_id, b.project_ids, b.role_ids)
        is distinct from (excluded.role_id, excluded.project_ids, excluded.role_ids)`);

export interface Baseline {
  at: Date;
  principals: number;
}

/**
 * Says of everybody's access that this is how it should be; what changes from now on is reported by person. Taken in
 * one statement and without the organization's lock, which a million members would hold up for seconds.
 */
export const acceptBaseline = async (
  ctx: Context,
  organization: Organization,
  input: { reason?: string } = {},
): Promise<Baseline> => {
  const what = 'accept a baseline';
  await look(ctx, organization, async (s) => need(s, 'drift:write', what));
  const here = organization.id;
  const begun = await beginBaseline(ctx, here, what);
  const accepted = transact(ctx, async (db) => {
    // One at a time: one that read later and was written first would lose what was noted between them.
    await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`baseline ${here}`}, 0))`);
    // Before anything is read: what is noted from here on is either in what is read, or stays noted.
    await db.delete(baselineTouches).where(eq(baselineTouches.organizationId, here));
    await write(db, holdingsNow(here));
    await db.execute(sql`
      delete from baseline_holdings b where b.organization_id = ${here}
        and not exists (select from (${holdingsNow(here)}) n where n.principal_id = b.principal_id)`);
    const principals = await db.$count(baselineHoldings, sql`organization_id = ${here}`);
    return change({ ...ctx, db, interaction: undefined }, here, async (c) => {
      need(c, 'drift:write', what);
      const written = await c.db
        .update(baselines)
        .set({ acceptedBy: c.me?.id ?? null, principals, at: c.now, taken: true })
        .where(and(eq(baselines.organizationId, here), or(baselines.taken, begun)))
        .returning({ at: baselines.at });
      if (written.length === 0) throw takenElsewhere(c);
      c.audit({ action: 'baseline.accepted', reason: input.reason, facts: { principals } });
      return { at: c.now, principals };
    });
  });
  return accepted.catch(async (error: unknown) => {
    await ctx.db
      .delete(baselines)
      .where(and(eq(baselines.organizationId, here), not(baselines.taken), begun));
    throw error;
  });
};

const takenElsewhere = (c: Change): DomainError =>
  new DomainError(
    'changed',
    `Not accepted: somebody else is accepting a baseline in ${c.organization.name}.`,
    {
      todo: 'Look at `/org drift show`, then accept again if it still has to be.',
    },
  );

/**
 * From here on what changes is noted: every change of the organization after this one sees that a first baseline is
 * being taken, which is none yet.
 * @returns what tells this beginning from a later one
 */
const beginBaseline = async (ctx: Context, organizationId: string, what: string): Promise<SQL> =>
  change({ ...ctx, interaction: undefined }, organizationId, async (c) => {
    need(c, 'drift:write', what);
    const started = { principals: 0, at: c.now, taken: false };
    await c.db
      .insert(baselines)
      .values({ organizationId, ...started })
      .onConflictDoUpdate({ target: baselines.organizationId, set: started, setWhere: not(baselines.taken) });
    return eq(baselines.at, c.now);
  });

/** Takes the access that one principal has now into the baseline. */
export const adoptHoldings = async (c: Change, principalId: string): Promise<void> => {
  const here = c.organization.id;
  await c.db.execute(sql`
    delete from baseline_holdings where organization_id = ${here} and principal_id = ${principalId}`);
  await write(c.db, holdingsNow(here, sql`and p.id = ${principalId}`));
};

export interface BaselinePlan {
  before: Date | null;
  members: number;
  admins: number;
  grants: number;
  /** Open findings, which a baseline does not settle. */
  open: number;
}

/** What a baseline would hold, and what the last one was, for whoever may accept one. */
export const planBaseline = async (ctx: Context, organization: Organization): Promise<BaselinePlan> =>
  look(ctx, organization, async (s) => {
    need(s, 'drift:write', 'accept a baseline');
    const [row] = rowsOf<BaselinePlan>(
      await s.db.execute(sql`
        select (select at from baselines where organization_id = l.organization_id and taken) as before, l.members, l.admins,
          (select count(*)::int from grants g where g.organization_id = ${organization.id} and ${grantIsLive}) as grants,
          (select count(*)::int from findings where organization_id = ${organization.id} and state = 'open') as open
        from ledgers l where l.organization_id = ${organization.id}`),
    );
    return row ?? { before: null, members: 0, admins: 0, grants: 0, open: 0 };
  });
