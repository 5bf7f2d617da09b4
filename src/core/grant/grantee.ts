import type { Holder } from '../access/evaluate.ts';
import { loadHolder } from '../access/holder.ts';
import type { Standing } from '../change.ts';
import { findMember, type Person } from '../member/find.ts';
import { findServiceAccount } from '../service-account/find.ts';
import { findOrganizationToken } from '../token/find.ts';

/** Whoever can hold a grant: a member, a service account or an organization token. */
export type Grantee = Person | { serviceAccount: string } | { token: string };

/** @throws DomainError `not-found` */
export const findGrantee = async (s: Standing, who: Grantee): Promise<Holder> => {
  if ('email' in who || 'account' in who) return findMember(s, who);
  const id =
    'token' in who
      ? (await findOrganizationToken(s, who.token, 'token'))[0].principalId
      : (await findServiceAccount(s, who.serviceAccount, 'service-account')).id;
  const holder = await loadHolder(s.db, s.organization.id, id);
  if (!holder) throw new Error('A grantee has no principal');
  return holder;
};

/** What people call a holder: a member's address, the name of anything else. */
export const calledOf = (holder: Pick<Holder, 'email' | 'name'>): string =>
  holder.email || (holder.name ?? '');

/** The same for the audit, where a name alone would not say what it is. */
export const auditedAs = (holder: Pick<Holder, 'kind' | 'email' | 'name'>): string =>
  holder.kind === 'member' ? holder.email : `${holder.kind}:${holder.name}`;
