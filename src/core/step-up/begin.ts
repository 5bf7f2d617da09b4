import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { stepUps } from '../../db/schema/index.ts';
import { change } from '../change.ts';
import type { Context } from '../context.ts';
import { newId } from '../id.ts';
import { linkToken, linkTokenHash } from '../link-token.ts';
import { askerOf } from '../passkey/asker.ts';
import { needRelyingParty } from '../passkey/relying-party.ts';
import { confirmables } from './confirmable.ts';
import type { StepUpAction } from './spend.ts';

export const STEP_UP_MINUTES = 10;

/** A link on which the actor, and nobody else, confirms one thing once. Its secret is in the answer alone. */
export const beginStepUp = async (
  ctx: Context,
  input: { organizationId: string; action: StepUpAction; subject: string; note?: string | undefined },
): Promise<{ name: string; link: string; minutes: number }> => {
  const { email: _, ...asker } = askerOf(ctx);
  return change(ctx, input.organizationId, async (c) => {
    const subject = await confirmables[input.action].find(c, input.subject);
    needRelyingParty(ctx.installation, `${subject.name} cannot be confirmed`);
    const token = linkToken(c.organization.id, randomBytes(32));
    await c.db.insert(stepUps).values({
      organizationId: c.organization.id,
      id: newId(),
      action: input.action,
      subjectId: subject.id,
      note: input.note ?? '',
      ...asker,
      hash: linkTokenHash(token),
      expiresAt: sql`clock_timestamp() + make_interval(mins => ${STEP_UP_MINUTES})`,
    });
    const link = `${ctx.installation.publicUrl}/passkeys/confirm#${token}`;
    return { name: subject.name, link, minutes: STEP_UP_MINUTES };
  });
};
