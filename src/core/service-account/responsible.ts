import type { Holder } from '../access/evaluate.ts';
import { loadHolder } from '../access/holder.ts';
import type { Standing } from '../change.ts';
import { DomainError } from '../errors.ts';
import { findMember, type Person } from '../member/find.ts';
import type { ServiceAccount } from './find.ts';

/** Who answers for a service account: an active member. @throws DomainError `not-found` or `wrong-state` */
export const findResponsible = async (s: Standing, person: Person): Promise<Holder> => {
  const member = await findMember(s, person);
  if (member.state === 'active') return member;
  throw new DomainError('wrong-state', `Nothing was done: ${member.email} is ${member.state}.`, {
    todo: 'Name an active member.',
    field: 'responsible',
  });
};

/** The address of who answers for it; undefined where nobody does who is a member still. */
export const responsibleFor = async (
  s: Standing,
  { responsibleId }: Pick<ServiceAccount, 'responsibleId'>,
): Promise<string | undefined> => {
  const holder = responsibleId ? await loadHolder(s.db, s.organization.id, responsibleId) : undefined;
  return holder?.state === 'removed' ? undefined : holder?.email;
};
