import { DomainError } from '../errors.ts';

/**
 * A button that gives a thing to somebody else says whose it was when it was drawn.
 * @throws DomainError `wrong-state` where it has become another's since
 */
export const needSameResponsible = (
  name: string,
  now: string | undefined,
  shown: string | undefined,
): void => {
  if (shown === undefined || now === shown) return;
  throw new DomainError('wrong-state', `Nothing changed: ${now ?? 'nobody'} answers for ${name} now.`, {
    todo: 'Look at it again before you give it to somebody else.',
  });
};
