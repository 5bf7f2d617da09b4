import { and, eq, gt, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import { audit, installation, ledgers } from '../../db/schema/index.ts';
import { look, need } from '../change.ts';
import type { Context } from '../context.ts';
import type { Organization } from '../organization/organization.ts';
import { type ChainHead, chainHash, INSTALLATION_CHAIN } from './append.ts';

export interface Verified {
  events: number;
  /** The first sequence at which the chain does not hold, and what is wrong with it. */
  broken: { sequence: number; why: string } | undefined;
  head: string;
}

const AT_ONCE = 5000;

const headOf = async (db: Db, chain: string): Promise<ChainHead> => {
  const [row] =
    chain === INSTALLATION_CHAIN
      ? await db.select().from(installation)
      : await db.select().from(ledgers).where(eq(ledgers.organizationId, chain));
  return row ?? { sequence: 0, hash: '' };
};

/**
 * Walks a whole chain: every hash, no gap, the copied columns, and the end where the ledger says it is. All of it as
 * of one moment: what is appended meanwhile would look like a wrong end.
 */
export const verifyChain = async (db: Db, chain: string): Promise<Verified> =>
  db.transaction((tx) => walk(tx as Db, chain), {
    isolationLevel: 'repeatable read',
    accessMode: 'read only',
  });

interface Stored {
  sequence: string | number;
  event: string;
  hash: string;
  actor: string;
  action: string;
  target: string | null;
  milliseconds: number;
}

const page = async (db: Db, chain: string, after: number): Promise<Stored[]> =>
  rowsOf<Stored>(
    await db.execute(sql`
      select sequence, event, hash, actor, action, target,
        (extract(epoch from at) * 1000)::float8 as milliseconds
      from audit where organization_id = ${chain} and sequence > ${after} and sequence <= ${after + AT_ONCE}
      order by sequence`),
  );

/** What is wrong with an event that should come next, if anything. */
const wrongWith = (row: Stored, before: ChainHead): string | undefined => {
  if (Number(row.sequence) !== before.sequence + 1) return 'an event is missing';
  if (row.hash !== chainHash(before.hash, before.sequence + 1, row.event)) return 'the event was altered';
  const event = JSON.parse(row.event) as { actor: string; action: string; target?: string; at: string };
  const same =
    event.actor === row.actor &&
    event.action === row.action &&
    (event.target ?? null) === row.target &&
    Date.parse(event.at) === Math.floor(row.milliseconds);
  return same ? undefined : 'the columns beside the event were altered';
};

/** The next page is under way while this one is hashed: the database and this process work at once. */
const walk = async (db: Db, chain: string): Promise<Verified> => {
  const head = await headOf(db, chain);
  let last: ChainHead = { sequence: 0, hash: '' };
  const broken = (why: string): Verified => ({
    events: last.sequence,
    broken: { sequence: last.sequence + 1, why },
    head: last.hash,
  });
  let rows = await page(db, chain, 0);
  while (rows.length > 0) {
    const next = page(db, chain, last.sequence + AT_ONCE);
    for (const row of rows) {
      const why = wrongWith(row, last);
      if (why) {
        await next;
        return broken(why);
      }
      last = { sequence: Number(row.sequence), hash: row.hash };
    }
    rows = await next;
  }
  if (last.sequence === head.sequence && last.hash === head.hash) {
    return { events: last.sequence, broken: undefined, head: last.hash };
  }
  const later = await db.$count(
    audit,
    and(eq(audit.organizationId, chain), gt(audit.sequence, last.sequence)),
  );
  return broken(later > 0 ? 'an event is missing' : 'the end was cut off');
};

export const verifyAudit = async (ctx: Context, organization: Organization): Promise<Verified> =>
  look(ctx, organization, async (s) => {
    need(s, 'audit:read', 'verify the audit');
    return verifyChain(s.db, organization.id);
  });
