import * as openid from 'openid-client';
import type { InstallationPolicy } from '../context.ts';
import { DomainError } from '../errors.ts';
import { isLoopback } from './address.ts';
import { providerFetch } from './fetch.ts';
import type { Provider } from './provider.ts';

const ANSWERS_WITHIN_SECONDS = 10;

type Where = Pick<InstallationPolicy, 'publicUrl'>;

/** Only an installation that is on this machine's loopback itself takes a provider from there. */
const takesLoopback = ({ publicUrl }: Where): boolean => isLoopback(publicUrl);

/**
 * An issuer's address as it is written from now on.
 * @throws DomainError `invalid` unless it is an https address without anything behind its path
 */
export const readIssuer = (where: Where, typed: string): string => {
  const text = typed.trim().replace(/^<([^|>]+)(\|[^>]*)?>$/, '$1');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const insecure = url?.protocol === 'http:' && isLoopback(url) && takesLoopback(where);
  const bare = url && !url.search && !url.hash && !url.username && !url.password;
  if (!url || !bare || (url.protocol !== 'https:' && !insecure) || url.pathname.includes('/.well-known/')) {
    throw new DomainError('invalid', `\`sso-issuer\` was not set: \`${text.slice(0, 60)}\` is no issuer.`, {
      todo: "Write the provider's https address as it names itself, such as https://id.example.com.",
      field: 'value',
    });
  }
  return text;
};

/**
 * Asks a provider what it is. Its name must be the one that was asked for.
 * @throws what openid-client throws
 */
export const discover = async (
  where: Where,
  { issuer, clientId, clientSecret }: Pick<Provider, 'issuer'> & Partial<Provider>,
): Promise<openid.Configuration> => {
  const loopback = takesLoopback(where);
  const config = await openid.discovery(
    new URL(issuer),
    clientId ?? 'unknown',
    undefined,
    clientSecret === undefined ? openid.None() : openid.ClientSecretBasic(clientSecret),
    {
      [openid.customFetch]: providerFetch(loopback),
      timeout: ANSWERS_WITHIN_SECONDS,
      execute: [
        // The signature counts, not only that the token came over TLS.
        openid.enableNonRepudiationChecks,
        ...(loopback && isLoopback(issuer) ? [openid.allowInsecureRequests] : []),
      ],
    },
  );
  const { authorization_endpoint: start, token_endpoint: token, jwks_uri: keys } = config.serverMetadata();
  if (!start || !token || !keys || !/^https?:$/.test(new URL(start).protocol)) {
    throw new openid.ClientError('the provider offers no sign-in with a code');
  }
  return config;
};

/** @throws DomainError `unavailable` unless an OpenID provider of this name answers there */
export const needProvider = async (where: Where, issuer: string): Promise<void> => {
  try {
    await discover(where, { issuer });
  } catch {
    throw new DomainError(
      'unavailable',
      `\`sso-issuer\` was not set: no OpenID provider that names itself \`${issuer.slice(0, 100)}\` answers there.`,
      {
        todo: 'Check the address, and that it is reachable from the public network without redirects.',
        field: 'value',
      },
    );
  }
};
