import { eq, sql } from 'drizzle-orm';
import { rowsOf } from '../../db/client.ts';
import { installation } from '../../db/schema/index.ts';
import { change } from '../change.ts';
import { changeInstallation } from '../change-installation.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { needOperator, needOperatorStill } from '../user/need-operator.ts';

/**
 * Moves the default mark (rule 7). The installation's row is locked before the ledgers, as by everything that holds
 * both, and the ledgers by ascending id.
 */
export const moveDefault = async (
  ctx: Context,
  input: { organizationId: string },
): Promise<{ name: string; before: string | null; moved: boolean }> => {
  needOperator(ctx, 'move the default mark');
  return changeInstallation(ctx, async (outer) => {
    needOperatorStill(outer, 'move the default mark');
    const rows = rowsOf<{ id: string; name: string; slug: string }>(
      await outer.db.execute(sql`
        select id, name, slug from organizations where id in (${input.organizationId}, ${outer.defaultOrganizationId})
        order by id`),
    );
    const after = rows.find((row) => row.id === input.organizationId);
    const before = rows.find((row) => row.id === outer.defaultOrganizationId);
    if (!after) throw new DomainError('not-found', 'There is no such organization.');
    if (after.id === before?.id) return { name: after.name, before: after.name, moved: false };
    await outer.db
      .update(installation)
      .set({ defaultOrganizationId: after.id })
      .where(eq(installation.singleton, true));
    const event = {
      action: 'installation.default-moved',
      target: after.slug,
      facts: { before: before?.slug ?? null },
    } as const;
    outer.audit(event);
    for (const { id } of rows) {
      await change({ ...ctx, db: outer.db, interaction: undefined }, id, async (c) => c.audit(event));
    }
    return { name: after.name, before: before?.name ?? null, moved: true };
  });
};
