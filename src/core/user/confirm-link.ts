import { and, eq, gt, isNull, or, sql } from 'drizzle-orm';
import { linkCodes, operators } from '../../db/schema/index.ts';
import { changeInstallation, type InstallationChange } from '../change-installation.ts';
import type { Context } from '../context.ts';
import { foldEmail } from '../email.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../id.ts';
import { ensureUser } from './ensure.ts';
import { linkAccount } from './link.ts';
import { linkCodeHash } from './start-link.ts';

const TRIES = 5;

export interface Linked {
  userId: string;
  email: string;
  operator: boolean;
}

/**
 * Links the acting account with a code: one mailed to an address for this very account, or the one printed at the
 * start of an installation that has no operator yet, which also makes the first operator.
 * A wrong try is counted even though it is refused, so the refusal is thrown after the commit.
 */
export const confirmLink = async (
  ctx: Context,
  input: { code: string; email?: string | undefined },
): Promise<Linked> => {
  const { actor } = ctx;
  if (actor.kind !== 'account') throw new Error('Only a chat account can be linked');
  const hash = linkCodeHash(ctx.installation.secretKey, input.code.trim().toUpperCase());
  const outcome = await changeInstallation(ctx, async (change): Promise<Linked | DomainError> => {
    const codes = await change.db
      .select()
      .from(linkCodes)
      .where(
        and(
          isNull(linkCodes.usedAt),
          gt(linkCodes.expiresAt, sql`clock_timestamp()`),
          or(
            and(
              eq(linkCodes.purpose, 'link'),
              eq(linkCodes.platform, actor.platform),
              eq(linkCodes.workspaceId, actor.workspaceId),
              eq(linkCodes.externalId, actor.externalId),
            ),
            and(eq(linkCodes.purpose, 'setup'), eq(linkCodes.hash, hash)),
          ),
        ),
      )
      .for('update');
    const mine = codes.find((code) => code.purpose === 'link');
    if (mine && mine.tries >= TRIES) return tooManyTries();
    const right = codes.find((code) => code.hash === hash);
    if (!right) return countWrongTry(change, actor, mine?.id);
    if (right.purpose === 'setup') {
      if (!input.email) {
        return new DomainError(
          'invalid',
          'The code was not used: it makes the first operator, and needs an address.',
          {
            todo: 'Type `/access link code` with the code and `email:` followed by your address.',
            field: 'email',
          },
        );
      }
      if (await anyOperator(change)) return wrongCode();
    }
    const email = right.purpose === 'setup' ? foldEmail(input.email ?? '') : (right.email ?? '');
    const userId = await ensureUser(change.db, email);
    await linkAccount(change, actor, { id: userId, email }, right.purpose === 'setup' ? 'setup' : 'code');
    await change.db
      .update(linkCodes)
      .set({ usedAt: sql`clock_timestamp()` })
      .where(eq(linkCodes.id, right.id));
    if (right.purpose === 'setup') {
      await change.db.insert(operators).values({ userId });
      change.audit({ action: 'operator.added', target: email, facts: { by: 'setup code' } });
    }
    return { userId, email, operator: right.purpose === 'setup' };
  });
  if (outcome instanceof DomainError) throw outcome;
  return outcome;
};

const anyOperator = async (change: InstallationChange): Promise<boolean> =>
  (await change.db.select({ id: operators.userId }).from(operators).limit(1)).length > 0;

/** Tries without a code of one's own are counted too: otherwise the setup code could be guessed at leisure. */
const countWrongTry = async (
  change: InstallationChange,
  account: { platform: string; workspaceId: string; externalId: string },
  codeId: string | undefined,
): Promise<DomainError> => {
  if (codeId) {
    const [row] = await change.db
      .update(linkCodes)
      .set({ tries: sql`${linkCodes.tries} + 1` })
      .where(eq(linkCodes.id, codeId))
      .returning({ tries: linkCodes.tries });
    return row && row.tries >= TRIES ? tooManyTries() : wrongCode(TRIES - (row?.tries ?? 0));
  }
  await change.db.insert(linkCodes).values({
    id: newId(),
    purpose: 'link',
    platform: account.platform,
    workspaceId: account.workspaceId,
    externalId: account.externalId,
    hash: '',
    tries: 1,
    expiresAt: sql`clock_timestamp() + interval '15 minutes'`,
  });
  return wrongCode(TRIES - 1);
};

const wrongCode = (left?: number): DomainError =>
  new DomainError('wrong-code', 'Not linked: that is not a code that works here now.', {
    todo:
      left === undefined
        ? 'Get a new one with `/access link start`.'
        : `Check it and try again (${left} ${left === 1 ? 'try' : 'tries'} left), or get a new one with \`/access link start\`.`,
    field: 'code',
  });

const tooManyTries = (): DomainError =>
  new DomainError('wrong-code', 'Not linked: there were five wrong tries, and the code no longer works.', {
    todo: 'Get a new one with `/access link start`.',
    field: 'code',
  });
