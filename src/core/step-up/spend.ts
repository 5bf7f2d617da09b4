import { and, eq, gt, isNull, lt, or, sql } from 'drizzle-orm';
import { passkeys, stepUps } from '../../db/schema/index.ts';
import type { Change } from '../change.ts';
import { DomainError } from '../errors.ts';
import { asText, challengeFor } from '../passkey/challenge.ts';
import { needRelyingParty } from '../passkey/relying-party.ts';
import { claimedCredential, unproven, verifyAssertion } from '../passkey/verify.ts';

/** Everything that a person confirms: the same bytes are hashed for the page that shows it and for the change that does it. */
export interface Subject {
  action: StepUpAction;
  id: string;
  /** All that is shown of it and could change. */
  content: string;
  /** What a refusal calls it. */
  name: string;
}

export type StepUpAction = 'request.approve';

/** What comes back from the page: which link, what stood there, and the device's answer. */
export interface Proof {
  stepUpId: string;
  seen: string;
  response: unknown;
}

export interface UsedPasskey {
  id: string;
  name: string;
  addedAt: Date;
}

/** The challenge of one link for one person, one organization and one content: any of them changed, it is another. */
export const challengeOf = (
  secretKey: string,
  link: { organizationId: string; id: string; userId: string },
  subject: Subject,
): Uint8Array<ArrayBuffer> =>
  challengeFor(
    secretKey,
    'step-up',
    JSON.stringify([link.organizationId, link.id, link.userId, subject.action, subject.id, subject.content]),
  );

/**
 * Uses up a link for what is being done, in the transaction that does it: a refusal later on gives it back. The
 * passkey has to be the actor's own, and has to have signed exactly this subject.
 */
export const spendProof = async (c: Change, subject: Subject, proof: Proof): Promise<UsedPasskey> => {
  const { actor, installation } = c.ctx;
  const userId = actor.kind === 'account' ? (actor.userId ?? '') : '';
  const [link] = await c.db
    .update(stepUps)
    .set({ usedAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(stepUps.organizationId, c.organization.id),
        eq(stepUps.id, proof.stepUpId),
        eq(stepUps.userId, userId),
        eq(stepUps.action, subject.action),
        eq(stepUps.subjectId, subject.id),
        isNull(stepUps.usedAt),
        gt(stepUps.expiresAt, sql`clock_timestamp()`),
      ),
    )
    .returning();
  if (!link) {
    throw new DomainError('used', 'This link was used already, or its time is over.', {
      todo: 'Start anew in chat.',
    });
  }
  const challenge = challengeOf(installation.secretKey, link, subject);
  if (proof.seen !== asText(challenge)) {
    throw new DomainError('changed', `${subject.name} has changed since this page showed it.`, {
      todo: 'Open the link again and read what is there now.',
    });
  }
  const [passkey] = await c.db
    .select()
    .from(passkeys)
    .where(
      and(eq(passkeys.credentialId, claimedCredential(proof.response) ?? ''), eq(passkeys.userId, userId)),
    );
  if (!passkey) throw unproven('no passkey of theirs');
  const counter = await verifyAssertion(proof.response, passkey, {
    challenge: asText(challenge),
    party: needRelyingParty(installation, `${subject.name} was not confirmed`),
  });
  const counted = await c.db
    .update(passkeys)
    .set({ counter, lastUsedAt: c.now })
    .where(
      and(
        eq(passkeys.id, passkey.id),
        or(lt(passkeys.counter, counter), and(eq(passkeys.counter, 0), sql`${counter} = 0`)),
      ),
    )
    .returning({ id: passkeys.id });
  if (counted.length === 0) throw unproven('its counter went back');
  return { id: passkey.id, name: passkey.name, addedAt: passkey.createdAt };
};
