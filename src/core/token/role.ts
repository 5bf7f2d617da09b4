import type { Standing } from '../change.ts';
import { DomainError } from '../errors.ts';
import type { Role } from '../role/find.ts';

/**
 * A token may hold any other role of the organization. Whoever runs it is a person, whom rule 6 counts and whom
 * operators or other administrators have named.
 * @throws DomainError `forbidden`
 */
export const needToAdministerInPerson = (
  s: Pick<Standing, 'organization'>,
  role: Pick<Role, 'name' | 'administers'> | undefined,
  lead: string,
): void => {
  if (!role?.administers) return;
  throw new DomainError(
    'forbidden',
    `${lead}: ${role.name} runs ${s.organization.name}, and that is for people, never for a token.`,
    { todo: 'Give it a role that does less.', field: 'role' },
  );
};
