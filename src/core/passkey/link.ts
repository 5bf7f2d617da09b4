import { DomainError } from '../errors.ts';

/** The same for every token that is not real. */
export const unknownLink = (): DomainError =>
  new DomainError('not-found', 'This link does not work.', {
    todo: 'Check that the whole link was copied, or start anew in chat.',
  });

/** @throws DomainError `used` or `expired`: whoever holds a real link may hear the reason */
export const needLiveLink = (
  link: { usedAt: Date | null; expiresAt: Date },
  now: Date,
  again: string,
): void => {
  if (link.usedAt) throw new DomainError('used', 'This link was used already.', { todo: again });
  if (link.expiresAt <= now) {
    throw new DomainError('expired', 'The time of this link is over.', { todo: again });
  }
};
