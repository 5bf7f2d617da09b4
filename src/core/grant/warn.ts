import { and, eq, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { grants, principals } from '../../db/schema/index.ts';
import { currentRoleId, grantIsLive, loadHolder } from '../access/holder.ts';
import { type Change, change } from '../change.ts';
import type { Context } from '../context.ts';
import { inEachOrganization } from '../each-organization.ts';
import { directMessages } from '../message.ts';
import { requestName } from '../request/find.ts';
import { keyOf } from './bar.ts';
import { warnAt } from './warn-at.ts';

interface Ending {
  principal_id: string;
  role: string | null;
  until: string | Date | null;
  /** It is held at this moment, by somebody active. */
  live: boolean;
  request_id: string | null;
  number: number | null;
}

type EndingGrant = Ending & { project_id: string; role_id: string; project: string };

/**
 * Tells holders a day and an hour before their access ends, with a way to keep it and one to give it back. A warning
 * and the mark that it was given are one change, so neither a crash nor a second replica tells anybody twice; warnings
 * that a stopped scheduler has missed are given as one.
 */
export const warnEnds = async (ctx: Context): Promise<number> => {
  const due = rowsOf<{ organizationId: string }>(
    await ctx.db.execute(sql`
      select organization_id as "organizationId" from grants where warn_at <= statement_timestamp()
      union select organization_id from principals where role_warn_at <= statement_timestamp()`),
  );
  return inEachOrganization(due, (organizationId) =>
    change(ctx, organizationId, async (c) => (await warnOfGrants(c)) + (await warnOfRoles(c))),
  );
};

/** The actor's own request that gave it, which Extend and Return then name. */
const ownRequest = sql.raw(
  `q.state = 'approved' and q.kind in ('access', 'break-glass') and q.requester_id = p.id`,
);

const warnOfGrants = async (c: Change): Promise<number> => {
  const rows = rowsOf<EndingGrant>(
    await c.db.execute(sql`
      select g.principal_id, g.project_id, g.role_id, r.name as role, pr.name as project, g.expires_at as until, q.id as request_id, q.number,
        p.state = 'active' and ${grantIsLive} as live
      from grants g
      join principals p on p.organization_id = g.organization_id and p.id = g.principal_id
      join roles r on r.organization_id = g.organization_id and r.id = g.role_id
      join projects pr on pr.organization_id = g.organization_id and pr.id = g.project_id
      left join requests q on q.organization_id = g.organization_id and q.id = g.request_id and ${ownRequest}
      where g.organization_id = ${c.organization.id} and g.warn_at <= statement_timestamp()`),
  );
  for (const row of rows) {
    const key = { principalId: row.principal_id, projectId: row.project_id, roleId: row.role_id };
    await c.db
      .update(grants)
      .set({ warnAt: nextWarning(c, row) })
      .where(keyOf(c, key));
    await tell(c, row, row.project);
  }
  return rows.length;
};

const warnOfRoles = async (c: Change): Promise<number> => {
  const rows = rowsOf<Ending>(
    await c.db.execute(sql`
      select p.id as principal_id, r.name as role, p.role_until as until, q.id as request_id, q.number,
        p.state = 'active' and p.role_until > clock_timestamp() as live
      from principals p
      left join roles r on r.organization_id = p.organization_id and r.id = ${currentRoleId}
      left join lateral (select q.id, q.number from requests q where q.organization_id = p.organization_id and ${ownRequest}
        and q.role_id = p.role_id and q.project_id is null order by q.number desc limit 1) q on true
      where p.organization_id = ${c.organization.id} and p.role_warn_at <= statement_timestamp()`),
  );
  for (const row of rows) {
    await c.db
      .update(principals)
      .set({ roleWarnAt: nextWarning(c, row) })
      .where(and(eq(principals.organizationId, c.organization.id), eq(principals.id, row.principal_id)));
    await tell(c, row, null);
  }
  return rows.length;
};

/** What is warned of now was long enough for it: those that are left are later ones. */
const nextWarning = (c: Change, { until }: Ending): Date | null =>
  warnAt(new Date(0), until === null ? null : new Date(until), c.now);

const tell = async (c: Change, ending: Ending, project: string | null): Promise<void> => {
  if (!ending.live || ending.until === null) return;
  const { principal_id: holderId, request_id: requestId, number, role } = ending;
  const holder = requestId === null ? await loadHolder(c.db, c.organization.id, holderId) : undefined;
  const data = {
    organizationId: c.organization.id,
    email: holder?.email,
    requestId,
    request: number === null ? null : requestName({ number }),
    role,
    project,
    until: new Date(ending.until).toISOString(),
  };
  c.say(
    ...(await directMessages(c.db, c.organization.id, [holderId], {
      notice: 'access-ending',
      data,
      subjectId: requestId ?? c.organization.id,
    })),
  );
};
