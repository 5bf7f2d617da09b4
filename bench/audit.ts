import { hash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { chained, insertAudit } from '../src/core/audit/append.ts';
import { verifyChain } from '../src/core/audit/verify.ts';
import { ledgers } from '../src/db/schema/index.ts';
import { type Result, sideBySide } from './measure.ts';
import type { Site } from './site.ts';

const EVENTS = 20_000;
const AT_ONCE = 2_000;

/** Walking a chain in the database beside hashing strings of the same length that are ready in memory. */
export const audit = async (site: Site): Promise<Result[]> => {
  const { id } = await site.organization('Audited', 1);
  const { ada } = site;
  await ada.db.transaction(async (tx) => {
    const [ledger] = await tx.select().from(ledgers).where(eq(ledgers.organizationId, id));
    let head = { sequence: ledger?.sequence ?? 0, hash: ledger?.hash ?? '' };
    for (let written = 0; written < EVENTS; written += AT_ONCE) {
      const events = Array.from({ length: AT_ONCE }, (_, index) => ({
        action: 'member.role-changed' as const,
        target: `member-${written + index}@example.com`,
        facts: { before: 'member', after: null, until: null },
      }));
      const next = chained(id, head, ada.actor, new Date(), events);
      await insertAudit(tx, next.rows);
      head = next.head;
    }
    await tx.update(ledgers).set(head).where(eq(ledgers.organizationId, id));
  });
  const texts = Array.from({ length: EVENTS }, (_, index) => `${index}`.padEnd(300, 'x'));

  const perSecond = async (work: () => Promise<number> | number): Promise<number> => {
    const started = performance.now();
    const count = await work();
    return count / ((performance.now() - started) / 1000);
  };
  return [
    {
      what: 'audit events verified',
      unit: '/s',
      beside: 'plain SHA-256 over ready strings',
      ...(await sideBySide(
        () =>
          perSecond(async () => {
            const { events, broken } = await verifyChain(ada.db, id);
            if (broken || events < EVENTS) throw new Error('the chain does not hold');
            return events;
          }),
        () => perSecond(() => texts.filter((text) => hash('sha256', text, 'hex').length === 64).length),
      )),
    },
  ];
};
