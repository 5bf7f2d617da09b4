import { and, eq, ne } from 'drizzle-orm';
import { grants, principals, serviceAccounts, tokens } from '../../db/schema/index.ts';
import { change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { endGrants } from '../grant/revoke.ts';
import { revokeRows } from '../token/revoke.ts';
import { findServiceAccount } from './find.ts';

/** Ends a service account for good: its access and its keys. Its name is free again. */
export const deleteServiceAccount = async (
  ctx: Context,
  input: { organizationId: string; name: string },
): Promise<{ name: string; grants: { project: string; role: string }[] }> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'service-accounts:write', 'delete service accounts');
    const account = await findServiceAccount(c, input.name);
    const here = c.organization.id;
    const keys = await c.db
      .select()
      .from(tokens)
      .where(
        and(eq(tokens.organizationId, here), eq(tokens.principalId, account.id), ne(tokens.state, 'revoked')),
      );
    await revokeRows(c, keys, `${account.name} was deleted`);
    const ended = await endGrants(c, eq(grants.principalId, account.id));
    await c.db
      .update(principals)
      .set({ state: 'removed' })
      .where(and(eq(principals.organizationId, here), eq(principals.id, account.id)));
    await c.db
      .delete(serviceAccounts)
      .where(and(eq(serviceAccounts.organizationId, here), eq(serviceAccounts.id, account.id)));
    c.count('serviceAccounts', -1);
    c.audit({
      action: 'service-account.deleted',
      target: account.name,
      facts: { grants: ended.map(({ project, role }) => `${project}:${role}`) },
    });
    return { name: account.name, grants: ended };
  });
