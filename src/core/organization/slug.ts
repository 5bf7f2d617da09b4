import { DomainError } from '../errors.ts';

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * A name as an RFC 1123 label: lower-case letters, digits and hyphens, at most 63 characters.
 * @throws DomainError `invalid` if nothing usable is left
 */
export const slugFrom = (text: string): string => {
  const slug = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[̀-ͯ]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  if (!LABEL.test(slug)) {
    throw new DomainError('invalid', `\`${text.slice(0, 60)}\` makes no short name.`, {
      todo: 'Use letters a to z, digits and hyphens, at most 63 characters.',
      field: 'slug',
    });
  }
  return slug;
};

/** @throws DomainError `invalid` if it is not an RFC 1123 label exactly as typed */
export const label = (text: string, field: string): string => {
  if (LABEL.test(text)) return text;
  throw new DomainError('invalid', `\`${text.slice(0, 60)}\` can't be a name here.`, {
    todo: 'Use lower-case letters, digits and hyphens, starting and ending with a letter or digit, at most 63 characters.',
    field,
  });
};
