import { timingSafeEqual } from 'node:crypto';
import * as openid from 'openid-client';
import { databaseTime } from '../clock.ts';
import type { Context, InstallationPolicy } from '../context.ts';
import { foldEmail } from '../email.ts';
import { DomainError } from '../errors.ts';
import { type Accepted, acceptInvitation } from '../invitation/accept.ts';
import { alertInviter } from '../invitation/alert-inviter.ts';
import { invitationOf, needPending } from '../invitation/open.ts';
import { discover } from './discover.ts';
import { Unreachable } from './fetch.ts';
import { loadProvider, type Provider } from './provider.ts';
import { openSession, openTicket, sealSession, signInFailed } from './sealed.ts';

/** RFC 5321, 4.5.3.1.3: a path has 256 octets with its brackets. */
const LONGEST_ADDRESS = 254;

const redirectAddress = ({ publicUrl }: Pick<InstallationPolicy, 'publicUrl'>): string =>
  `${publicUrl.replace(/\/$/, '')}/sso/callback`;

/** Sends somebody to their organization's provider. Nothing is written; what is needed afterwards is in `session`. */
export const beginSignIn = async (
  ctx: Context,
  input: { ticket: string },
): Promise<{ location: string; session: string }> => {
  const { installation } = ctx;
  const { token } = openTicket(installation, input.ticket);
  const invitation = await invitationOf(ctx, token);
  needPending(invitation, await databaseTime(ctx.db));
  const provider = await needProviderOf(ctx, invitation.organizationId);
  const config = await asked(() => discover(installation, provider));
  const [state, nonce, verifier] = [
    openid.randomState(),
    openid.randomNonce(),
    openid.randomPKCECodeVerifier(),
  ];
  const location = openid.buildAuthorizationUrl(config, {
    redirect_uri: redirectAddress(installation),
    scope: 'openid email',
    state,
    nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    login_hint: invitation.email,
  });
  const session = sealSession(installation, { token, issuer: provider.issuer, state, nonce, verifier });
  return { location: location.href, session };
};

/**
 * Accepts an invitation for who comes back from the provider with the invited address, verified. The code is used up
 * by asking, whatever comes of it.
 * @throws DomainError `sso-failed`, and what `acceptInvitation` throws
 */
export const finishSignIn = async (
  ctx: Context,
  input: { session: string; query: string },
): Promise<Accepted> => {
  const { installation } = ctx;
  const { token, issuer, state, nonce, verifier } = openSession(installation, input.session);
  const back = new URL(`${redirectAddress(installation)}?${input.query}`);
  if (!same(back.searchParams.get('state') ?? '', state)) throw signInFailed('expired');
  const invitation = await invitationOf(ctx, token);
  const provider = await needProviderOf(ctx, invitation.organizationId);
  if (provider.issuer !== issuer) throw signInFailed('expired');
  const email = await asked(async () => {
    const config = await discover(installation, provider);
    const tokens = await openid.authorizationCodeGrant(config, back, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    return verifiedEmail(config, tokens);
  });
  if (!email) throw signInFailed('unverified');
  if (!isAddress(email, invitation.email)) {
    await alertInviter(ctx, invitation, email.slice(0, LONGEST_ADDRESS));
    throw signInFailed('address');
  }
  return acceptInvitation(ctx, { token, signedInAs: invitation.email });
};

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

const isAddress = (claimed: string, invited: string): boolean => {
  try {
    return foldEmail(claimed) === invited;
  } catch {
    return false;
  }
};

const needProviderOf = async (ctx: Context, organizationId: string): Promise<Provider> => {
  const provider = await loadProvider(ctx.db, ctx.installation, organizationId);
  if (!provider) throw signInFailed('not-set');
  return provider;
};

/** Many providers put the address into the ID token; others, as the standard has it, tell it to who then asks. */
const verifiedEmail = async (
  config: openid.Configuration,
  tokens: Awaited<ReturnType<typeof openid.authorizationCodeGrant>>,
): Promise<string | undefined> => {
  const claims = tokens.claims();
  if (!claims) return undefined;
  const asks = claims.email === undefined && config.serverMetadata().userinfo_endpoint !== undefined;
  const told = asks ? await openid.fetchUserInfo(config, tokens.access_token, claims.sub) : claims;
  const { email, email_verified: verified } = told;
  return verified === true && typeof email === 'string' ? email : undefined;
};

/** Which of the three it was: the provider is away, it says no, or its answer proves nothing. */
const asked = async <T>(ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    if (error instanceof openid.AuthorizationResponseError) throw signInFailed('refused');
    if (error instanceof openid.ResponseBodyError) {
      throw signInFailed(error.error === 'invalid_grant' ? 'expired' : 'refused');
    }
    if (error instanceof openid.ClientError) {
      throw signInFailed(isAway(error) ? 'unavailable' : 'unproven');
    }
    throw error;
  }
};

const AWAY = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM']);

const isAway = (error: openid.ClientError): boolean =>
  error.cause instanceof Unreachable || AWAY.has(error.code ?? '');
