import type { Standing } from '../change.ts';
import { DomainError } from '../errors.ts';
import type { TokenKind } from './text.ts';

const NAMES: Readonly<Record<TokenKind, string>> = {
  organization: 'organization tokens',
  personal: 'personal tokens',
  'service-account': 'service accounts',
};

const HOW: Readonly<Record<TokenKind, string>> = {
  organization: 'An administrator can make an organization token with `/org token create`.',
  personal: 'Make a personal token with `/access token create`.',
  'service-account': 'An administrator can make a service account with `/org service-account create`.',
};

/** Which tokens an organization has is its model's policy. @throws DomainError `forbidden` */
export const needTokenKind = (s: Standing, kind: TokenKind, what: string): void => {
  const { tokens } = s.organization.model.policies;
  if (tokens.includes(kind)) return;
  throw new DomainError('forbidden', `${what}: ${s.organization.name} has no ${NAMES[kind]}.`, {
    todo: tokens.map((one) => HOW[one]).join(' '),
  });
};
