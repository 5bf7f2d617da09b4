import { principals, serviceAccounts } from '../../db/schema/index.ts';
import { change, need } from '../change.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../id.ts';
import type { Person } from '../member/find.ts';
import { loadSettings } from '../organization/settings.ts';
import { mintToken, type NewToken } from '../token/mint.ts';
import { needTokenKind } from '../token/need-kind.ts';
import { freeServiceAccountName } from './find.ts';
import { findResponsible } from './responsible.ts';

export interface NewKey extends NewToken {
  responsible: string;
}

/** PF-15, PF-17: a principal that is nobody's, with a key and no access yet. Its creator answers for it, or whom they name. */
export const createServiceAccount = async (
  ctx: Context,
  input: { organizationId: string; name: string; responsible?: Person },
): Promise<NewKey> =>
  change(ctx, input.organizationId, async (c) => {
    const me = need(c, 'service-accounts:write', 'create service accounts');
    needTokenKind(c, 'service-account', 'No service account was created');
    const name = await freeServiceAccountName(c, input.name, 'name');
    const responsible = input.responsible ? await findResponsible(c, input.responsible) : me;
    const limit = (await loadSettings(c.db, c.organization.id))['service-accounts-limit'];
    if (limit !== null && c.counters.serviceAccounts >= limit) {
      throw new DomainError(
        'limit',
        `No service account was created: \`service-accounts-limit\` is ${limit}.`,
        { todo: 'Delete one, or ask an operator for more.', facts: { key: 'service-accounts-limit' } },
      );
    }
    const id = newId();
    const organizationId = c.organization.id;
    await c.db.insert(principals).values({ organizationId, id, kind: 'service-account' });
    await c.db.insert(serviceAccounts).values({
      organizationId,
      id,
      name,
      responsibleId: responsible.kind === 'member' ? responsible.id : null,
    });
    c.count('serviceAccounts', 1);
    const made = await mintToken(c, { kind: 'service-account', name, principalId: id });
    c.audit({
      action: 'service-account.created',
      target: name,
      facts: {
        responsible: responsible.email,
        fingerprint: made.fingerprint,
        expires: made.expiresAt?.toISOString() ?? null,
      },
    });
    return { ...made, responsible: responsible.email };
  });
