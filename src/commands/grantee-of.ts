import { DomainError } from '../core/errors.ts';
import type { Grantee } from '../core/grant/grantee.ts';
import type { TypedPerson } from './argument.ts';
import type { CommandContext } from './command.ts';

interface Named {
  user?: TypedPerson | undefined;
  'service-account'?: string | undefined;
  token?: string | undefined;
}

/** Whom the arguments name, if anybody. @throws DomainError `invalid` for more than one */
export const granteeOf = async (
  ctx: Pick<CommandContext, 'personOf'>,
  named: Named,
): Promise<Grantee | undefined> => {
  const { user, token } = named;
  const serviceAccount = named['service-account'];
  if ([user, token, serviceAccount].filter((one) => one !== undefined).length > 1) {
    throw new DomainError('invalid', 'Nothing was done: that names more than one.', {
      todo: 'Name one person, one service account or one token.',
      field: user ? 'user' : 'token',
    });
  }
  if (user) return ctx.personOf(user);
  if (serviceAccount !== undefined) return { serviceAccount };
  return token === undefined ? undefined : { token };
};

/** @throws DomainError `invalid` for none or more than one */
export const needGrantee = async (ctx: Pick<CommandContext, 'personOf'>, named: Named): Promise<Grantee> => {
  const found = await granteeOf(ctx, named);
  if (found) return found;
  throw new DomainError('invalid', 'Nothing was done: nobody is named.', {
    todo: 'Name a person, a service account or a token.',
    field: 'user',
  });
};
