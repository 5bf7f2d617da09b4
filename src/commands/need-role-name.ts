import { DomainError } from '../core/errors.ts';

/** `role:none` takes a role away where that makes sense; elsewhere it is no role to ask for or to give. */
export const needRoleName = (typed: string | null): string => {
  if (typed !== null) return typed;
  throw new DomainError('invalid', 'Nothing was done: `none` is no role.', {
    todo: 'Name a role; see them with `/org role list`.',
    field: 'role',
  });
};
