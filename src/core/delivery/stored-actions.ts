import { eq, lt, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { organizations, storedActions } from '../../db/schema/index.ts';
import type { Context } from '../context.ts';

/** What a button does, under the id that the button carries. */
export interface StoredAction {
  id: string;
  action: unknown;
  organizationId?: string | undefined;
}

/** Keeps actions that buttons about to be shown refer to. The same action again only becomes younger. */
export const keepActions = async (db: Db, actions: readonly StoredAction[]): Promise<void> => {
  if (actions.length === 0) return;
  const rows = actions.map(({ id, action, organizationId }) => ({
    id,
    action: sql`${JSON.stringify(action)}::jsonb`,
    organizationId: organizationId
      ? sql`(select ${organizations.id} from ${organizations} where ${organizations.id} = ${organizationId})`
      : null,
  }));
  await db
    .insert(storedActions)
    .values(rows)
    .onConflictDoUpdate({
      target: storedActions.id,
      set: { createdAt: sql`clock_timestamp()` },
      setWhere: lt(storedActions.createdAt, sql`clock_timestamp() - interval '1 day'`),
    });
};

export const findAction = async (db: Db, id: string): Promise<unknown> => {
  const [row] = await db
    .select({ action: storedActions.action })
    .from(storedActions)
    .where(eq(storedActions.id, id));
  return row?.action;
};

/** Longer than anything that a button is about stays open. */
export const tidyStoredActions = async ({ db }: Context): Promise<number> =>
  (
    await db
      .delete(storedActions)
      .where(lt(storedActions.createdAt, sql`clock_timestamp() - interval '180 days'`))
      .returning({ id: storedActions.id })
  ).length;
