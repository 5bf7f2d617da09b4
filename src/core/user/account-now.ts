import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from '../../db/client.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { isOperator } from './is-operator.ts';

/**
 * Who acts was found out before the change began, and may have unlinked the account or ceased to be an operator since:
 * a change looks again under its lock (abuse 8, 10).
 */
export const accountNow = async (
  { actor, installation }: Context,
  db: Db,
): Promise<{ linked: boolean; operator: boolean }> => {
  if (actor.kind !== 'account' || !actor.userId) return { linked: true, operator: false };
  const [row] = rowsOf<{ operator: boolean }>(
    await db.execute(sql`
      select ${isOperator(installation)} as operator
      from accounts a join users u on u.id = a.user_id
      where a.platform = ${actor.platform} and a.workspace_id = ${actor.workspaceId}
        and a.external_id = ${actor.externalId} and a.unlinked_at is null and a.user_id = ${actor.userId}`),
  );
  return { linked: row !== undefined, operator: actor.operator && row?.operator === true };
};

export const noLongerLinked = (): DomainError =>
  new DomainError('not-linked', 'Nothing changed: this chat account is no longer linked to you.', {
    todo: 'Link it with `/access link start`, then do it again.',
  });
