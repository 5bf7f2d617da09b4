import { and, desc, eq, gt, isNull, sql } from 'drizzle-orm';
import { passkeyEnrolments, users } from '../../db/schema/index.ts';
import { changeInstallation } from '../change-installation.ts';
import type { Context } from '../context.ts';
import { foldEmail } from '../email.ts';
import { DomainError } from '../errors.ts';
import { needOperator, needOperatorStill } from '../user/need-operator.ts';
import { type WrittenEnrolment, writtenEnrolment } from './letter.ts';

/**
 * The open enrolment link of an address, for an operator's eyes alone, where no mail is configured: the operator then
 * vouches for the person, and the audit says who did. Never one of the operator's own: nobody vouches for themselves.
 */
export const operatorPasskeyLink = async (
  ctx: Context,
  input: { email: string },
): Promise<WrittenEnrolment & { email: string }> => {
  const operator = needOperator(ctx, 'see passkey links');
  if (ctx.installation.mail) {
    throw new DomainError('forbidden', 'No link was shown: here links are mailed to the address itself.', {
      todo: 'Let them type `/access passkey add` again and look into their mail.',
    });
  }
  const email = foldEmail(input.email);
  if (email === operator.email) {
    throw new DomainError('forbidden', 'No link was shown: nobody vouches for themselves.', {
      todo: 'Ask another operator.',
    });
  }
  return changeInstallation(ctx, async (change) => {
    needOperatorStill(change, 'see passkey links');
    const [open] = await change.db
      .select({ id: passkeyEnrolments.id })
      .from(passkeyEnrolments)
      .innerJoin(users, eq(users.id, passkeyEnrolments.userId))
      .where(
        and(
          eq(users.email, email),
          isNull(passkeyEnrolments.usedAt),
          gt(passkeyEnrolments.expiresAt, sql`clock_timestamp()`),
        ),
      )
      .orderBy(desc(passkeyEnrolments.createdAt))
      .limit(1);
    const written = open && (await writtenEnrolment(change.db, ctx.installation, open.id));
    if (!written) {
      throw new DomainError('not-found', `No link was shown: none is open for ${email}.`, {
        todo: 'Let them type `/access passkey add` first; a link works for 30 minutes.',
        field: 'email',
      });
    }
    change.audit({ action: 'passkey-link.shown', target: email, facts: { passkey: written.name } });
    return { ...written, email };
  });
};
