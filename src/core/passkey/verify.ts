import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { z } from 'zod';
import { DomainError } from '../errors.ts';
import type { Passkey } from './find.ts';
import type { RelyingParty } from './relying-party.ts';

/** What we asked to be signed, and by whom we are reached. */
export interface Asked {
  challenge: string;
  party: RelyingParty;
}

const credential = z.object({ id: z.string(), rawId: z.string(), type: z.literal('public-key') });

const registration = credential.extend({
  response: z.object({
    clientDataJSON: z.string(),
    attestationObject: z.string(),
    transports: z.array(z.string()).optional(),
  }),
});

const assertion = credential.extend({
  response: z.object({ clientDataJSON: z.string(), authenticatorData: z.string(), signature: z.string() }),
});

/** `why` is for the log alone: what was signed wrongly, without what was signed. */
export const unproven = (why: string): DomainError =>
  new DomainError('unproven', 'That passkey did not prove who you are.', {
    todo: 'Use a passkey of yours, on the page that the link opens, and let your device check that it is you.',
    facts: { why },
  });

/** The library says by throwing what does not fit; what it throws for is never our own fault. */
const checked = async <T>(check: () => Promise<T>): Promise<T> => {
  try {
    return await check();
  } catch (error) {
    throw unproven(String(error).replaceAll(/"[^"]*"/g, '"…"'));
  }
};

/** The new credential. @throws DomainError `unproven` */
export const verifyRegistration = async (response: unknown, { challenge, party }: Asked) => {
  const { verified, registrationInfo } = await checked(() =>
    verifyRegistrationResponse({
      response: registration.parse(response) as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
    }),
  );
  if (!verified) throw unproven('the registration does not verify');
  return registrationInfo;
};

/** Which credential an answer claims to be signed with; nothing about it is proven yet. */
export const claimedCredential = (response: unknown): string | undefined =>
  assertion.safeParse(response).data?.id;

/** How often the passkey has signed by now. @throws DomainError `unproven` */
export const verifyAssertion = async (
  response: unknown,
  passkey: Passkey,
  { challenge, party }: Asked,
): Promise<number> => {
  const { verified, authenticationInfo } = await checked(() =>
    verifyAuthenticationResponse({
      response: assertion.parse(response) as unknown as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      credential: {
        id: passkey.credentialId,
        publicKey: new Uint8Array(passkey.publicKey),
        counter: passkey.counter,
      },
    }),
  );
  if (!verified) throw unproven('the signature does not verify');
  return authenticationInfo.newCounter;
};
