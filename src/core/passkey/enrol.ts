import { and, eq, isNull, sql } from 'drizzle-orm';
import { passkeyEnrolments } from '../../db/schema/index.ts';
import { changeInstallation, type InstallationChange } from '../change-installation.ts';
import type { Context } from '../context.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../id.ts';
import { linkTokenHash } from '../link-token.ts';
import { askerOf } from './asker.ts';
import { passkeysOf } from './find.ts';
import { ENROLMENT_MINUTES, enrolmentToken } from './letter.ts';
import { needRelyingParty } from './relying-party.ts';

const MOST = 20;
const LETTERS_IN_A_WHILE = 5;
const LONGEST_NAME = 40;

/** Mails a link that registers a passkey to the person's own address: reading it there is the proof. */
export const startEnrolment = async (
  ctx: Context,
  input: { name?: string | undefined },
): Promise<{ email: string; name: string; minutes: number; mailed: boolean }> => {
  const { email, ...asker } = askerOf(ctx);
  needRelyingParty(ctx.installation, 'No passkey was added');
  return changeInstallation(ctx, async (change) => {
    const taken = (await passkeysOf(change.db, asker.userId)).map((passkey) => passkey.name);
    if (taken.length >= MOST) {
      throw new DomainError('limit', `No passkey was added: you have ${MOST} already.`, {
        todo: 'Remove one that you no longer use with `/access passkey remove`.',
      });
    }
    const name = input.name === undefined ? freeName(taken) : wellNamed(input.name, taken);
    await needPatience(change, asker.userId);
    await change.db
      .update(passkeyEnrolments)
      .set({ expiresAt: sql`clock_timestamp()` })
      .where(and(eq(passkeyEnrolments.userId, asker.userId), isNull(passkeyEnrolments.usedAt)));
    const id = newId();
    const hash = linkTokenHash(enrolmentToken(ctx.installation.secretKey, id));
    const expiresAt = sql`clock_timestamp() + make_interval(mins => ${ENROLMENT_MINUTES})`;
    await change.db.insert(passkeyEnrolments).values({ id, name, ...asker, hash, expiresAt });
    if (ctx.installation.mail) {
      change.say({
        platform: 'mail',
        workspaceId: '',
        recipient: { kind: 'address', id: email },
        notice: 'passkey-enrolment',
        data: { enrolmentId: id },
      });
    }
    return { email, name, minutes: ENROLMENT_MINUTES, mailed: ctx.installation.mail };
  });
};

const freeName = (taken: readonly string[]): string => {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? 'passkey' : `passkey-${number}`;
    if (!taken.includes(name)) return name;
  }
};

const wellNamed = (typed: string, taken: readonly string[]): string => {
  const name = typed.trim().replace(/\s+/g, ' ');
  if (name === '' || name.length > LONGEST_NAME || /\p{C}/u.test(name)) {
    throw new DomainError('invalid', 'No passkey was added: that is no name for one.', {
      todo: `Use at most ${LONGEST_NAME} letters, such as \`laptop\`.`,
      field: 'name',
    });
  }
  if (taken.includes(name)) {
    throw new DomainError('taken', `No passkey was added: you have one that is called ${name}.`, {
      todo: 'Choose another name, or remove that one first.',
      field: 'name',
    });
  }
  return name;
};

const needPatience = async (change: InstallationChange, userId: string): Promise<void> => {
  const [recent] = await change.db
    .select({ count: sql<number>`count(*)::int` })
    .from(passkeyEnrolments)
    .where(
      and(
        eq(passkeyEnrolments.userId, userId),
        sql`${passkeyEnrolments.createdAt} > clock_timestamp() - interval '15 minutes'`,
      ),
    );
  if ((recent?.count ?? 0) < LETTERS_IN_A_WHILE) return;
  throw new DomainError(
    'limit',
    `No passkey was added: ${LETTERS_IN_A_WHILE} links were made in the last 15 minutes.`,
    { todo: 'Use the newest one, or try again in 15 minutes.' },
  );
};
