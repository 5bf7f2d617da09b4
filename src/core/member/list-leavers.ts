import { sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import type { AccountRef, Context } from '../context.ts';

/** Somebody with access, and a workspace through which they have it. */
export interface Presence {
  account: AccountRef;
  workspaceId: string;
  /** Known to be gone. */
  gone: boolean;
}

/**
 * Whom to ask a platform about: those who are known to be gone, and with `everybody` each linked account of an active
 * member in each workspace that the organization is connected to; in no order, so that a look that has to stop early
 * misses others the next time.
 */
export const listPresences = async (
  ctx: Context,
  platform: AccountRef['platform'],
  { everybody }: { everybody: boolean },
): Promise<Presence[]> =>
  rowsOf<{ own: string; external_id: string; workspace_id: string; gone: boolean }>(
    await ctx.db.execute(sql`
      select a.workspace_id as own, a.external_id, c.workspace_id, d.left_at is not null as gone
      from accounts a
      join lateral (
        select distinct c.workspace_id from connections c
        join principals p on p.organization_id = c.organization_id and p.user_id = a.user_id
        where c.platform = a.platform and p.state = 'active' and a.workspace_id in ('', c.workspace_id)
      ) c on true
      left join departures d on d.platform = a.platform and d.workspace_id = c.workspace_id
        and d.external_id = a.external_id
      where a.platform = ${platform} and a.unlinked_at is null and (${everybody} or d.left_at is not null)
      order by random()`),
  ).map((row) => ({
    account: { platform, workspaceId: row.own, externalId: row.external_id },
    workspaceId: row.workspace_id,
    gone: row.gone,
  }));
