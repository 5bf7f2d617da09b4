import { and, eq, like, lt, or, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { organizations, storedActions } from '../../db/schema/index.ts';
import type { Context, InstallationPolicy } from '../context.ts';
import { type Box, seal, unseal } from '../secret-box.ts';

/** What a button does, under the id that the button carries. */
export interface StoredAction {
  id: string;
  action: unknown;
  organizationId?: string | undefined;
}

/** Ids of forms begin so: nobody comes back to one for long. */
export const FORM = 'form.';

type Where = { db: Db; installation: Pick<InstallationPolicy, 'secretKey'> };

/** Sealed, because a form holds what somebody has typed, and somebody may type a secret. */
const boxFor = ({ installation }: Where, id: string): Box => ({
  secretKey: installation.secretKey,
  purpose: 'stored actions',
  about: id,
});

/** Keeps actions that buttons about to be shown refer to. The same action again only becomes younger. */
export const keepActions = async (where: Where, actions: readonly StoredAction[]): Promise<void> => {
  if (actions.length === 0) return;
  const rows = actions.map(({ id, action, organizationId }) => ({
    id,
    action: seal(boxFor(where, id), JSON.stringify(action)),
    organizationId: organizationId
      ? sql`(select ${organizations.id} from ${organizations} where ${organizations.id} = ${organizationId})`
      : null,
  }));
  await where.db
    .insert(storedActions)
    .values(rows)
    .onConflictDoUpdate({
      target: storedActions.id,
      set: { createdAt: sql`clock_timestamp()` },
      setWhere: lt(storedActions.createdAt, sql`clock_timestamp() - interval '1 day'`),
    });
};

/** @returns undefined where it was never kept, has been forgotten, or was sealed under another key */
export const findAction = async (where: Where, id: string): Promise<unknown> => {
  const [row] = await where.db
    .select({ action: storedActions.action })
    .from(storedActions)
    .where(eq(storedActions.id, id));
  const text = row && unseal(boxFor(where, id), row.action);
  return text === undefined ? undefined : JSON.parse(text);
};

/** Buttons last longer than anything that they are about stays open. */
export const tidyStoredActions = async ({ db }: Context): Promise<number> =>
  (
    await db
      .delete(storedActions)
      .where(
        or(
          lt(storedActions.createdAt, sql`statement_timestamp() - interval '180 days'`),
          and(
            like(storedActions.id, `${FORM}%`),
            lt(storedActions.createdAt, sql`statement_timestamp() - interval '1 day'`),
          ),
        ),
      )
      .returning({ id: storedActions.id })
  ).length;
