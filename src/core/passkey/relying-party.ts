import { isIP } from 'node:net';
import type { InstallationPolicy } from '../context.ts';
import { DomainError } from '../errors.ts';

/** To whom a passkey belongs, as browsers check it: our domain, and the address of our pages. */
export interface RelyingParty {
  id: string;
  origin: string;
}

/** Undefined where no browser makes passkeys: on http, but for localhost, and on a bare IP address. */
export const relyingPartyOf = (publicUrl: string): RelyingParty | undefined => {
  const { protocol, hostname, origin } = new URL(publicUrl);
  const local = hostname === 'localhost' || hostname.endsWith('.localhost');
  const named = isIP(hostname.replace(/^\[|\]$/g, '')) === 0;
  return local || (protocol === 'https:' && named) ? { id: hostname, origin } : undefined;
};

/** @throws DomainError `unavailable` */
export const needRelyingParty = (
  { publicUrl }: Pick<InstallationPolicy, 'publicUrl'>,
  what: string,
): RelyingParty => {
  const party = relyingPartyOf(publicUrl);
  if (party) return party;
  throw new DomainError(
    'unavailable',
    `${what}: browsers know passkeys only on https with a domain, and on localhost, and this installation is reached at ${publicUrl}.`,
    { todo: 'Whoever runs this installation has to set PUBLIC_URL to an https address.' },
  );
};
