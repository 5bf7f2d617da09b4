import { and, asc, eq, gt } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
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

const walk = async (db: Db, chain: string): Promise<Verified> => {
  const head = await headOf(db, chain);
  let sequence = 0;
  let hash = '';
  for (;;) {
    const rows = await db
      .select()
      .from(audit)
      .where(and(eq(audit.organizationId, chain), gt(audit.sequence, sequence)))
      .orderBy(asc(audit.sequence))
      .limit(AT_ONCE);
    for (const row of rows) {
      const expected = sequence + 1;
      const broken = (why: string): Verified => ({
        events: sequence,
        broken: { sequence: expected, why },
        head: hash,
      });
      if (row.sequence !== expected) return broken('an event is missing');
      if (row.hash !== chainHash(hash, row.sequence, row.event)) return broken('the event was altered');
      const event = JSON.parse(row.event) as { actor: string; action: string; target?: string; at: string };
      if (
        event.actor !== row.actor ||
        event.action !== row.action ||
        (event.target ?? null) !== row.target ||
        event.at !== row.at.toISOString()
      ) {
        return broken('the columns beside the event were altered');
      }
      sequence = row.sequence;
      hash = row.hash;
    }
    if (rows.length < AT_ONCE) break;
  }
  if (sequence !== head.sequence || hash !== head.hash) {
    return { events: sequence, broken: { sequence: sequence + 1, why: 'the end was cut off' }, head: hash };
  }
  return { events: sequence, broken: undefined, head: hash };
};

export const verifyAudit = async (ctx: Context, organization: Organization): Promise<Verified> =>
  look(ctx, organization, async (s) => {
    need(s, 'audit:read', 'verify the audit');
    return verifyChain(s.db, organization.id);
  });
