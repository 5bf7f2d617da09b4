import type { Db } from '../../db/client.ts';
import { audit } from '../../db/schema/index.ts';
import type { Actor } from '../context.ts';
import { sha256 } from '../secret.ts';
import { actorName, actorVia, type NewEvent } from './event.ts';

/** The chain that is not of any organization: links, operators, the default mark. */
export const INSTALLATION_CHAIN = '00000000-0000-0000-0000-000000000000';

export interface ChainHead {
  sequence: number;
  hash: string;
}

export const chainHash = (previous: string, sequence: number, event: string): string =>
  sha256(`${previous}\n${sequence}\n${event}`);

/**
 * Events as rows behind the head of a chain, and the new head. The very text that is stored is what is hashed. Whoever
 * writes them has locked the chain's head, and stores the new one in the same transaction.
 */
export const chained = (
  chain: string,
  head: ChainHead,
  actor: Actor,
  now: Date,
  events: readonly NewEvent[],
): { rows: (typeof audit.$inferInsert)[]; head: ChainHead } => {
  let { sequence, hash } = head;
  const rows = events.map(({ action, target, reason, facts }) => {
    sequence += 1;
    const event = JSON.stringify({
      at: now.toISOString(),
      actor: actorName(actor),
      via: actorVia(actor),
      action,
      target,
      reason: reason || undefined,
      facts,
    });
    hash = chainHash(hash, sequence, event);
    return { organizationId: chain, sequence, at: now, action, actor: actorName(actor), target, event, hash };
  });
  return { rows, head: { sequence, hash } };
};

export const insertAudit = async (tx: Db, rows: readonly (typeof audit.$inferInsert)[]): Promise<void> => {
  if (rows.length > 0) await tx.insert(audit).values([...rows]);
};
