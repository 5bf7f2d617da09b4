import { linkToken, linkTokenHash, readLinkToken } from '../link-token.ts';
import { derive } from '../secret.ts';

/**
 * The token behind a mailed link: the organization's and the invitation's ids, and an HMAC under the installation's
 * key over the id and its generation. Made again whenever the link is shown; only its hash is stored (spec 7).
 */
export const invitationToken = (
  secretKey: string,
  invitation: { organizationId: string; id: string; generation: string },
): string => {
  const secret = derive(secretKey, 'invitation', `${invitation.id}\n${invitation.generation}`);
  return linkToken(invitation.organizationId, secret);
};

export const invitationHash = linkTokenHash;

export const invitationLink = (publicUrl: string, token: string): string =>
  `${publicUrl.replace(/\/$/, '')}/invitations#${token}`;

/** The organization that a token names, and the hash to look for there; undefined if it is no token of ours. */
export const readToken = (token: string): { organizationId: string; hash: string } | undefined => {
  const read = readLinkToken(token);
  return read && { organizationId: read.id, hash: read.hash };
};
