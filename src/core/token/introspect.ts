import { DomainError } from '../errors.ts';
import type { Authenticated } from './authenticate.ts';
import { mayAsk } from './may-ask.ts';
import { parseToken } from './text.ts';

/**
 * What a token is, for a caller that holds one of the same organization (RFC 7662). Undefined is inactive: unknown,
 * ended or another organization's, all alike.
 * @throws DomainError `forbidden` where the caller may ask about itself alone
 */
export const introspectToken = async (
  authenticate: (text: string) => Promise<Authenticated | undefined>,
  caller: Authenticated,
  text: string,
): Promise<Authenticated | undefined> => {
  const parsed = parseToken(text);
  if (!parsed || parsed.organizationId !== caller.organizationId) return undefined;
  const found = await authenticate(text);
  if (found?.tokenId === caller.tokenId || mayAsk(caller)) return found;
  throw new DomainError('forbidden', 'Asking about another token needs `decisions:read`.');
};
