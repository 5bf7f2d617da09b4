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
 * Writes events behind the head of a chain, whose row the caller has locked, and returns the new head, which the
 * caller stores in the same transaction. The very text that is stored is what is hashed.
 */
export const appendAudit = async (
  tx: Db,
  chain: string,
  head: ChainHead,
  actor: Actor,
  now: Date,
  events: readonly NewEvent[],
): Promise<ChainHead> => {
  if (events.length === 0) return head;
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
  await tx.insert(audit).values(rows);
  return { sequence, hash };
};
