import { sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import type { AccountRef } from './context.ts';

const EVERY = 60_000;

/** A decision that went somebody's way, and the grants that made it so. */
export interface Use {
  organizationId: string;
  principalId: string;
  grants: readonly { projectId: string; roleId: string }[];
}

/** Somebody did something in chat. */
export interface Act extends AccountRef {
  /** Where they did it, which for some accounts is no part of who they are. */
  actsIn: string;
  userId: string | undefined;
}

export interface Uses {
  used(use: Use): void;
  acted(act: Act): void;
  /** Writes what was noted since the last time. */
  flush(): Promise<void>;
  start(failed: (error: unknown) => void): void;
  stop(): Promise<void>;
}

/**
 * Keeps in memory what access was used, and writes each thing's last use once a minute at most, all of a kind in one
 * statement. Rows that a change holds are left for the next use: this must never wait, nor be waited for. Being asked
 * about is no use; an allowed decision is one of whoever it was about, and of the grants that allowed it.
 */
export const createUses = (db: Db): Uses => {
  let principals = new Map<string, Use>();
  let grants = new Map<string, readonly string[]>();
  let acts = new Map<string, Act>();
  let timer: NodeJS.Timeout | undefined;

  const column = (rows: readonly (readonly string[])[], at: number) =>
    sql.param(rows.map((row) => row[at] ?? ''));

  const flushPrincipals = async (uses: readonly Use[]): Promise<void> => {
    if (uses.length === 0) return;
    const rows = uses.map(({ organizationId, principalId }) => [organizationId, principalId]);
    await db.execute(sql`
      with due as (
        select p.organization_id, p.id from principals p
        join unnest(${column(rows, 0)}::uuid[], ${column(rows, 1)}::uuid[]) as u(organization_id, id) using (organization_id, id)
        for no key update of p skip locked
      )
      update principals p set last_used_at = clock_timestamp() from due
      where p.organization_id = due.organization_id and p.id = due.id`);
  };

  const flushGrants = async (rows: readonly (readonly string[])[]): Promise<void> => {
    if (rows.length === 0) return;
    await db.execute(sql`
      with due as (
        select g.organization_id, g.principal_id, g.project_id, g.role_id from grants g
        join unnest(${column(rows, 0)}::uuid[], ${column(rows, 1)}::uuid[], ${column(rows, 2)}::uuid[], ${column(rows, 3)}::uuid[])
          as u(organization_id, principal_id, project_id, role_id) using (organization_id, principal_id, project_id, role_id)
        for no key update of g skip locked
      )
      update grants g set last_used_at = clock_timestamp() from due
      where g.organization_id = due.organization_id and g.principal_id = due.principal_id
        and g.project_id = due.project_id and g.role_id = due.role_id`);
  };

  const flushActs = async (rows: readonly Act[]): Promise<void> => {
    if (rows.length === 0) return;
    const texts = rows.map(({ platform, actsIn, externalId }) => [platform, actsIn, externalId]);
    await db.execute(sql`
      insert into presences as s (platform, workspace_id, external_id, last_used_at)
      select u.platform, u.workspace_id, u.external_id, clock_timestamp()
      from unnest(${column(texts, 0)}::text[], ${column(texts, 1)}::text[], ${column(texts, 2)}::text[])
        as u(platform, workspace_id, external_id)
      join workspaces w on w.platform = u.platform and w.id = u.workspace_id
      on conflict (platform, workspace_id, external_id) do update set last_used_at = excluded.last_used_at`);
    const linked = rows.flatMap(({ platform, actsIn, userId }) =>
      userId ? [[platform, actsIn, userId]] : [],
    );
    if (linked.length === 0) return;
    await db.execute(sql`
      with due as (
        select p.organization_id, p.id
        from unnest(${column(linked, 0)}::text[], ${column(linked, 1)}::text[], ${column(linked, 2)}::uuid[])
          as u(platform, workspace_id, user_id)
        join connections c on c.platform = u.platform and c.workspace_id = u.workspace_id
        join principals p on p.organization_id = c.organization_id and p.user_id = u.user_id
        for no key update of p skip locked
      )
      update principals p set last_used_at = clock_timestamp() from due
      where p.organization_id = due.organization_id and p.id = due.id`);
  };

  const flush = async (): Promise<void> => {
    const noted = { principals, grants, acts };
    principals = new Map();
    grants = new Map();
    acts = new Map();
    await flushPrincipals([...noted.principals.values()]);
    await flushGrants([...noted.grants.values()]);
    await flushActs([...noted.acts.values()]);
  };

  return {
    used: (use) => {
      const { organizationId, principalId } = use;
      principals.set(`${organizationId}/${principalId}`, use);
      for (const { projectId, roleId } of use.grants) {
        grants.set(`${organizationId}/${principalId}/${projectId}/${roleId}`, [
          organizationId,
          principalId,
          projectId,
          roleId,
        ]);
      }
    },
    acted: (act) => void acts.set(`${act.platform}/${act.actsIn}/${act.externalId}`, act),
    flush,
    start: (failed) => {
      timer = setInterval(() => void flush().catch(failed), EVERY);
      timer.unref();
    },
    stop: async () => {
      clearInterval(timer);
      await flush();
    },
  };
};
