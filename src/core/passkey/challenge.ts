import { derive } from '../secret.ts';

/** What a device has to sign: nobody can make it without the installation's key, and it is right for `about` alone. */
export const challengeFor = (secretKey: string, purpose: string, about: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(derive(secretKey, `passkey-challenge ${purpose}`, about));

export const asText = (challenge: Uint8Array): string => Buffer.from(challenge).toString('base64url');
