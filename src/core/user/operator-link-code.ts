import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { linkCodes } from '../../db/schema/index.ts';
import { changeInstallation } from '../change-installation.ts';
import type { Context } from '../context.ts';
import { foldEmail } from '../email.ts';
import { DomainError } from '../errors.ts';
import { writtenLinkCode } from './link-letter.ts';
import { needOperator, needOperatorStill } from './need-operator.ts';

export interface ShownLinkCode {
  email: string;
  code: string;
  minutes: number;
  /** The one account that the code links: the operator must know that it is the person's own. */
  account: { platform: string; workspaceId: string; externalId: string };
}

/**
 * The newest open link code of an address, for an operator's eyes alone, where no mail is configured: the operator
 * then vouches for the person, and the audit says who did.
 */
export const operatorLinkCode = async (ctx: Context, input: { email: string }): Promise<ShownLinkCode> => {
  needOperator(ctx, 'see link codes');
  if (ctx.installation.mail) {
    throw new DomainError('forbidden', 'No code was shown: here codes are mailed to the address itself.', {
      todo: 'Let them type `/access link start` again and look into their mail.',
    });
  }
  const email = foldEmail(input.email);
  return changeInstallation(ctx, async (change) => {
    needOperatorStill(change, 'see link codes');
    const [open] = await change.db
      .select()
      .from(linkCodes)
      .where(
        and(
          eq(linkCodes.purpose, 'link'),
          eq(linkCodes.email, email),
          isNull(linkCodes.usedAt),
          sql`${linkCodes.expiresAt} > clock_timestamp()`,
        ),
      )
      .orderBy(desc(linkCodes.createdAt))
      .limit(1);
    const written = open && (await writtenLinkCode(change.db, ctx.installation.secretKey, open.id));
    if (!open?.platform || !written) {
      throw new DomainError('not-found', `No code was shown: none is open for ${email}.`, {
        todo: 'Let them type `/access link start` first; a code works for 15 minutes.',
        field: 'email',
      });
    }
    const account = {
      platform: open.platform,
      workspaceId: open.workspaceId ?? '',
      externalId: open.externalId ?? '',
    };
    change.audit({
      action: 'link-code.shown',
      target: email,
      facts: { account: `${account.platform}:${account.workspaceId}:${account.externalId}` },
    });
    return { email, ...written, account };
  });
};
