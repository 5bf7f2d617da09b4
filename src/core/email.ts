import { domainToASCII } from 'node:url';
import { z } from 'zod';
import { DomainError } from './errors.ts';

const address = z.email().max(254);

/**
 * The one form in which an address is stored and compared: NFKC, lower case, the domain in ASCII (IDNA). Folded here
 * and nowhere else, because `lower()` in SQL and in JavaScript disagree (design.md, section 6).
 * @throws DomainError `invalid` if it is not an address
 */
export const foldEmail = (text: string): string => {
  const typed = text.trim().normalize('NFKC').toLowerCase();
  const at = typed.lastIndexOf('@');
  const folded = at > 0 ? `${typed.slice(0, at)}@${domainToASCII(typed.slice(at + 1))}` : typed;
  if (!address.safeParse(folded).success) {
    throw new DomainError('invalid', `\`${shorten(text)}\` is not an e-mail address.`, {
      todo: 'Write it like dana@example.com.',
      field: 'email',
    });
  }
  return folded;
};

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
