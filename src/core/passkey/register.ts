import { generateRegistrationOptions } from '@simplewebauthn/server';
import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import { passkeyEnrolments, passkeys } from '../../db/schema/index.ts';
import { changeInstallation, type InstallationChange } from '../change-installation.ts';
import { databaseTime } from '../clock.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../id.ts';
import { readLinkToken } from '../link-token.ts';
import { type AsAsker, asAsker } from './asker.ts';
import { asText, challengeFor } from './challenge.ts';
import { passkeysOf } from './find.ts';
import { needLiveLink, unknownLink } from './link.ts';
import { needRelyingParty } from './relying-party.ts';
import { tellOwner } from './tell.ts';
import { verifyRegistration } from './verify.ts';

type Enrolment = typeof passkeyEnrolments.$inferSelect;

const DEVICE_MS = 300_000;

const AGAIN = 'Ask for a new one in chat with `/access passkey add`.';

const challengeOf = ({ installation }: Context, { id }: Enrolment) =>
  challengeFor(installation.secretKey, 'enrolment', id);

/** The enrolment behind a mailed link, and its person as they stand now. Changes nothing. */
const openEnrolment = async (ctx: Context, token: string): Promise<AsAsker & { enrolment: Enrolment }> => {
  const read = readLinkToken(token);
  const [enrolment] = read
    ? await ctx.db
        .select()
        .from(passkeyEnrolments)
        .where(and(eq(passkeyEnrolments.id, read.id), eq(passkeyEnrolments.hash, read.hash)))
    : [];
  if (!enrolment) throw unknownLink();
  needLiveLink(enrolment, await databaseTime(ctx.db), AGAIN);
  return { enrolment, ...(await asAsker(ctx, enrolment)) };
};

/** What the page behind the link shows, and what the browser makes the passkey from. Changes nothing. */
export const showEnrolment = async (ctx: Context, input: { token: string }) => {
  const { enrolment, email } = await openEnrolment(ctx, input.token);
  const party = needRelyingParty(ctx.installation, 'No passkey was added');
  const options = await generateRegistrationOptions({
    rpName: 'Rollcall',
    rpID: party.id,
    userName: email,
    userDisplayName: email,
    userID: new TextEncoder().encode(enrolment.userId),
    challenge: challengeOf(ctx, enrolment),
    attestationType: 'none',
    timeout: DEVICE_MS,
    excludeCredentials: (await passkeysOf(ctx.db, enrolment.userId)).map((passkey) => ({
      id: passkey.credentialId,
      transports: passkey.transports,
    })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
  });
  return { email, name: enrolment.name, expiresAt: enrolment.expiresAt, options };
};

/** Keeps the passkey that the browser made. The link works once. */
export const registerPasskey = async (
  ctx: Context,
  input: { token: string; response: unknown },
): Promise<{ email: string; name: string }> => {
  const { enrolment, as, email } = await openEnrolment(ctx, input.token);
  const party = needRelyingParty(ctx.installation, 'No passkey was added');
  return changeInstallation(as, async (change) => {
    await spendEnrolment(change, enrolment);
    const { credential, credentialBackedUp } = await verifyRegistration(input.response, {
      challenge: asText(challengeOf(ctx, enrolment)),
      party,
    });
    const { name, userId } = enrolment;
    const id = newId();
    const kept = await change.db
      .insert(passkeys)
      .values({
        id,
        userId,
        name,
        credentialId: credential.id,
        publicKey: credential.publicKey,
        counter: credential.counter,
        transports: credential.transports ?? [],
        backedUp: credentialBackedUp,
      })
      .onConflictDoNothing()
      .returning({ id: passkeys.id });
    if (kept.length === 0) {
      throw new DomainError('taken', 'This passkey was not added: it, or its name, is in use already.', {
        todo: 'Use another device, or another name.',
      });
    }
    change.audit({ action: 'passkey.added', target: email, facts: { passkey: name, id } });
    await tellOwner(change, userId, 'added', name);
    return { email, name };
  });
};

const spendEnrolment = async (change: InstallationChange, { id }: Enrolment): Promise<void> => {
  const spent = await change.db
    .update(passkeyEnrolments)
    .set({ usedAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(passkeyEnrolments.id, id),
        isNull(passkeyEnrolments.usedAt),
        gt(passkeyEnrolments.expiresAt, sql`clock_timestamp()`),
      ),
    )
    .returning({ id: passkeyEnrolments.id });
  if (spent.length === 0) throw new DomainError('used', 'This link was used already.', { todo: AGAIN });
};
