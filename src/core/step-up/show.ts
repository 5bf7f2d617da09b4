import { generateAuthenticationOptions } from '@simplewebauthn/server';
import { look } from '../change.ts';
import type { Context } from '../context.ts';
import { asText } from '../passkey/challenge.ts';
import { passkeysOf } from '../passkey/find.ts';
import { needRelyingParty } from '../passkey/relying-party.ts';
import { confirmables } from './confirmable.ts';
import { openStepUp } from './open.ts';
import { challengeOf } from './spend.ts';

const DEVICE_MS = 300_000;

/** What would be confirmed, as it is now, and what the device is asked to sign. Changes nothing. */
export const showStepUp = async (ctx: Context, input: { token: string }) => {
  const { stepUp, organization, as, email } = await openStepUp(ctx, input.token);
  const { action, userId, note, expiresAt } = stepUp;
  const { publicUrl, secretKey } = ctx.installation;
  return look(as, organization, async (s) => {
    const subject = await confirmables[action].find(s, stepUp.subjectId);
    const challenge = challengeOf(secretKey, stepUp, subject);
    const options = await generateAuthenticationOptions({
      rpID: needRelyingParty({ publicUrl }, `${subject.name} cannot be confirmed`).id,
      challenge,
      timeout: DEVICE_MS,
      userVerification: 'required',
      allowCredentials: (await passkeysOf(s.db, userId)).map((passkey) => ({
        id: passkey.credentialId,
        transports: passkey.transports,
      })),
    });
    const shown = await confirmables[action].show(s, subject);
    return {
      action,
      name: subject.name,
      by: email,
      note,
      expiresAt,
      shown,
      seen: asText(challenge),
      options,
    };
  });
};
