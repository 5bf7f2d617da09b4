import { and, eq } from 'drizzle-orm';
import { serviceAccounts, tokens } from '../../db/schema/index.ts';
import { change, need } from '../change.ts';
import type { Context } from '../context.ts';
import type { Person } from '../member/find.ts';
import { needSameResponsible } from '../member/need-same-responsible.ts';
import { findServiceAccount, freeServiceAccountName } from './find.ts';
import { findResponsible, responsibleFor } from './responsible.ts';

/** Renames a service account, or says who answers for it from now on. */
export const editServiceAccount = async (
  ctx: Context,
  input: {
    organizationId: string;
    name: string;
    newName?: string;
    responsible?: Person;
    from?: string | undefined;
  },
): Promise<{ before: string; name: string; responsible: string | undefined }> =>
  change(ctx, input.organizationId, async (c) => {
    need(c, 'service-accounts:write', 'edit service accounts');
    const account = await findServiceAccount(c, input.name);
    if (input.from !== undefined) {
      needSameResponsible(account.name, await responsibleFor(c, account), input.from);
    }
    const renamed = input.newName !== undefined && input.newName.trim().toLowerCase() !== account.name;
    const name = renamed ? await freeServiceAccountName(c, input.newName ?? '', 'new-name') : account.name;
    const responsible = input.responsible && (await findResponsible(c, input.responsible));
    const here = c.organization.id;
    await c.db
      .update(serviceAccounts)
      .set({ name, ...(responsible ? { responsibleId: responsible.id } : {}) })
      .where(and(eq(serviceAccounts.organizationId, here), eq(serviceAccounts.id, account.id)));
    if (renamed) {
      await c.db
        .update(tokens)
        .set({ name })
        .where(and(eq(tokens.organizationId, here), eq(tokens.principalId, account.id)));
    }
    c.audit({
      action: 'service-account.edited',
      target: name,
      facts: { before: account.name, ...(responsible ? { responsible: responsible.email } : {}) },
    });
    return { before: account.name, name, responsible: responsible?.email };
  });
