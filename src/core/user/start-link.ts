import { and, eq, isNull, sql } from 'drizzle-orm';
import { linkCodes } from '../../db/schema/index.ts';
import { changeInstallation } from '../change-installation.ts';
import type { Context } from '../context.ts';
import { foldEmail } from '../email.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../id.ts';
import { codeFrom, derive, sha256 } from '../secret.ts';

export const LINK_CODE_MINUTES = 15;

/** The code of a row, made again wherever the letter is written; the row holds only a keyed hash of it. */
export const linkCode = (secretKey: string, rowId: string): string =>
  codeFrom(derive(secretKey, 'link-code', rowId));

export const linkCodeHash = (secretKey: string, code: string): string =>
  sha256(`${derive(secretKey, 'link-code-hash', code).toString('hex')}`);

/** Mails a code to the address; the answer is the same whether or not anybody is known under it. */
export const startLink = async (
  ctx: Context,
  input: { email: string; workspaceName: string },
): Promise<{ email: string; minutes: number; mailed: boolean }> => {
  const { actor } = ctx;
  if (actor.kind !== 'account') throw new Error('Only a chat account can be linked');
  const email = foldEmail(input.email);
  if (actor.userId) {
    throw new DomainError('taken', `This chat account is already linked to ${actor.email}.`, {
      todo: 'Unlink it first with `/access link remove`.',
    });
  }
  return changeInstallation(ctx, async (change) => {
    const [recent] = await change.db
      .select({ count: sql<number>`count(*)::int` })
      .from(linkCodes)
      .where(
        and(
          eq(linkCodes.platform, actor.platform),
          eq(linkCodes.workspaceId, actor.workspaceId),
          eq(linkCodes.externalId, actor.externalId),
          sql`${linkCodes.createdAt} > clock_timestamp() - interval '15 minutes'`,
        ),
      );
    if ((recent?.count ?? 0) >= 5) {
      throw new DomainError('limit', 'No code was sent: five were sent in the last 15 minutes.', {
        todo: 'Use the newest one, or try again in 15 minutes.',
      });
    }
    const id = newId();
    await change.db
      .update(linkCodes)
      .set({ expiresAt: sql`clock_timestamp()` })
      .where(
        and(
          eq(linkCodes.purpose, 'link'),
          eq(linkCodes.platform, actor.platform),
          eq(linkCodes.workspaceId, actor.workspaceId),
          eq(linkCodes.externalId, actor.externalId),
          isNull(linkCodes.usedAt),
        ),
      );
    await change.db.insert(linkCodes).values({
      id,
      purpose: 'link',
      email,
      platform: actor.platform,
      workspaceId: actor.workspaceId,
      externalId: actor.externalId,
      hash: linkCodeHash(ctx.installation.secretKey, linkCode(ctx.installation.secretKey, id)),
      expiresAt: sql`clock_timestamp() + interval '15 minutes'`,
    });
    if (ctx.installation.mail) {
      change.say({
        platform: 'mail',
        workspaceId: '',
        recipient: { kind: 'address', id: email },
        notice: 'link-code',
        data: { codeId: id, workspace: input.workspaceName, account: actor.name },
      });
    }
    return { email, minutes: LINK_CODE_MINUTES, mailed: ctx.installation.mail };
  });
};
