import { sha256 } from './secret.ts';

/** The part of a link behind its # sign: the id under which it is looked for, and 256 bits of a secret. */
export const linkToken = (id: string, secret: Buffer): string =>
  `${Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')}.${secret.toString('base64url')}`;

/** Only this hash of a token is ever stored. */
export const linkTokenHash = (token: string): string => sha256(token);

/** The id that a token names, and its hash; undefined if it is no token of ours. */
export const readLinkToken = (token: string): { id: string; hash: string } | undefined => {
  const match = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/.exec(token);
  const hex = match?.[1] ? Buffer.from(match[1], 'base64url').toString('hex') : '';
  if (hex.length !== 32) return undefined;
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return { id, hash: linkTokenHash(token) };
};
