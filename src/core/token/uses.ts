import { sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import type { Authenticated } from './authenticate.ts';

const EVERY = 60_000;

export interface TokenUses {
  note(used: Pick<Authenticated, 'organizationId' | 'tokenId' | 'now'>): void;
  /** Writes what was noted since the last time. */
  flush(): Promise<void>;
  start(failed: (error: unknown) => void): void;
  stop(): Promise<void>;
}

/** Keeps `last used` in memory and writes each token's once a minute at most, all of them in one statement. */
export const createTokenUses = (db: Db): TokenUses => {
  let noted = new Map<string, Pick<Authenticated, 'organizationId' | 'tokenId' | 'now'>>();
  let timer: NodeJS.Timeout | undefined;

  const flush = async (): Promise<void> => {
    if (noted.size === 0) return;
    const uses = [...noted.values()];
    noted = new Map();
    // Rows that a change holds are left for the next use: this must never wait, nor be waited for.
    await db.execute(sql`
      with used as (
        select organization_id, id, at::timestamptz as at from unnest(${sql.param(uses.map((use) => use.organizationId))}::uuid[],
          ${sql.param(uses.map((use) => use.tokenId))}::uuid[],
          ${sql.param(uses.map((use) => use.now.toISOString()))}::text[]) as u(organization_id, id, at)
      ), due as (
        select t.organization_id, t.id from tokens t join used using (organization_id, id)
        for no key update of t skip locked
      )
      update tokens t set last_used_at = greatest(t.last_used_at, used.at)
      from used join due using (organization_id, id)
      where t.organization_id = used.organization_id and t.id = used.id`);
  };

  return {
    note: (used) => void noted.set(used.tokenId, used),
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
