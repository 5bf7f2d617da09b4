import { derive, sha256 } from '../secret.ts';

/**
 * The token behind a mailed link: the organization's and the invitation's ids, and an HMAC under the installation's
 * key over the id and its generation. Made again whenever the link is shown; only its hash is stored (spec 7).
 */
export const invitationToken = (
  secretKey: string,
  invitation: { organizationId: string; id: string; generation: string },
): string => {
  const secret = derive(secretKey, 'invitation', `${invitation.id}\n${invitation.generation}`).toString(
    'base64url',
  );
  return `${compact(invitation.organizationId)}.${secret}`;
};

export const invitationHash = (token: string): string => sha256(token);

export const invitationLink = (publicUrl: string, token: string): string =>
  `${publicUrl.replace(/\/$/, '')}/invitations#${token}`;

const compact = (uuid: string): string => Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url');

/** The organization that a token names, and the hash to look for there; undefined if it is no token of ours. */
export const readToken = (token: string): { organizationId: string; hash: string } | undefined => {
  const match = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/.exec(token);
  const hex = match?.[1] ? Buffer.from(match[1], 'base64url').toString('hex') : '';
  if (hex.length !== 32) return undefined;
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return { organizationId: id, hash: invitationHash(token) };
};
